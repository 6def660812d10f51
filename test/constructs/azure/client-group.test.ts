import { TerraformVariable } from 'cdktf';
import { ClientGroup } from '../../../constructs/azure/client-group';
import { ClientGroupQuery } from '../../../constructs/azure/client-group-query';
import { newNamespace, newStack, propertiesOf, synthesized } from './synthesized';

const { raw, attribute, authenticationName } = ClientGroupQuery;

function queryOf(query: ClientGroupQuery): unknown {
  const stack = newStack();
  new ClientGroup(stack, 'sensors', { namespace: newNamespace(stack, {}, 'ns1'), query });
  const [group] = synthesized(stack).resources('Microsoft.EventGrid/namespaces/clientGroups@');
  expect(group).toMatchObject({
    type: 'Microsoft.EventGrid/namespaces/clientGroups@2025-02-15',
    name: 'sensors',
    parent_id: '${azapi_resource.ns1.id}',
    locks: ['${azapi_resource.ns1.id}'],
  });
  return propertiesOf(group).query;
}

test('a raw query stays as it was written', () => {
  expect(queryOf(raw("attributes.type='sensor'"))).toBe("attributes.type='sensor'");
});

test.each([
  [attribute('type').equals('sensor'), "attributes.type = 'sensor'"],
  [attribute('type').differsFrom('sensor'), "attributes.type != 'sensor'"],
  [attribute('floor').lessThan(3), 'attributes.floor < 3'],
  [attribute('floor').atMost(3), 'attributes.floor <= 3'],
  [attribute('floor').moreThan(3), 'attributes.floor > 3'],
  [attribute('floor').atLeast(-3), 'attributes.floor >= -3'],
  [authenticationName().isOneOf(['a', 'b']), "authenticationName IN ['a', 'b']"],
  [
    attribute('a').equals(1).or(attribute('b').equals(2)).and(attribute('c').equals(3)),
    '(attributes.a = 1 or attributes.b = 2) and attributes.c = 3',
  ],
  [raw("attributes.a='x'").and(attribute('b').equals(2)), "attributes.a = 'x' and attributes.b = 2"],
])('a query that was built is written as Event Grid spells it: %#', (query, text) => {
  expect(queryOf(query)).toBe(text);
});

test('text in a query that looks like a Terraform reference is deployed as written', () => {
  expect(queryOf(raw("attributes.a='${x}'"))).toBe("attributes.a='$${x}'");
});

test('a query that is known at deployment only is not checked and survives', () => {
  const stack = newStack();
  const variable = new TerraformVariable(stack, 'type', { type: 'string' });
  const query = attribute('type').equals(variable.stringValue).and(attribute('floor').equals(1));
  new ClientGroup(stack, 'sensors', { namespace: newNamespace(stack), query });

  expect(query.tree).toBeUndefined();
  expect(synthesized(stack).resources('Microsoft.EventGrid/namespaces/clientGroups@')).toMatchObject([
    { body: { properties: { query: "(attributes.type = '${var.type}') and (attributes.floor = 1)" } } },
  ]);
});

test.each([
  [() => raw("type = 'sensor'"), "client group query, 1:1: expected attributes.KEY or authenticationName, got 'type'"],
  [() => raw("attributes.a = '$${x}'"), undefined],
  [() => attribute('a-b'), "key must be letters, digits and underscores, got 'a-b'"],
  [() => attribute('a').equals(1.5), 'literal must be text or an integer, got 1.5'],
  [() => attribute('a').isOneOf([]), 'literals must be at least one value, got []'],
])('fails on a query that Event Grid would refuse: %#', (act, message) => {
  if (message === undefined) expect(act).not.toThrow();
  else expect(act).toThrow(message);
});

test('fails on a query that is escaped already', () => {
  expect(() => queryOf(raw("attributes.a = '$${x}'"))).toThrow(
    'query must be written as Event Grid spells it, with ${ instead of $${ (it is escaped for you)',
  );
});

test('fails on a name that Azure would refuse', () => {
  const stack = newStack();
  const namespace = newNamespace(stack);

  expect(
    () => new ClientGroup(stack, 'g', { namespace, groupName: 'my_group', query: raw('attributes.a = 1') }),
  ).toThrow("[stack/g] groupName must be 3 to 50 letters, digits and hyphens, got 'my_group'");
});

test('a name that the construct has no good id for is made from its path', () => {
  const stack = newStack();
  new ClientGroup(stack, 'g', { namespace: newNamespace(stack), query: raw('attributes.a = 1') });

  expect(synthesized(stack).resources('Microsoft.EventGrid/namespaces/clientGroups@')).toMatchObject([
    { name: 'g-cd0aa985' },
  ]);
});

test('fails on more than ten client groups', () => {
  const stack = newStack();
  const namespace = newNamespace(stack);
  for (let index = 0; index < 11; index++) {
    new ClientGroup(stack, `group${index}`, { namespace, query: raw('attributes.a = 1') });
  }

  expect(() => synthesized(stack)).toThrow("the namespace's client groups must be at most 10, got 11");
});

test('fails on two client groups whose names differ in case only', () => {
  const stack = newStack();
  const namespace = newNamespace(stack);
  new ClientGroup(stack, 'one', { namespace, groupName: 'Sensors', query: raw('attributes.a = 1') });
  new ClientGroup(stack, 'two', { namespace, groupName: 'sensors', query: raw('attributes.a = 1') });

  expect(() => synthesized(stack)).toThrow(
    "client group names must be unique whatever their case, got 'sensors' more than once",
  );
});
