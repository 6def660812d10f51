import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { resolveConnection } from '../../../bin/device/connection';
import { DeviceAgent } from '../../../device';
import type { FaultInjection } from '../../../local/control/ports';
import { fixtureCertificate } from '../../fixtures/certificates';
import { run } from '../capture';
import { type DeployedStack, deploy, withoutAws } from '../cloud/deployed-stack';
import { temporaryDirectory } from '../temporary-directory';

const directory = temporaryDirectory();
withoutAws(directory);

interface Report {
  readonly ok: boolean;
  readonly checks: readonly { readonly name: string; readonly status: string }[];
}

let deployed: DeployedStack | undefined;
afterEach(async () => {
  await deployed?.engine.stop();
  deployed = undefined;
});

async function doctor(options: { readonly fault?: FaultInjection; readonly flags?: readonly string[] } = {}) {
  deployed ??= await deploy(directory.path, options.fault === undefined ? {} : { fault: options.fault });
  const { state, store } = deployed;
  const place = ['--state', state, '--store', store];
  const result = await run('doctor', 'aws', '--device', 'lwtThing', ...place, ...(options.flags ?? []));
  return { ...result, place };
}

async function report(options: Parameters<typeof doctor>[0] = {}) {
  const { stdout, exitCode, stderr } = await doctor({ ...options, flags: ['--json', ...(options.flags ?? [])] });
  const { ok, checks } = JSON.parse(stdout) as Report;
  return { ok, exitCode, stderr, checks: Object.fromEntries(checks.map(({ name, ...check }) => [name, check])) };
}

test('a deployed stack is all right: every check is ok', async () => {
  const { exitCode, stdout } = await doctor({
    flags: ['--publish', '/lwt/connected/topic', '--subscribe', '/lwt/executed'],
  });

  const rows = stdout
    .trimEnd()
    .split('\n')
    .map((line) => line.split(/ {2,}/).slice(0, 2));
  expect(rows).toEqual([
    ['account', 'ok'],
    ['endpoint', 'ok'],
    ['key and certificate', 'ok'],
    ['certificate valid', 'ok'],
    ['thing attached', 'ok'],
    ['may connect', 'ok'],
    ['may leave its will', 'ok'],
    ['may publish', 'ok'],
    ['may subscribe', 'ok'],
    ['rule matches will', 'ok'],
    ['role allows actions', 'ok'],
    ['e-mails confirmed', 'ok'],
    ['error action', 'ok'],
  ]);
  expect(exitCode).toBe(0);
});

test('a will on another topic may not be left, and nobody would hear of it', async () => {
  const { exitCode, checks, ok, stderr } = await report({ flags: ['--will-topic', 'clients/{device}/status'] });

  expect(checks['may leave its will']).toEqual({
    status: 'failed',
    reason: 'no policy allows iot:Publish on arn:aws:iot:us-east-1:123456789012:topic/clients/lwtThing/status',
    fix: 'allow it in a policy that is attached to the certificate',
  });
  expect(checks['rule matches will']).toMatchObject({
    status: 'failed',
    reason: 'no topic rule listens to clients/lwtThing/status',
  });
  expect(ok).toBe(false);
  expect(exitCode).toBe(1);
  expect(stderr).toBe('lastwill: lwtThing is not all right: may leave its will, rule matches will\n');
});

test('a will that the rule does not look for is told', async () => {
  const { checks } = await report({ flags: ['--will-payload', 'gone'] });

  expect(checks['rule matches will']).toMatchObject({
    status: 'failed',
    reason: 'lastWillRule has a WHERE that the will does not meet',
  });
});

test('an unknown device has no thing and no certificate', async () => {
  deployed = await deploy(directory.path);
  const { state, store } = deployed;

  const { stdout, exitCode } = await run(
    ...['doctor', 'aws', '--device', 'ghost', '--json', '--state', state, '--store', store],
  );

  const checks = (JSON.parse(stdout) as Report).checks;
  expect(checks.find(({ name }) => name === 'thing attached')).toMatchObject({ reason: 'there is no thing ghost' });
  expect(checks.find(({ name }) => name === 'may connect')).toEqual({
    name: 'may connect',
    status: 'unknown',
    why: 'there is no certificate to ask about',
  });
  expect(exitCode).toBe(1);
});

test('a key of another device is told from the right one', async () => {
  deployed = await deploy(directory.path, { devices: ['lwtThing', 'other'] });
  const { store } = deployed;
  copyFileSync(join(store, 'aws/other/private-key.pem'), join(store, 'aws/lwtThing/private-key.pem'));

  const { checks } = await report();

  expect(checks['key and certificate']).toMatchObject({ status: 'failed' });
});

test('a call that is not allowed leaves its check unknown, and the exit code 0', async () => {
  const fault: FaultInjection = ({ operation }) =>
    operation === 'SimulatePrincipalPolicy' ? { code: 'AccessDenied', message: 'no' } : undefined;

  const { exitCode, checks } = await report({ fault });

  expect(checks['role allows actions']).toEqual({
    status: 'unknown',
    why: 'AWS does not allow iam:SimulatePrincipalPolicy (no): ask for this permission, or use another AWS_PROFILE',
  });
  expect(exitCode).toBe(0);
});

