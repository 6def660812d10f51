import { join } from 'node:path';
import { synthesizeAzureLwtStack } from '../../../lib/azure-app';
import type { FaultInjection } from '../../../local/control/ports';
import { Engine } from '../../../local/engine';
import { run } from '../capture';
import { temporaryDirectory } from '../temporary-directory';

const directory = temporaryDirectory();
const VARIABLES = ['AZURE_ENDPOINT_URL', 'AZURE_SUBSCRIPTION_ID', 'ARM_SUBSCRIPTION_ID', 'AZURE_TOKEN_CREDENTIALS'];
const before = new Map(VARIABLES.map((name) => [name, process.env[name]]));

beforeEach(() => {
  for (const name of VARIABLES) delete process.env[name];
});
afterEach(() => {
  for (const [name, value] of before) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
});

async function endpoint(flags: readonly string[] = [], fault: FaultInjection = () => undefined) {
  const state = join(directory.path, 'state');
  const { template: json } = synthesizeAzureLwtStack({
    sensors: [{ name: 'sensor1', thumbprints: ['1'.repeat(64)] }],
    actuators: [{ name: 'actuator1', thumbprints: ['2'.repeat(64)] }],
  });
  const engine = await Engine.start({
    azure: { template: { name: 'cdk.tf.json', json } },
    stateDirectory: state,
    controlFault: fault,
  });
  const { control, azure } = await engine.listen();
  process.env.AZURE_ENDPOINT_URL = control;
  const result = await run('endpoint', 'azure', '--state', state, ...flags);
  await engine.stop();
  return { ...result, port: azure?.port };
}

// https://learn.microsoft.com/en-us/rest/api/eventgrid/controlplane/namespaces/get
test('the MQTT host of the only namespace is printed alone, for scripts, with its port where that is not 8883', async () => {
  const { port, ...answer } = await endpoint();

  expect(answer).toEqual({ exitCode: 0, stdout: `localhost:${port}\n`, stderr: '' });
});

test('--json also says the port and the region', async () => {
  const { stdout, port } = await endpoint(['--json', '--resource-group', 'rg1', '--namespace', 'NS1']);

  expect(JSON.parse(stdout)).toEqual({ cloud: 'azure', endpoint: 'localhost', port, region: 'westus2' });
});

test('a namespace that there is not is named with those that there are', async () => {
  expect(await endpoint(['--namespace', 'other'])).toMatchObject({
    exitCode: 1,
    stderr:
      'lastwill: subscription 00000000-0000-0000-0000-000000000000 has no Event Grid namespace other (it has ns1): deploy it (terraform apply), or name another subscription with --subscription\n',
  });
});

test.each([
  [
    'AuthorizationFailed',
    'Azure does not let you read /subscriptions/00000000-0000-0000-0000-000000000000/providers/Microsoft.EventGrid/namespaces (AuthorizationFailed): ask for the role Reader on it, or use another account',
  ],
  [
    'ExpiredAuthenticationToken',
    "Azure does not accept the login (ExpiredAuthenticationToken): log in again with 'az login'",
  ],
  ['TooManyRequests', 'Azure throttled the request after several attempts: wait a minute and try again'],
])('%s is one line that says what to do', async (code, line) => {
  expect(await endpoint([], () => ({ code }))).toMatchObject({
    exitCode: 1,
    stdout: '',
    stderr: `lastwill: ${line}\n`,
  });
});

test('without a subscription it says how to name one', async () => {
  expect(await run('endpoint', 'azure')).toMatchObject({
    exitCode: 2,
    stderr:
      'lastwill: the Azure subscription is not named: use --subscription or set AZURE_SUBSCRIPTION_ID (az account show --query id -o tsv)\n',
  });
});

test('without credentials it says how to log in', async () => {
  process.env.AZURE_TOKEN_CREDENTIALS = 'EnvironmentCredential';

  expect(await run('endpoint', 'azure', '--subscription', '00000000-0000-0000-0000-000000000001')).toMatchObject({
    exitCode: 1,
    stderr:
      "lastwill: there are no Azure credentials: log in with 'az login', or set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET\n",
  });
});
