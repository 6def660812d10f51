import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../capture';
import { type DeployedStack, deploy, withoutAws } from '../cloud/deployed-stack';
import { type Behaviour, type MisbehavingServer, misbehave, type ServerAnswer } from '../cloud/misbehaving-server';
import { temporaryDirectory } from '../temporary-directory';

const directory = temporaryDirectory();
withoutAws(directory);

let deployed: DeployedStack;
let server: MisbehavingServer;

async function start(behaviour: Behaviour): Promise<void> {
  deployed = await deploy(directory.path);
  server = await misbehave(deployed.state, behaviour);
  process.env.AWS_ENDPOINT_URL = server.url;
  process.env.AWS_MAX_ATTEMPTS = '2';
}
afterEach(async () => {
  await server.close();
  await deployed.engine.stop();
});

const endpoint = () => run('endpoint', 'aws', '--state', deployed.state);
const pull = (...flags: readonly string[]) =>
  run('certificates', 'pull', 'lwtThing', '--store', deployed.store, '--state', deployed.state, ...flags);
const status = (...flags: readonly string[]) =>
  run('certificates', 'status', '--store', deployed.store, '--state', deployed.state, ...flags);

const on =
  (call: RegExp, how: ReturnType<Behaviour>): Behaviour =>
  (name) =>
    call.test(name) ? how : undefined;
const answering =
  (body: string, status = 200, headers: Readonly<Record<string, string>> = { 'content-type': 'text/html' }) =>
  (): ServerAnswer => ({ status, headers, body });
const changed =
  (change: (body: string) => string) =>
  (answer: ServerAnswer): ServerAnswer => ({ ...answer, body: change(answer.body) });

/** One line that is no stack trace. */
const line = (pattern: RegExp) => ({
  exitCode: 1,
  stdout: '',
  stderr: expect.stringMatching(new RegExp(`^lastwill: ${pattern.source}\\n$`)),
});

describe('a server that does not answer as AWS', () => {
  test.each([
    ['a page of HTML', answering('<html>log in to the network</html>')],
    ['null', answering('null', 200, { 'content-type': 'application/json' })],
    ['JSON that ends in the middle', answering('{"endpointAddr', 200, { 'content-type': 'application/json' })],
  ])('%s in place of the endpoint is one line', async (_what, how) => {
    await start(on(/endpoint/, how));

    expect(await endpoint()).toMatchObject(
      line(
        /AWS gave no answer to iot:DescribeEndpoint that can be read \(HTTP 200.*\): check the network, its proxies and AWS_ENDPOINT_URL/,
      ),
    );
  });

  test.each(['{}', '[]', ''])('%p in place of the endpoint is one line', async (body) => {
    await start(on(/endpoint/, answering(body, 200, { 'content-type': 'application/json' })));

    expect(await endpoint()).toMatchObject(line(/AWS answered iot:DescribeEndpoint without an address: try again/));
  });

  test.each([500, 502, 503, 504])('status %i is tried again, then one line', async (code) => {
    await start(on(/endpoint/, answering(code === 503 ? '' : '<html>bad gateway</html>', code)));

    expect(await endpoint()).toMatchObject(
      line(/AWS could not answer iot:DescribeEndpoint 2 times \(HTTP \d+\): wait a minute and try again/),
    );
    expect(server.calls).toHaveLength(2);
  });

  test.each(['reset', 'cut'] as const)('a connection that is %s is one line', async (how) => {
    await start(on(/endpoint/, how));

    expect(await endpoint()).toMatchObject(
      line(/AWS cannot be reached for iot:DescribeEndpoint.*: check the network, the region and AWS_ENDPOINT_URL/),
    );
  });

  test('HTML in place of a stack is one line', async () => {
    await start(on(/DescribeStacks/, answering('<html>log in</html>')));

    expect(await pull()).toMatchObject(line(/AWS answered cloudformation:DescribeStacks without a stack: try again/));
  });

  test('a list that gives the same token for ever is one line', async () => {
    const endless = answering('{"policies":[],"nextMarker":"again"}', 200, { 'content-type': 'application/json' });
    await start(on(/attached-policies/, endless));

    expect(await status()).toMatchObject(
      line(/AWS answered iot:ListAttachedPolicies with the same page token twice: try again/),
    );
  });
});

