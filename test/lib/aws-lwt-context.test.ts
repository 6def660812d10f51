import { AWS_LWT_CONTEXT_KEYS, readAwsLwtContext } from '../../lib/aws-lwt-context';
import { contextHints } from '../../lib/context-hints';

test('an empty context means one device, lwtThing, and nobody to notify', () => {
  const context = readAwsLwtContext({});

  expect(context.deviceNames).toEqual(['lwtThing']);
  expect(context.store).toBeUndefined();
  expect(context.props([]).notify).toBeUndefined();
});

test('every key of the context sets its prop', () => {
  const values: Record<keyof typeof AWS_LWT_CONTEXT_KEYS, string> = {
    emails: 'a@x.org, b@x.org',
    devices: 'lwtThing,pump7',
    namePrefix: 'test-',
    store: 'keys',
    willTopic: 'will/{device}',
    willQos: '1',
    willRetain: 'true',
    willDelaySeconds: '5',
    connectedTopic: 'connected',
    executedTopic: 'executed',
    ruleName: 'rule',
    ruleDescription: 'what for',
    roleName: 'role',
    snsTopicName: 'topic',
    snsDisplayName: 'Alerts',
    messageFormat: 'JSON',
    sql: "SELECT * FROM 'a'",
    alarms: 'false',
    errorLogRetentionDays: '7',
    stackName: 'MyStack',
  };

  const context = readAwsLwtContext(values);

  expect(context.deviceNames).toEqual(['lwtThing', 'pump7']);
  expect(context.store).toBe('keys');
  expect(context.props([])).toEqual({
    devices: [],
    notify: ['a@x.org', 'b@x.org'],
    namePrefix: 'test-',
    willTopic: 'will/{device}',
    willQos: 1,
    willRetain: true,
    willDelaySeconds: 5,
    connectedTopic: 'connected',
    executedTopic: 'executed',
    ruleName: 'rule',
    ruleDescription: 'what for',
    roleName: 'role',
    snsTopicName: 'topic',
    snsDisplayName: 'Alerts',
    messageFormat: 'JSON',
    sql: expect.objectContaining({ text: "SELECT * FROM 'a'" }),
    alarms: false,
    errorLogRetention: 7,
    stackName: 'MyStack',
  });
});

test('values in cdk.json may be JSON', () => {
  const context = readAwsLwtContext({ emails: ['a@x.org'], willQos: 1, willRetain: false });

  expect(context.props([])).toMatchObject({ notify: ['a@x.org'], willQos: 1, willRetain: false });
});

test('all wrong values are named at once', () => {
  const context = { willQos: 'one', willRetain: 'yes', messageFormat: 'json', emails: 7, ruleName: 8 };

  expect(() => readAwsLwtContext(context)).toThrow(
    'context emails must be a list with commas between, got 7; ' +
      "context willQos must be a whole number, got 'one'; " +
      "context willRetain must be true or false, got 'yes'; " +
      'context ruleName must be text, got 8; ' +
      "context messageFormat must be one of RAW, JSON, got 'json'",
  );
});

test('fails for device names before anything is read from the store', () => {
  expect(() => readAwsLwtContext({ devices: '../elsewhere' })).toThrow(
    "devices[0] must be 1 to 128 letters, digits, ':', '_' or '-', got '../elsewhere'",
  );
});

test('fails for a retention that CloudWatch Logs does not know', () => {
  expect(() => readAwsLwtContext({ errorLogRetentionDays: '8' })).toThrow(
    /^context errorLogRetentionDays must be one of 1, 3, 5, 7, 14, 30, .*, got 8$/,
  );
});

test.each([
  ['email', "context key 'email' is not known, did you mean 'emails'?"],
  ['nameprefix', "context key 'nameprefix' is not known, did you mean 'namePrefix'?"],
  ['wilTopic', "context key 'wilTopic' is not known, did you mean 'willTopic'?"],
])('a slip of the pen gets a hint: %s', (key, hint) => {
  expect(contextHints({ [key]: 'x' }, Object.keys(AWS_LWT_CONTEXT_KEYS))).toEqual([hint]);
});

test.each(['emails', 'hosted-zone:account=1', '@aws-cdk/core:flag', 'aws:cdk:x', 'environment'])(
  'a key that is known, CDK’s or something else gets none: %s',
  (key) => {
    expect(contextHints({ [key]: 'x' }, Object.keys(AWS_LWT_CONTEXT_KEYS))).toEqual([]);
  },
);
