import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FaultInjection } from '../../../local/control/ports';
import { run } from '../capture';
import { deploy, withoutAws } from '../cloud/deployed-stack';
import { temporaryDirectory } from '../temporary-directory';

const directory = temporaryDirectory();
withoutAws(directory);

const PROFILES = `
[profile sso]
sso_session = s
sso_account_id = 123456789012
sso_role_name = R
[sso-session s]
sso_start_url = https://example.com/start
sso_region = us-east-1
sso_registration_scopes = sso:account:access
[profile process]
credential_process = false
[profile token]
role_arn = arn:aws:iam::123456789012:role/x
web_identity_token_file = /no/such/file
[profile role]
role_arn = arn:aws:iam::123456789012:role/x
source_profile = missing
[profile half]
aws_access_key_id = AKIA1
`;

async function endpoint(options: { readonly fault?: FaultInjection; readonly flags?: readonly string[] } = {}) {
  const { engine, state } = await deploy(directory.path, options.fault === undefined ? {} : { fault: options.fault });
  try {
    return await run('endpoint', 'aws', '--state', state, ...(options.flags ?? []));
  } finally {
    await engine.stop();
  }
}

const failing = (code: string, message: string): FaultInjection => {
  return () => ({ code, message });
};

test('the endpoint is printed alone, for scripts, with its port where that is not 8883', async () => {
  const { engine, state } = await deploy(directory.path);
  const answer = await run('endpoint', 'aws', '--state', state);
  const { port } = JSON.parse(readFileSync(join(state, 'local.json'), 'utf8')).aws;
  await engine.stop();

  expect(answer).toEqual({ exitCode: 0, stdout: `localhost:${port}\n`, stderr: '' });
});

test('--json also says the port of the embedded broker, which DescribeEndpoint cannot carry', async () => {
  const { engine, state } = await deploy(directory.path);
  const { stdout } = await run('endpoint', 'aws', '--json', '--state', state);
  await engine.stop();

  expect(JSON.parse(stdout)).toEqual({
    cloud: 'aws',
    endpoint: 'localhost',
    port: expect.any(Number),
    region: 'us-east-1',
  });
  expect(JSON.parse(stdout).port).not.toBe(8883);
});

test('a profile and its region are for AWS itself, not for the embedded one', async () => {
  process.env.AWS_PROFILE = 'nope';
  process.env.AWS_REGION = 'eu-central-1';

  expect(await endpoint()).toMatchObject({ exitCode: 0, stderr: '' });
});

test('an access key and its region are also for the embedded AWS', async () => {
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'AKIA1', AWS_SECRET_ACCESS_KEY: 'secret', AWS_REGION: 'eu-west-1' });

  expect((await endpoint()).stderr).toMatch(
    /^lastwill: AWS refused the region .* not 'eu-west-1': the embedded AWS runs in 'us-east-1'/,
  );
});

test('AWS itself is asked where an embedded one runs as well: a line says so', async () => {
  process.env.AWS_REGION = 'us-east-1';
  const { engine, state } = await deploy(directory.path);
  const control = process.env.AWS_ENDPOINT_URL;
  delete process.env.AWS_ENDPOINT_URL;
  const { stdout, stderr } = await run('endpoint', 'aws', '--state', state);
  await engine.stop();

  expect(stdout).toBe('');
  expect(stderr).toMatch(/^note: .*\nlastwill: there are no AWS credentials: /);
  expect(stderr).toContain(
    `note: this asks AWS itself; the embedded cloud of ${state} is asked with AWS_ENDPOINT_URL=${control}\n`,
  );
});

test('without credentials it says how to log in', async () => {
  process.env.AWS_REGION = 'us-east-1';

  expect(await run('endpoint', 'aws')).toEqual({
    exitCode: 1,
    stdout: '',
    stderr:
      "lastwill: there are no AWS credentials: log in with 'aws sso login' and set AWS_PROFILE, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY\n",
  });
});

// https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html
test.each([
  ['a profile that there is not', 'nope', /there are no AWS credentials in profile 'nope'/],
  ['a login that was never made', 'sso', /the AWS credentials cannot be used \(.*SSO.*\)/],
  ['a process that fails', 'process', /there are no AWS credentials in profile 'process'/],
  ['a token file that there is not', 'token', /the AWS credentials cannot be used \(ENOENT: .*\)/],
  ['a profile that leads to another that there is not', 'role', /there are no AWS credentials in profile 'role'/],
  ['a key without its secret', 'half', /there are no AWS credentials in profile 'half'/],
])('%s is one line that says why and how to log in', async (_what, profile, why) => {
  process.env.AWS_CONFIG_FILE = join(directory.path, 'config');
  writeFileSync(process.env.AWS_CONFIG_FILE, PROFILES);
  process.env.AWS_REGION = 'us-east-1';
  process.env.AWS_PROFILE = profile;

  const { exitCode, stdout, stderr } = await run('endpoint', 'aws');

  expect([exitCode, stdout]).toEqual([1, '']);
  expect(stderr).toMatch(
    new RegExp(
      `^lastwill: (${why.source}): log in with 'aws sso login' and set AWS_PROFILE, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY\\n$`,
    ),
  );
});

