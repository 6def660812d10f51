import { ConnectionContext } from '../../../semantics/iot-policy/connection-context';
import { ARN, decide, policiesOf } from './policies';

const thing = { name: 'lwtThing', attributes: {} };
const thingAbsence = "client id 'lwtThing' is not the name of a thing";

function allow(Action: unknown, ...resources: string[]) {
  return { Effect: 'Allow', Action, Resource: resources.map((resource) => `${ARN}${resource}`) };
}

function deny(Action: unknown, ...resources: string[]) {
  return { ...allow(Action, ...resources), Effect: 'Deny' };
}

test('what no statement allows is denied [https://docs.aws.amazon.com/iot/latest/developerguide/iot-policies.html]', () => {
  expect(decide(allow('iot:Publish', 'topic/a'), 'iot:Publish', 'topic/a').allowed).toBe(true);
  expect(decide(allow('iot:Publish', 'topic/a'), 'iot:Publish', 'topic/b').allowed).toBe(false);
  expect(decide(allow('iot:Publish', 'topic/a'), 'iot:Subscribe', 'topic/a').allowed).toBe(false);
});

test('a Deny wins over every Allow, also from another policy', () => {
  const policies = policiesOf(allow('*', '*'), deny('iot:Publish', 'topic/secret/*'));
  const context = new ConnectionContext({ clientId: 'c' });

  const denied = policies.evaluate({ action: 'iot:Publish', resource: `${ARN}topic/secret/1` }, context);
  const allowed = policies.evaluate({ action: 'iot:Publish', resource: `${ARN}topic/open` }, context);

  expect(denied).toMatchObject({
    allowed: false,
    decidingStatement: { policyName: 'p1', index: 0 },
    reason: `iot:Publish on ${ARN}topic/secret/1 is denied by Statement[0] of policy 'p1'`,
  });
  expect(allowed).toMatchObject({ allowed: true, decidingStatement: { policyName: 'p0', index: 0 } });
});

test.each([
  ['*', true],
  ['iot:*', true],
  ['iot:Pub*', true],
  ['iot:publish', true],
  ['iot:?ublish', true],
  ['iot:Publis', false],
  ['iotjobsdata:*', false],
])('Action %s covers iot:Publish: %s', (action, expected) => {
  expect(decide({ Effect: 'Allow', Action: action, Resource: '*' }, 'iot:Publish', 'topic/a').allowed).toBe(expected);
});

test('NotAction covers every other action', () => {
  const statement = { Effect: 'Allow', NotAction: 'iot:Publish', Resource: '*' };

  expect(decide(statement, 'iot:Subscribe', 'topicfilter/a').allowed).toBe(true);
  expect(decide(statement, 'iot:Publish', 'topic/a').allowed).toBe(false);
});

test('NotResource covers every other resource [https://docs.aws.amazon.com/iot/latest/developerguide/pub-sub-policy.html]', () => {
  const statements = [
    { Effect: 'Allow', Action: '*', Resource: '*' },
    { Effect: 'Deny', Action: 'iot:Publish', NotResource: [`${ARN}topic/a`, `${ARN}topic/b/*`] },
  ];

  expect(decide(statements, 'iot:Publish', 'topic/a').allowed).toBe(true);
  expect(decide(statements, 'iot:Publish', 'topic/b/1').allowed).toBe(true);
  expect(decide(statements, 'iot:Publish', 'topic/c').allowed).toBe(false);
});

test('a topic filter is compared literally: room/+/temp permits only itself', () => {
  const statement = allow('iot:Subscribe', 'topicfilter/room/+/temp');

  expect(decide(statement, 'iot:Subscribe', 'topicfilter/room/+/temp').allowed).toBe(true);
  expect(decide(statement, 'iot:Subscribe', 'topicfilter/room/1/temp').allowed).toBe(false);
});