test('credentials that have expired fail the first check', async () => {
  const { exitCode, checks } = await report({ fault: () => ({ code: 'ExpiredTokenException' }) });

  expect(checks.account).toEqual({
    status: 'failed',
    reason: 'the AWS credentials have expired',
    fix: "log in again with 'aws sso login', or set a new AWS_SESSION_TOKEN",
  });
  expect(exitCode).toBe(1);
});

test('an endpoint where nothing listens is told', async () => {
  const { checks } = await report({ flags: ['--port', '1'] });

  expect(checks.endpoint).toMatchObject({ status: 'failed', reason: 'localhost:1: nothing listens there' });
});

test('an endpoint whose chain leads to another authority is not trusted', async () => {
  const rootCa = join(directory.path, 'root.pem');
  writeFileSync(rootCa, fixtureCertificate('authority'));

  const { checks } = await report({ flags: ['--rootCA', rootCa] });

  expect(checks.endpoint).toMatchObject({ status: 'failed', reason: expect.stringMatching(/certificate/) });
});

describe('--live', () => {
  /** A device whose certificate was pulled, in an embedded AWS. */
  async function pulled(): Promise<DeployedStack> {
    deployed = await deploy(directory.path);
    const { state, store } = deployed;
    await run('certificates', 'pull', 'lwtThing', '--state', state, '--store', store);
    return deployed;
  }

  test('says who will be notified, cuts the device off and sees its will', async () => {
    const { engine } = await pulled();

    const { checks, stderr, exitCode } = await report({ flags: ['--live'] });

    expect(stderr).toBe(
      'the last will of lwtThing is about to be published on /last/will/topic; told are: support@example.com\n',
    );
    expect(checks.live).toMatchObject({
      status: 'ok',
      detail: expect.stringMatching(/^the will came \d+ ms after the connection was cut$/),
    });
    expect(engine.aws?.broker.connection('lwtThing')).toBeUndefined();
    expect(exitCode).toBe(0);
  });

  test('waits for the will as another thing where --as names one, at the place of the device', async () => {
    const everything = { Effect: 'Allow', Action: 'iot:*', Resource: '*' };
    deployed = await deploy(directory.path, {
      devices: ['lwtThing', 'watcher'],
      changes: { 'AWS::IoT::Policy': { PolicyDocument: { Statement: [everything] } } },
    });
    const { state, store, engine } = deployed;
    await run('certificates', 'pull', 'lwtThing', 'watcher', '--state', state, '--store', store);

    const { checks } = await report({ flags: ['--live', '--as', 'watcher', '--endpoint', '127.0.0.1'] });

    expect(checks.endpoint).toMatchObject({ detail: expect.stringMatching(/^127\.0\.0\.1:/) });
    expect(checks.live).toMatchObject({ status: 'ok' });
    expect(engine.aws?.broker.connection('watcher')).toBeUndefined();
  });

  test('waits for the will at the port of WebSockets that --ws-port names', async () => {
    await pulled();

    const { checks } = await report({ flags: ['--live', '--ws-port', '1'] });

    expect(checks.live).toEqual({
      status: 'unknown',
      why: 'nobody can wait for the will: nothing listens at wss://localhost:1/mqtt (ECONNREFUSED); name the port of its WebSockets with --ws-port, or a thing that may subscribe to the will with --as',
    });
  });

  test('does not take over the session of a watcher that is connected', async () => {
    deployed = await deploy(directory.path, { devices: ['lwtThing', 'watcher'] });
    const { state, store } = deployed;
    await run('certificates', 'pull', 'lwtThing', 'watcher', '--state', state, '--store', store);
    const agent = new DeviceAgent(
      resolveConnection({ local: state, certificatesPath: join(store, 'aws/watcher'), clientId: 'watcher' }, {}),
    );
    await agent.connect();

    const { checks } = await report({ flags: ['--live', '--as', 'watcher'] });

    expect(checks.live).toEqual({
      status: 'unknown',
      why: 'watcher is connected: connecting under its name would cut it off',
    });
    expect(agent.connected).toBe(true);
    await agent.disconnect();
  });

  test('does not take over the session of a device that is connected', async () => {
    const { state, store } = await pulled();
    const agent = new DeviceAgent(
      resolveConnection({ local: state, certificatesPath: join(store, 'aws/lwtThing'), clientId: 'lwtThing' }, {}),
    );
    await agent.connect();

    const { checks, stderr } = await report({ flags: ['--live'] });

    expect(checks.live).toEqual({
      status: 'unknown',
      why: 'lwtThing is connected: connecting under its name would cut it off',
    });
    expect(stderr).toBe('');
    expect(agent.connected).toBe(true);
    await agent.disconnect();
  });

  test('fails when the device is refused', async () => {
    await pulled();

    const { checks } = await report({ flags: ['--live', '--will-topic', 'clients/{device}/status'] });

    expect(checks.live).toMatchObject({
      status: 'failed',
      reason: expect.stringMatching(/^lwtThing cannot connect: /),
    });
  });

  test('needs the certificate in the store', async () => {
    const { checks } = await report({ flags: ['--live'] });

    expect(checks.live).toMatchObject({
      status: 'unknown',
      why: expect.stringContaining('certificates pull lwtThing'),
    });
  });
});
