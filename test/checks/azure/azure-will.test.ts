import { checkTerraform } from '../../../checks';
import { synthesizeAzureLwtStack } from '../../../lib/azure-app';
import { binding, child, client, configuration, NAMESPACE, OWN_TOPICS, saidBy } from './foreign-configuration';

const WRONG = { '//': { 'lastwill:will': { topic: 'elsewhere/{device}' } } };
const cannotLeave = (name: string) =>
  expect.stringContaining(`azapi_resource.${name}: ${name} cannot leave its will on 'elsewhere/{device}'`);

test('our own stack declares its wills, so that its file is checked without a word about them', () => {
  const clientOf = (name: string, digit: string) => ({ name, thumbprints: [digit.repeat(64)] });
  const { template: json } = synthesizeAzureLwtStack({
    sensors: [clientOf('sensor1', 'a'), clientOf('sensor2', 'b')],
    actuators: [clientOf('actuator1', 'c')],
    willDelaySeconds: 30,
  });

  const { findings, applied } = checkTerraform({ name: 'cdk.tf.json', json });

  expect(findings).toEqual([]);
  expect(applied).toEqual(expect.arrayContaining(['lastwill:willNotPublishable', 'lastwill:willNotHeard']));
});

test('a will beside a client is left by that client alone', () => {
  const json = configuration(NAMESPACE, OWN_TOPICS, client('pump1', {}, WRONG), client('pump2'));

  expect(saidBy(json, 'willNotPublishable')).toEqual([cannotLeave('pump1')]);
});

test('a will beside a client group is left by the clients of the group', () => {
  const group = child('clientGroups', 'valves', { query: "attributes.type = 'valve'" }, WRONG);
  const json = configuration(NAMESPACE, OWN_TOPICS, client('pump1'), client('valve1', { type: 'valve' }), group);

  expect(saidBy(json, 'willNotPublishable')).toEqual([cannotLeave('valve1')]);
});

test('a will beside a permission binding is left by the clients of its group', () => {
  const group = child('clientGroups', 'valves', { query: "attributes.type = 'valve'" });
  const bound = binding('valves-pub', 'own', 'Publisher', '${azapi_resource.valves.name}', WRONG);
  const json = configuration(NAMESPACE, OWN_TOPICS, client('pump1'), client('valve1', { type: 'valve' }), group, bound);

  expect(saidBy(json, 'willNotPublishable')).toEqual([cannotLeave('valve1')]);
});

test('a will beside the namespace is left by every client that may publish', () => {
  const { ns } = NAMESPACE;
  const json = configuration(
    NAMESPACE,
    { ns: { ...(ns as object), ...WRONG } },
    OWN_TOPICS,
    client('pump1'),
    client('pump2'),
  );

  expect(saidBy(json, 'willNotPublishable')).toEqual([cannotLeave('pump1'), cannotLeave('pump2')]);
});

test('several wills may stand in a list, and what they say of time is checked', () => {
  const wills = [
    { topic: 'clients/{device}/status', delaySeconds: 301, sessionExpirySeconds: 3600 },
    { topic: 'clients/{device}/status', qos: 2, keepAliveSeconds: 2000 },
  ];
  const json = configuration(NAMESPACE, OWN_TOPICS, client('pump1', {}, { '//': { 'lastwill:will': wills } }));

  expect(saidBy(json, 'willLimits')).toEqual([
    'azapi_resource.pump1: willDelaySeconds must be at most 300, got 301',
    'azapi_resource.pump1: qos must be at most 1, got 2',
    'azapi_resource.pump1: keepAliveSeconds must be 1 to 1160, got 2000',
  ]);
});

test.each([
  [{ retain: true }, 'azapi_resource.pump1.//.lastwill:will must be an object with a topic, got {"retain":true}'],
  [
    { topic: 'a', delaySeconds: 'soon' },
    "azapi_resource.pump1.//.lastwill:will.delaySeconds must be a number, got 'soon'",
  ],
])('fails for %j, which is no will', (will, message) => {
  const json = configuration(NAMESPACE, OWN_TOPICS, client('pump1', {}, { '//': { 'lastwill:will': will } }));

  expect(() => checkTerraform({ name: 'main.tf.json', json })).toThrow(`main.tf.json: ${message}`);
});
