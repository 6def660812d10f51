import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FaultInjection } from '../../../local/control/ports';
import { run } from '../capture';
import { type DeployedStack, deploy, withoutAws } from '../cloud/deployed-stack';
import { misbehave, type ServerAnswer } from '../cloud/misbehaving-server';
import { temporaryDirectory } from '../temporary-directory';

const directory = temporaryDirectory();
withoutAws(directory);

let deployed: DeployedStack;
const start = async (fault: FaultInjection = () => undefined): Promise<void> => {
  deployed = await deploy(directory.path, { fault });
};
afterEach(() => deployed.engine.stop());

const certificates = (...arguments_: readonly string[]) =>
  run('certificates', ...arguments_, '--store', deployed.store, '--state', deployed.state);
const file = (name: string): string => join(deployed.store, 'aws', 'lwtThing', name);

/** Every call that each command makes. */
const CALLS = {
  pull: ['cloudformation:DescribeStacks', 'iot:DescribeCertificate'],
  status: [
    'cloudformation:DescribeStacks',
    'iot:DescribeCertificate',
    'iot:ListAttachedPolicies',
    'iot:ListPrincipalThings',
  ],
  rotate: ['cloudformation:DescribeStacks', 'iot:DescribeCertificate'],
} as const;

type Refusal = readonly [code: string, line: (action: string) => string];

const REFUSALS: readonly Refusal[] = [
  [
    'AccessDeniedException',
    (action) => `AWS does not allow ${action} (no): ask for this permission, or use another AWS_PROFILE`,
  ],
  [
    'ExpiredTokenException',
    () => "the AWS credentials have expired: log in again with 'aws sso login', or set a new AWS_SESSION_TOKEN",
  ],
  [
    'UnrecognizedClientException',
    () => 'AWS does not know the access key: check AWS_ACCESS_KEY_ID and AWS_SESSION_TOKEN, or AWS_PROFILE',
  ],
];

/** The SDK takes its time before it tries again, which is the same for each command. */
const TRIED_AGAIN: readonly Refusal[] = [
  ['ThrottlingException', (action) => `AWS throttled ${action} 2 times: wait a minute and try again`],
  ['InternalFailureException', (action) => `AWS could not answer ${action} 2 times (no): wait a minute and try again`],
];

async function expectRefusals(command: string, actions: readonly string[], [code, line]: Refusal): Promise<void> {
  process.env.AWS_MAX_ATTEMPTS = '2';
  let failing = '';
  await start(({ service, operation }) =>
    `${service}:${operation}` === failing ? { code, message: 'no' } : undefined,
  );
  for (const action of actions) {
    failing = action;
    expect(await certificates(command, 'lwtThing')).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: `lastwill: ${line(action)}\n`,
    });
  }
  expect(['client-cert.pem', 'private-key.next.pem'].filter((name) => existsSync(file(name)))).toEqual([]);
}

describe.each(Object.entries(CALLS))('%s', (command, actions) => {
  test.each(REFUSALS)('%s at any of its calls is one line, and nothing is written', async (...refusal) => {
    await expectRefusals(command, actions, refusal);
  });
});

test.each(TRIED_AGAIN)('%s is one line after the attempts of the SDK', async (...refusal) => {
  await expectRefusals('pull', CALLS.pull, refusal);
});

test('a call that is throttled once is made again', async () => {
  let calls = 0;
  await start(() => (calls++ % 2 === 0 ? { code: 'ThrottlingException', message: 'Rate exceeded' } : undefined));

  expect((await certificates('pull', 'lwtThing')).exitCode).toBe(0);
  expect(calls).toBe(4);
});

test('lists are read to their last page', async () => {
  await start();
  const page = (body: object) => (): ServerAnswer => ({
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  let [policies, things] = [0, 0];
  const server = await misbehave(deployed.state, (call) => {
    if (/attached-policies/.test(call) && policies++ < 2) {
      return page({ policies: [{ policyName: `p${policies}`, policyArn: 'arn' }], nextMarker: `t${policies}` });
    }
    if (/principals\/things/.test(call) && things++ < 1) return page({ things: ['other'], nextToken: 't' });
    // The control plane did not give those tokens.
    if (/attached-policies/.test(call)) return page({ policies: [{ policyName: 'last', policyArn: 'arn' }] });
    return /principals\/things/.test(call) ? page({ things: ['lwtThing'] }) : undefined;
  });
  process.env.AWS_ENDPOINT_URL = server.url;

  const { stdout } = await certificates('status', '--json');
  await server.close();

  expect(JSON.parse(stdout).certificates).toMatchObject([
    { policies: ['p1', 'p2', 'last'], things: ['other', 'lwtThing'] },
  ]);
});

test('a certificate that was deleted by hand is named with what to do', async () => {
  await start(({ operation }) =>
    operation === 'DescribeCertificate' ? { code: 'ResourceNotFoundException', message: 'gone' } : undefined,
  );

  expect((await certificates('pull', 'lwtThing')).stderr).toMatch(
    /^lastwill: certificate [0-9a-f]{64} of lwtThing is in stack LwtStack but not in the account: it was deleted by hand; deploy the stack again with a new key and request\n$/,
  );
});

describe('a state folder that is not whole', () => {
  test.each([
    [
      'local.json',
      '{"pid": 1',
      /local\.json is not what an embedded cloud writes; remove it and start the embedded cloud/,
    ],
    ['aws/iam.json', '{"accessKey', /iam\.json cannot be read: start the embedded cloud again, which mends it/],
  ])('a %s that was cut short is one line', async (name, text, line) => {
    await start();
    const path = join(deployed.state, name);
    const whole = readFileSync(path, 'utf8');
    writeFileSync(path, text);

    const { exitCode, stderr } = await certificates('pull', 'lwtThing');

    writeFileSync(path, whole);
    expect([exitCode, stderr]).toEqual([1, expect.stringMatching(new RegExp(`^lastwill: \\S+${line.source}\\n$`))]);
  });

  test('the root is taken from where the CA keeps it when no device has it, and missed when nobody has', async () => {
    await start();
    rmSync(join(deployed.state, 'aws', 'lwtThing', 'AmazonRootCA1.pem'));

    expect((await certificates('pull', 'lwtThing')).exitCode).toBe(0);
    expect(readFileSync(file('AmazonRootCA1.pem'), 'utf8')).toBe(deployed.engine.rootCertificatePem);

    rmSync(join(deployed.state, 'authority', 'ca', 'root.pem'));
    expect((await certificates('pull', 'lwtThing')).stderr).toBe(
      `lastwill: ${deployed.state} lacks the root of the embedded cloud's certificate: start the embedded cloud again, which writes it\n`,
    );
  });
});