// https://docs.aws.amazon.com/iot/latest/developerguide/pub-sub-policy.html
test('a Deny of a filter does not stop a wider filter; a Deny of iot:Receive keeps the topic secret', () => {
  const statements = [
    allow(['iot:Subscribe', 'iot:Receive'], 'topicfilter/*', 'topic/*'),
    deny('iot:Subscribe', 'topicfilter/a/secret/*'),
    deny('iot:Receive', 'topic/a/secret/*'),
  ];

  expect(decide(statements, 'iot:Subscribe', 'topicfilter/a/secret/x').allowed).toBe(false);
  expect(decide(statements, 'iot:Subscribe', 'topicfilter/a/#').allowed).toBe(true);
  expect(decide(statements, 'iot:Receive', 'topic/a/secret/x').allowed).toBe(false);
  expect(decide(statements, 'iot:Receive', 'topic/a/open').allowed).toBe(true);
});

test('a client whose id is + may subscribe to every device where the filter holds ${iot:ClientId}', () => {
  const statement = allow('iot:Subscribe', 'topicfilter/commands/${iot:ClientId}');

  expect(decide(statement, 'iot:Subscribe', 'topicfilter/commands/+', { clientId: '+' }).allowed).toBe(true);
  expect(decide(statement, 'iot:Subscribe', 'topicfilter/commands/+').allowed).toBe(false);
});

test('basic ingest needs iot:Publish on the whole topic', () => {
  const statement = allow('iot:Publish', 'topic/$aws/rules/lastWillRule/*');

  expect(decide(statement, 'iot:Publish', 'topic/$aws/rules/lastWillRule/a').allowed).toBe(true);
  expect(decide(statement, 'iot:Publish', 'topic/a').allowed).toBe(false);
});

test('a shared subscription is authorised with its full text', () => {
  const statement = allow('iot:Subscribe', 'topicfilter/$share/*/a');

  expect(decide(statement, 'iot:Subscribe', 'topicfilter/$share/group/a').allowed).toBe(true);
  expect(decide(allow('iot:Subscribe', 'topicfilter/a'), 'iot:Subscribe', 'topicfilter/$share/group/a').allowed).toBe(
    false,
  );
});

test('an Allow with a variable that has no value allows nothing [https://docs.aws.amazon.com/iot/latest/developerguide/thing-policy-variables.html]', () => {
  const statement = allow('iot:Connect', 'client/${iot:Connection.Thing.ThingName}');

  expect(decide(statement, 'iot:Connect', 'client/lwtThing', { thing }).allowed).toBe(true);
  expect(decide(statement, 'iot:Connect', 'client/lwtThing', { thingAbsence })).toMatchObject({
    allowed: false,
    variables: { 'iot:Connection.Thing.ThingName': undefined },
    reason:
      `iot:Connect on ${ARN}client/lwtThing is denied: no statement of policy 'p0' allows it; nearest is Statement[0] of policy 'p0', ` +
      `whose resource ${ARN}client/\${iot:Connection.Thing.ThingName} matches nothing: ` +
      "${iot:Connection.Thing.ThingName} has no value, client id 'lwtThing' is not the name of a thing",
  });
});

test('a Deny with a variable that has no value denies nothing, with a warning', () => {
  const statements = [allow('iot:Publish', '*'), deny('iot:Publish', 'topic/${iot:Connection.Thing.ThingName}')];

  const decision = decide(statements, 'iot:Publish', 'topic/a', { thingAbsence });

  expect(decision.allowed).toBe(true);
  expect(decision.warnings).toEqual([
    "Statement[1] of policy 'p0' denies nothing: ${iot:Connection.Thing.ThingName} has no value, client id 'lwtThing' is not the name " +
      'of a thing (AWS does not document what a Deny then does)',
  ]);
});

test('the values of the variables are told', () => {
  const statement = allow('iot:Publish', 'topic/${iot:Connection.Thing.ThingName}/${iot:ClientId}');

  expect(decide(statement, 'iot:Publish', 'topic/lwtThing/lwtThing', { thing })).toMatchObject({
    allowed: true,
    reason: `iot:Publish on ${ARN}topic/lwtThing/lwtThing is allowed by Statement[0] of policy 'p0'`,
    variables: { 'iot:Connection.Thing.ThingName': 'lwtThing', 'iot:ClientId': 'lwtThing' },
  });
});