describe('a stack that is not as it should be', () => {
  const inState = (state: string, reason?: string): Behaviour =>
    on(
      /DescribeStacks/,
      changed((body) =>
        body.replace(
          '<StackStatus>CREATE_COMPLETE</StackStatus>',
          `<StackStatus>${state}</StackStatus>${reason === undefined ? '' : `<StackStatusReason>${reason}</StackStatusReason>`}`,
        ),
      ),
    );

  // https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html
  test.each([
    [
      'CREATE_IN_PROGRESS',
      /stack LwtStack is being deployed \(CREATE_IN_PROGRESS\): wait until it is, then run this again/,
    ],
    ['REVIEW_IN_PROGRESS', /stack LwtStack was never deployed \(REVIEW_IN_PROGRESS\): deploy it \(npx cdk deploy\)/],
    [
      'ROLLBACK_COMPLETE',
      /stack LwtStack failed to deploy \(ROLLBACK_COMPLETE\): mend what CloudFormation's events say, then deploy it again \(npx cdk deploy\)/,
    ],
    ['ROLLBACK_FAILED', /stack LwtStack failed to deploy \(ROLLBACK_FAILED\): .*/],
    ['CREATE_FAILED', /stack LwtStack failed to deploy \(CREATE_FAILED\): .*/],
    ['ROLLBACK_IN_PROGRESS', /stack LwtStack failed to deploy \(ROLLBACK_IN_PROGRESS\): .*/],
    [
      'DELETE_IN_PROGRESS',
      /stack LwtStack is being deleted \(DELETE_IN_PROGRESS\): wait until it is gone, then deploy it again \(npx cdk deploy\)/,
    ],
    ['DELETE_COMPLETE', /stack LwtStack was deleted \(DELETE_COMPLETE\): deploy it \(npx cdk deploy\)/],
    ['DELETE_FAILED', /stack LwtStack could not be deleted \(DELETE_FAILED\): delete it by hand .*/],
  ])('%s is one line that says what to do', async (state, message) => {
    await start(inState(state));

    expect(await pull()).toMatchObject(line(message));
    expect(existsSync(join(deployed.store, 'aws', 'lwtThing', 'client-cert.pem'))).toBe(false);
  });

  test('a reason that CloudFormation gives is told', async () => {
    await start(inState('ROLLBACK_COMPLETE', 'The following resource(s) failed to create: [Rule].'));

    expect(await pull()).toMatchObject(
      line(
        /stack LwtStack failed to deploy \(ROLLBACK_COMPLETE: The following resource\(s\) failed to create: \[Rule\]\.\): .*/,
      ),
    );
  });

  test.each(['UPDATE_COMPLETE', 'IMPORT_COMPLETE', 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS'])(
    '%s has what it had before, so that certificates can be pulled',
    async (state) => {
      await start(inState(state));

      expect(await pull()).toMatchObject({ exitCode: 0, stderr: '' });
    },
  );

  test.each([
    'UPDATE_IN_PROGRESS',
    'UPDATE_ROLLBACK_FAILED',
    'UPDATE_FAILED',
    'UPDATE_ROLLBACK_IN_PROGRESS',
    'UPDATE_ROLLBACK_COMPLETE',
  ])('%s lets certificates be pulled, with a warning', async (state) => {
    await start(inState(state));

    const { exitCode, stderr } = await pull();

    expect(exitCode).toBe(0);
    expect(stderr).toMatch(new RegExp(`^lastwill: warning: stack LwtStack is in state ${state}: .*\\n$`));
  });
});

describe('a certificate that is not as it should be', () => {
  const certificate = (change: (description: Record<string, unknown>) => object): Behaviour =>
    on(
      /certificates\//,
      changed((body) => JSON.stringify({ certificateDescription: change(JSON.parse(body).certificateDescription) })),
    );

  test('one that cannot be read is one line, and nothing is written', async () => {
    await start(certificate((description) => ({ ...description, certificatePem: '-----BEGIN CERTIF' })));

    expect(await pull()).toMatchObject(
      line(/AWS gave certificate [0-9a-f]{12} in a form that cannot be read: try again/),
    );
    expect(readdirSync(join(deployed.store, 'aws', 'lwtThing')).sort()).toEqual(['client.csr', 'private-key.pem']);
    expect(await status()).toMatchObject(
      line(/AWS gave certificate [0-9a-f]{12} in a form that cannot be read: try again/),
    );
  });

  test.each(['INACTIVE', 'REVOKED', 'PENDING_TRANSFER', 'PENDING_ACTIVATION'])(
    'one that is %s is pulled with a warning',
    async (state) => {
      await start(certificate((description) => ({ ...description, status: state })));

      const { exitCode, stdout } = await pull();

      expect([exitCode, stdout]).toEqual([
        0,
        expect.stringContaining(`warning  the certificate is ${state}: nobody can connect with it`),
      ]);
    },
  );
});
