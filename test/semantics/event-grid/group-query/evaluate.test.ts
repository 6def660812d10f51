import { evaluateGroupQuery, explainGroupQuery } from '../../../../semantics/event-grid/group-query/evaluate';
import { parseGroupQuery } from '../../../../semantics/event-grid/group-query/parser';
import type { MqttClientIdentity } from '../../../../semantics/event-grid/mqtt-client-identity';

// https://learn.microsoft.com/en-us/azure/event-grid/mqtt-client-groups
const client: MqttClientIdentity = {
  authenticationName: 'sensor1',
  attributes: { type: 'sensor', floor: 3, tags: ['a', 'b'] },
};

test.each([
  ["attributes.type='sensor'", true],
  ['attributes.type = "sensor"', true],
  ["attributes.type = 'Sensor'", false],
  ['attributes.type = "sensor" and attributes.floor <= 5', true],
  ["attributes.tags IN ['b','z']", true],
  ["attributes.tags IN ['y','z']", false],
  ["attributes.tags = 'a'", true],
  ["attributes.tags != 'a'", false],
  ["attributes.tags <> 'z'", true],
  ["attributes.floor = '3'", false],
  ['attributes.floor = 3', true],
  ['attributes.floor IN [1, 3]', true],
  ['attributes.floor > 2', true],
  ['attributes.floor > 3', false],
  ['attributes.floor >= 3', true],
  ['attributes.floor < 4', true],
  ['attributes.floor < -4', false],
  ['attributes.type < 4', false],
  ["attributes.type <> 'sensor' or attributes.floor > 2", true],
  ["attributes.missing = 'x'", false],
  ["attributes.missing != 'x'", false],
  ["attributes.toString != 'x'", false],
  ["authenticationName IN ['sensor1']", true],
  ["authenticationName in ['client1','client2']", false],
  ["authenticationName = 'sensor1' AND (attributes.type = 'x' Or attributes.floor = 3)", true],
  ["attributes.floor = 3 or attributes.floor = 4 and attributes.type = 'x'", true],
  ["(attributes.floor = 3 or attributes.floor = 4) and attributes.type = 'x'", false],
])('the query %s answers %s', (query, answer) => {
  expect(evaluateGroupQuery(parseGroupQuery(query), client)).toBe(answer);
});

test('an answer is explained by what the query looked at, each once', () => {
  const query = parseGroupQuery(
    "attributes.type = 'x' or attributes.type = 'y' or attributes.gone = 1 or authenticationName = 'z'",
  );

  expect(explainGroupQuery(query, client)).toBe(
    "attributes.type is 'sensor', attributes.gone is absent, authenticationName is 'sensor1'",
  );
});