test('without a policy the reason says so', () => {
  const context = new ConnectionContext({ clientId: 'c' });

  expect(policiesOf().evaluate({ action: 'iot:Publish', resource: `${ARN}topic/a` }, context).reason).toBe(
    `iot:Publish on ${ARN}topic/a is denied: no policy is attached to the principal`,
  );
});

test.each([
  [
    'the statement whose resource agrees longest',
    [allow('iot:Publish', 'topic/other'), { ...allow('iot:Publish', 'topic/x', 'topic/a/b/c'), Sid: 'Will' }],
    'iot:Publish',
    'topic/a/b/d',
    `Statement[1] (Sid 'Will') of policy 'p0', whose resource ${ARN}topic/a/b/c does not match`,
  ],
  [
    'the statement that lacks only the action',
    [allow('iot:Connect', 'client/*'), allow('iot:Publish', 'topic/will')],
    'iot:RetainPublish',
    'topic/will',
    "Statement[1] of policy 'p0', which covers the resource but not the action iot:RetainPublish",
  ],
  [
    'a condition that does not hold before everything else',
    [
      allow('iot:Connect', 'client/lwtThin?x'),
      { ...allow('iot:Connect', 'client/*'), Condition: { Bool: { 'iot:Connection.Thing.IsAttached': 'true' } } },
    ],
    'iot:Connect',
    'client/lwtThing',
    "Statement[1] of policy 'p0', whose condition does not hold: Bool iot:Connection.Thing.IsAttached 'true', but iot:Connection.Thing.IsAttached is 'false'",
  ],
  [
    'the resource with its variables filled in',
    [allow('iot:Publish', 'topic/${iot:ClientId}/state')],
    'iot:Publish',
    'topic/lwtThing/will',
    `Statement[0] of policy 'p0', whose resource ${ARN}topic/\${iot:ClientId}/state (here ${ARN}topic/lwtThing/state) does not match`,
  ],
  [
    'a resource of the wrong type',
    [allow('iot:Subscribe', 'topic/a')],
    'iot:Subscribe',
    'topicfilter/a',
    `Statement[0] of policy 'p0', whose resource ${ARN}topic/a does not match: iot:Subscribe needs a resource of type topicfilter`,
  ],
  [
    'an MQTT wildcard that was meant as one',
    [allow('iot:Publish', 'topic/a/+/c')],
    'iot:Publish',
    'topic/a/b/c',
    `Statement[0] of policy 'p0', whose resource ${ARN}topic/a/+/c does not match: + and # are ordinary characters in a policy, * is the wildcard`,
  ],
])('nearest is %s', (_, statements, action, resource, expected) => {
  const decision = decide(statements, action, resource);

  expect(decision.allowed).toBe(false);
  expect(decision.reason).toBe(
    `${action} on ${ARN}${resource} is denied: no statement of policy 'p0' allows it; nearest is ${expected}`,
  );
});

test('no statement is called near when neither action nor resource agrees', () => {
  const decision = decide({ Effect: 'Allow', Action: 'iot:Connect', Resource: '*' }, 'iot:Publish', 'topic/a');

  expect(decision.nearestStatement).toBeUndefined();
  expect(decision.reason).toBe(`iot:Publish on ${ARN}topic/a is denied: no statement of policy 'p0' allows it`);
});

test('a request key is found whatever its case, and an empty one counts as absent', () => {
  const statement = {
    Effect: 'Allow',
    Action: 'iot:Connect',
    Resource: '*',
    Condition: { Null: { 'IOT:connectattributes': 'true' } },
  };

  expect(decide(statement, 'iot:Connect', 'client/a', {}, { 'iot:ConnectAttributes': [] }).allowed).toBe(true);
  expect(decide(statement, 'iot:Connect', 'client/a', {}, { 'iot:ConnectAttributes': ['LastWill'] }).allowed).toBe(
    false,
  );
});