test('a region that cannot be one is named', async () => {
  process.env.AWS_ACCESS_KEY_ID = 'AKIA1';
  process.env.AWS_SECRET_ACCESS_KEY = 'secret';

  expect(await run('endpoint', 'aws', '--region', 'eu central')).toMatchObject({
    exitCode: 2,
    stderr: "lastwill: --region must be a region of AWS like eu-central-1, got 'eu central'\n",
  });
});

test('a region of the environment that cannot be one is named', async () => {
  process.env.AWS_ACCESS_KEY_ID = 'AKIA1';
  process.env.AWS_SECRET_ACCESS_KEY = 'secret';
  process.env.AWS_REGION = 'eu central';

  expect(await run('endpoint', 'aws')).toMatchObject({
    exitCode: 1,
    stderr: "lastwill: the AWS region must be one like eu-central-1, got 'eu central'\n",
  });
});

test('without a region it says how to name one', async () => {
  process.env.AWS_ACCESS_KEY_ID = 'AKIA1';
  process.env.AWS_SECRET_ACCESS_KEY = 'secret';

  expect(await run('endpoint', 'aws')).toMatchObject({
    exitCode: 1,
    stderr: 'lastwill: there is no AWS region: name one with --region, or set AWS_REGION\n',
  });
});

test('the wrong region is named with the right one', async () => {
  expect(await endpoint({ flags: ['--region', 'eu-west-1'] })).toMatchObject({
    exitCode: 1,
    stderr:
      "lastwill: AWS refused the region (Credential should be scoped to a valid region, not 'eu-west-1': the embedded AWS runs in 'us-east-1'): name the region of the stack with --region\n",
  });
});

test.each([
  [
    'AccessDeniedException',
    'User is not authorized',
    'AWS does not allow iot:DescribeEndpoint (User is not authorized): ask for this permission, or use another AWS_PROFILE',
  ],
  [
    'ExpiredTokenException',
    'expired',
    "the AWS credentials have expired: log in again with 'aws sso login', or set a new AWS_SESSION_TOKEN",
  ],
  [
    'UnrecognizedClientException',
    'invalid',
    'AWS does not know the access key: check AWS_ACCESS_KEY_ID and AWS_SESSION_TOKEN, or AWS_PROFILE',
  ],
  [
    'InvalidSignatureException',
    'Signature not yet current',
    'AWS refused the signature (Signature not yet current): check AWS_SECRET_ACCESS_KEY and the clock of this machine',
  ],
  ['LimitExceededException', 'enough', 'AWS refused iot:DescribeEndpoint: LimitExceededException: enough'],
])('%s is one line that says what to do', async (code, message, line) => {
  expect(await endpoint({ fault: failing(code, message) })).toEqual({
    exitCode: 1,
    stdout: '',
    stderr: `lastwill: ${line}\n`,
  });
});

test('throttling is reported after the attempts of the SDK', async () => {
  process.env.AWS_MAX_ATTEMPTS = '2';

  expect(await endpoint({ fault: failing('ThrottlingException', 'Rate exceeded') })).toMatchObject({
    exitCode: 1,
    stderr: 'lastwill: AWS throttled iot:DescribeEndpoint 2 times: wait a minute and try again\n',
  });
});

test('an embedded cloud that is gone is named with the command that starts one', async () => {
  process.env.AWS_ENDPOINT_URL = 'http://127.0.0.1:9';

  expect(await run('endpoint', 'aws', '--state', directory.path)).toMatchObject({
    exitCode: 1,
    stderr: expect.stringMatching(
      /^lastwill: no embedded cloud runs here .*start one with: npm run -s lastwill -- local/,
    ),
  });
});

test('an endpoint that is not the one of the state folder is refused with the right one', async () => {
  const { engine, state } = await deploy(directory.path);
  const control = process.env.AWS_ENDPOINT_URL;
  process.env.AWS_ENDPOINT_URL = 'http://127.0.0.1:9';
  const { stderr } = await run('endpoint', 'aws', '--state', state);
  await engine.stop();

  expect(stderr).toBe(
    `lastwill: AWS_ENDPOINT_URL is http://127.0.0.1:9, but the embedded cloud of ${state} answers at ${control}: name the state folder of the other with --state, or set AWS_ENDPOINT_URL=${control}\n`,
  );
});

test('a cloud that there is not is bad usage', async () => {
  expect((await run('endpoint', 'other')).exitCode).toBe(2);
});
