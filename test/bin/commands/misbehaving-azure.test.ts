import { join } from 'node:path';
import { synthesizeAzureLwtStack } from '../../../lib/azure-app';
import { Engine } from '../../../local/engine';
import { run } from '../capture';
import { type Behaviour, type MisbehavingServer, misbehave, type ServerAnswer } from '../cloud/misbehaving-server';
import { temporaryDirectory } from '../temporary-directory';

const directory = temporaryDirectory();
const VARIABLES = ['AZURE_ENDPOINT_URL', 'AZURE_SUBSCRIPTION_ID', 'ARM_SUBSCRIPTION_ID'];
const before = new Map(VARIABLES.map((name) => [name, process.env[name]]));
afterEach(() => {
  for (const [name, value] of before) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
});

const { template: json } = synthesizeAzureLwtStack({
  sensors: [{ name: 'sensor1', thumbprints: ['1'.repeat(64)] }],
  actuators: [{ name: 'actuator1', thumbprints: ['2'.repeat(64)] }],
});

async function endpoint(behaviour: Behaviour, ...flags: readonly string[]) {
  const state = join(directory.path, 'state');
  const engine = await Engine.start({ azure: { template: { name: 'cdk.tf.json', json } }, stateDirectory: state });
  await engine.listen();
  const server: MisbehavingServer = await misbehave(state, behaviour);
  process.env.AZURE_ENDPOINT_URL = server.url;
  const result = await run('endpoint', 'azure', '--state', state, ...flags);
  await server.close();
  await engine.stop();
  return { ...result, calls: server.calls.length };
}

const answering =
  (body: string, status = 200): Behaviour =>
  () =>
  (): ServerAnswer => ({ status, headers: { 'content-type': 'application/json' }, body });

/** One line that is no stack trace. */
const line = (pattern: RegExp) => ({
  exitCode: 1,
  stdout: '',
  stderr: expect.stringMatching(new RegExp(`^lastwill: ${pattern.source}\\n$`)),
});

test.each([
  ['a page of HTML', '<html>log in to the network</html>'],
  ['JSON that ends in the middle', '{"value":[{"id'],
  ['nothing', ''],
])('%s in place of the namespaces is one line', async (_what, body) => {
  expect(await endpoint(answering(body))).toMatchObject(
    line(/what answers at http:\S+ is not Azure Resource Manager: check AZURE_ENDPOINT_URL and the proxy/),
  );
});

test.each([
  'null',
  '[]',
  '"text"',
  '{}',
  '{"value":{}}',
  '{"value":[null]}',
  '{"value":[{}]}',
  '{"value":[{"name":1}]}',
])('%s in place of the namespaces is one line', async (body) => {
  expect(await endpoint(answering(body))).toMatchObject(line(/[^\n]+/));
});

test('a server that is not available is asked again, then one line', async () => {
  const away: Behaviour = () => (): ServerAnswer => ({
    status: 503,
    headers: { 'retry-after': '0' },
    body: '<html>bad gateway</html>',
  });

  expect(await endpoint(away)).toMatchObject({
    ...line(/Azure could not answer after several attempts \(HTTP 503\): wait a minute and try again/),
    calls: 4,
  });
});

test('a resource group that there is not is one line', async () => {
  expect(await endpoint(() => undefined, '--resource-group', 'rg2')).toMatchObject(
    line(/Resource group 'rg2' could not be found: name another with --resource-group, or leave it out/),
  );
});

test('a subscription that there is not is one line', async () => {
  expect(await endpoint(() => undefined, '--subscription', '00000000-0000-0000-0000-000000000001')).toMatchObject(
    line(/The subscription '00000000-0000-0000-0000-000000000001' could not be found: name another .*/),
  );
});

test('a namespace without MQTT is one line', async () => {
  const off: Behaviour = () => (answer) => ({
    ...answer,
    body: answer.body.replace(/("topicSpacesConfiguration":\{"state":)"Enabled"/, '$1"Disabled"'),
  });

  expect(await endpoint(off)).toMatchObject(line(/namespace ns1 does not have MQTT enabled: .*/));
});
