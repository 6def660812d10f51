import { covers } from '../../../semantics/event-grid/covering';
import type { MqttClientIdentity } from '../../../semantics/event-grid/mqtt-client-identity';
import {
  attributeKeys,
  namesTheClient,
  parseTopicTemplate,
  substituteTemplate,
  topicTemplateProblem,
} from '../../../semantics/event-grid/topic-template';

// https://learn.microsoft.com/en-us/azure/event-grid/mqtt-topic-spaces
function client(identity: Partial<MqttClientIdentity> = {}): MqttClientIdentity {
  return { authenticationName: 'd1', attributes: {}, ...identity };
}

function allows(template: string, identity: MqttClientIdentity, filter: string): boolean {
  return substituteTemplate(parseTopicTemplate(template), identity).some((spelling) => covers(spelling, filter));
}

const own = 'clients/${client.authenticationName}/status';

test.each([
  [own, client(), 'clients/d1/status', true],
  [own, client(), 'clients/+/status', false],
  [own, client(), 'clients/d2/status', false],
  [own, client(), 'clients/D1/status', false],
  ['area/${client.attributes.area}/t', client(), 'area/north/t', false],
  ['area/${client.attributes.area}/t', client({ attributes: { area: 'north' } }), 'area/north/t', true],
  ['floor/${client.attributes.floor}', client({ attributes: { floor: 3 } }), 'floor/3', true],
  ['m/${client.authenticationName|.f1}/t', client({ authenticationName: 'm1' }), 'm/m1.f1/t', true],
  ['m/pre-${client.authenticationName}-post/t', client(), 'm/pre-d1-post/t', true],
  ['tags/${client.attributes.tags}', client({ attributes: { tags: ['a', 'b'] } }), 'tags/b', true],
  ['tags/${client.attributes.tags}', client({ attributes: { tags: ['a', 'b'] } }), 'tags/c', false],
])("the template '%s' for %j asked for '%s' answers %s", (template, identity, filter, allowed) => {
  expect(allows(template, identity, filter)).toBe(allowed);
});

test.each(['a/b', 'a+', '#'])("a template stands for nothing when the name is '%s'", (authenticationName) => {
  expect(substituteTemplate(parseTopicTemplate(own), client({ authenticationName }))).toEqual([]);
});

test('an attribute named like an inherited property of objects is absent', () => {
  expect(substituteTemplate(parseTopicTemplate('x/${client.attributes.constructor}'), client())).toEqual([]);
});

test('two list attributes give every combination', () => {
  const template = parseTopicTemplate('${client.attributes.a}/${client.attributes.b}');

  const filters = substituteTemplate(template, client({ attributes: { a: ['1', '2'], b: ['x', 'y'] } }));

  expect(filters).toEqual(['1/x', '1/y', '2/x', '2/y']);
});

test('the attribute keys of a template are listed', () => {
  const template = parseTopicTemplate(
    '${client.attributes.area}/${client.authenticationName}/+/${client.attributes.n|x}',
  );

  expect(attributeKeys(template)).toEqual(['area', 'n']);
});

test('a template knows whether it names the client', () => {
  expect(namesTheClient(parseTopicTemplate(own))).toBe(true);
  expect(namesTheClient(parseTopicTemplate('clients/+/status'))).toBe(false);
});

test.each(['clients/+/status', own, '#', '+/+', '/a', '${client.attributes.area}/#', Array(15).fill('a').join('/')])(
  "'%s' is a topic template",
  (text) => {
    expect(topicTemplateProblem(text)).toBeUndefined();
  },
);

test.each([
  ['', 'at least one character long'],
  ['a/b+', 'a topic filter in which + stands alone in its level and # alone in the last one'],
  ['a/#/b', 'a topic filter in which + stands alone in its level and # alone in the last one'],
  ['+${client.authenticationName}', 'a topic filter in which + stands alone in its level and # alone in the last one'],
  ['$SYS/x', 'a filter that does not start with $, which Event Grid reserves'],
  [Array(16).fill('a').join('/'), 'at most 15 levels deep (14 slashes)'],
  ['a'.repeat(257), 'at most 256 bytes long'],
  ['a/${client.authenticationName', 'a filter in which every ${ is closed by }'],
  [
    'a/$${client.authenticationName}',
    'written as Event Grid spells it, with ${ instead of $${ (it is escaped for you)',
  ],
  [
    'a/${client.name}',
    'free of variables other than ${client.authenticationName} and ${client.attributes.KEY}, such as ${client.authenticationName}',
  ],
  [
    'a/${principal.name}',
    'free of variables other than ${client.authenticationName} and ${client.attributes.KEY}, such as ${client.authenticationName}',
  ],
  [
    'a/${client.attributes.x|/b}',
    'free of variables other than ${client.authenticationName} and ${client.attributes.KEY}',
  ],
  ['a/${}', 'free of variables other than ${client.authenticationName} and ${client.attributes.KEY}'],
])("fails to take '%s' as a topic template", (text, problem) => {
  expect(topicTemplateProblem(text)).toBe(problem);
  expect(() => parseTopicTemplate(text)).toThrow(`topic template must be ${problem}, got '${text}'`);
});
