import { ARN, decide } from './policies';

/** What a CONNECT asks for: nothing, a will, a persistent session, both, or a feature that does not exist yet. */
const CONNECTS = {
  plain: [],
  will: ['LastWill'],
  persistent: ['PersistentConnect'],
  both: ['PersistentConnect', 'LastWill'],
  future: ['SomethingNew'],
} as const;

function attributes(operator: string, ...values: string[]) {
  return { [operator]: { 'iot:ConnectAttributes': values } };
}

function allow(Condition?: unknown) {
  return { Effect: 'Allow', Action: 'iot:Connect', Resource: '*', Condition };
}

function deny(Condition: unknown) {
  return { Effect: 'Deny', Action: 'iot:Connect', Resource: '*', Condition };
}

// Every example of https://docs.aws.amazon.com/iot/latest/developerguide/connect-policy.html
const WILL_TOPIC = `${ARN}topic/my/lastwill/topicName`;
const MUST_HAVE_THAT_WILL = allow({ ArnEquals: { 'iot:LastWillTopic': [WILL_TOPIC] } });
const NO_PERSISTENCE = deny(attributes('ForAnyValue:StringEquals', 'PersistentConnect'));

test.each([
  ['Allow without condition', [allow()], ['plain', 'will', 'persistent', 'both', 'future']],
  [
    'ForAllValues:StringEquals LastWill',
    [allow(attributes('ForAllValues:StringEquals', 'LastWill'))],
    ['plain', 'will'],
  ],
  [
    'ForAllValues:StringEquals PersistentConnect',
    [allow(attributes('ForAllValues:StringEquals', 'PersistentConnect'))],
    ['plain', 'persistent'],
  ],
  [
    'ForAllValues:StringEquals PersistentConnect, LastWill',
    [allow(attributes('ForAllValues:StringEquals', 'PersistentConnect', 'LastWill'))],
    ['plain', 'will', 'persistent', 'both'],
  ],
  ['ForAllValues:StringEquals of nothing', [allow(attributes('ForAllValues:StringEquals'))], ['plain']],
  [
    'ForAllValues:StringNotEquals PersistentConnect',
    [allow(attributes('ForAllValues:StringNotEquals', 'PersistentConnect'))],
    ['plain', 'will', 'future'],
  ],
  ['Allow and Deny ForAnyValue:StringEquals PersistentConnect', [allow(), NO_PERSISTENCE], ['plain', 'will', 'future']],
  [
    'ForAnyValue:StringEquals PersistentConnect',
    [allow(attributes('ForAnyValue:StringEquals', 'PersistentConnect'))],
    ['persistent', 'both'],
  ],
  [
    'both allowed, and each alone and none denied',
    [
      allow(attributes('ForAllValues:StringEquals', 'PersistentConnect', 'LastWill')),
      deny(attributes('ForAllValues:StringEquals', 'PersistentConnect')),
      deny(attributes('ForAllValues:StringEquals', 'LastWill')),
      deny(attributes('ForAllValues:StringEquals')),
    ],
    ['both'],
  ],
  ['ArnEquals iot:LastWillTopic', [MUST_HAVE_THAT_WILL], ['will', 'both']],
  ['ArnEquals iot:LastWillTopic and no persistence', [MUST_HAVE_THAT_WILL, NO_PERSISTENCE], ['will']],
])('%s', (_, statements, expected) => {
  const connects = Object.entries(CONNECTS).filter(([, requested]) => {
    const will = requested.some((attribute) => attribute === 'LastWill');
    const keys = { 'iot:ConnectAttributes': requested, 'iot:LastWillTopic': will ? [WILL_TOPIC] : [] };
    return decide(statements, 'iot:Connect', 'client/lwtThing', {}, keys).allowed;
  });

  expect(connects.map(([name]) => name)).toEqual(expected);
});

test('ArnEquals iot:LastWillTopic refuses a will on another topic', () => {
  const keys = { 'iot:ConnectAttributes': ['LastWill'], 'iot:LastWillTopic': [`${ARN}topic/another`] };

  const decision = decide([MUST_HAVE_THAT_WILL], 'iot:Connect', 'client/lwtThing', {}, keys);

  expect(decision.allowed).toBe(false);
  expect(decision.reason).toBe(
    `iot:Connect on ${ARN}client/lwtThing is denied: no statement of policy 'p0' allows it; nearest is Statement[0] of policy 'p0', ` +
      `whose condition does not hold: ArnEquals iot:LastWillTopic '${WILL_TOPIC}', but iot:LastWillTopic is '${ARN}topic/another'`,
  );
});
