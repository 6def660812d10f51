import { AWS_RULES, checkCloudFormation, type DeclaredWill, type RuleFinding } from '../../../checks';
import { devices, policy, republish, STRICT_POLICY, sns, topicRule } from './template';

const WILL: DeclaredWill = { topic: 'things/{device}/gone', payload: '{"status":"gone"}' };

function check(resources: object, wills: readonly DeclaredWill[] = []): readonly RuleFinding[] {
  return checkCloudFormation([{ name: 'T.json', json: { Resources: resources } }], { wills }).findings;
}

function found(id: string, resources: object, wills: readonly DeclaredWill[] = []): string[] {
  return check(resources, wills)
    .filter(({ ruleId }) => ruleId === `lastwill:${id}`)
    .map(({ severity, logicalId, path, message }) => [severity, logicalId, path, message].filter(Boolean).join(' | '));
}

test('a template that keeps every rule has no finding', () => {
  const rule = topicRule({ actions: [sns('RAW'), republish('lwt/executed')] });

  expect(check({ Policy: STRICT_POLICY, Rule: rule, ...devices('pump7') }, [WILL])).toEqual([]);
});

test('rules that have nothing to look at do not apply', () => {
  const { applied } = checkCloudFormation([{ name: 'T.json', json: { Resources: { Rule: topicRule({}) } } }]);

  expect(applied).toEqual([
    'lastwill:sqlInvalid',
    'lastwill:sqlVersionMissing',
    'lastwill:ruleTopics',
    'lastwill:ruleNotPermitted',
    'lastwill:errorActionMissing',
  ]);
});

// https://docs.aws.amazon.com/iot/latest/developerguide/life-cycle-events.html
describe('willNotPublishable', () => {
  test('fails for a device whose policy does not allow its will', () => {
    const [finding] = found('willNotPublishable', { Policy: STRICT_POLICY, ...devices('pump7') }, [
      { topic: 'other/{device}/gone' },
    ]);

    expect(finding).toMatch(
      /^error \| Policy \| Properties.PolicyDocument \| pump7 cannot leave its will: iot:Publish on arn:aws:iot:us-east-1:123456789012:topic\/other\/pump7\/gone is denied/,
    );
  });

  test('without devices one policy that allows it is enough', () => {
    const claim = policy(['iot:Connect', 'client/claim']);
    const renamed = { ...claim, Properties: { ...(claim.Properties as object), PolicyName: 'claim' } };

    expect(found('willNotPublishable', { Claim: renamed, Policy: STRICT_POLICY }, [WILL])).toEqual([]);
    expect(found('willNotPublishable', { Claim: renamed }, [WILL])).toHaveLength(1);
  });

  test('a will that names its policy is proved for the devices under it only', () => {
    const rule = { ...topicRule({}), Metadata: { 'lastwill:will': { ...WILL, policy: { Ref: 'Other' } } } };
    const other = policy(['iot:Connect', 'client/x']);
    const named = { ...other, Properties: { ...(other.Properties as object), PolicyName: 'other' } };

    expect(found('willNotPublishable', { Rule: rule, Policy: STRICT_POLICY, Other: named })).toEqual([
      expect.stringContaining('error | Other | Properties.PolicyDocument | some-device cannot leave its will'),
    ]);
  });
});

// https://docs.aws.amazon.com/iot/latest/developerguide/retained-message-policy-examples.html
test('willNotRetainable: a retained will needs iot:RetainPublish', () => {
  const retained = { ...WILL, retain: true };
  const allowing = policy(
    ['iot:Connect', 'client/${iot:Connection.Thing.ThingName}'],
    ['iot:Publish', 'topic/things/${iot:Connection.Thing.ThingName}/gone'],
    ['iot:RetainPublish', 'topic/things/${iot:Connection.Thing.ThingName}/gone'],
  );

  expect(found('willNotRetainable', { Policy: STRICT_POLICY, ...devices('pump7') }, [retained])).toHaveLength(1);
  expect(found('willNotRetainable', { Policy: allowing, ...devices('pump7') }, [retained])).toEqual([]);
});

describe('sharedWillTopic', () => {
  test('warns of a will topic that is the same for every device', () => {
    const shared = policy(['iot:Publish', 'topic/last/will/topic']);

    expect(found('sharedWillTopic', { Policy: shared, ...devices('pump7') }, [{ topic: 'last/will/topic' }])).toEqual([
      "warning | Policy | Properties.PolicyDocument | will topic 'last/will/topic' is the same for every device: put {device} into it",
    ]);
  });

  test('warns of a policy that allows the will of another device', () => {
    const loose = policy(['iot:Publish', 'topic/things/*']);

    expect(found('sharedWillTopic', { Policy: loose, ...devices('pump7') }, [WILL])).toEqual([
      expect.stringContaining('pump7 may publish on things/another-device/gone too'),
    ]);
  });
});

// https://docs.aws.amazon.com/general/latest/gr/iot-core.html
test('willTiming: warns of keep alives that AWS changes and of delays that it does not wait for', () => {
  expect(found('willTiming', { Policy: STRICT_POLICY }, [{ ...WILL, keepAliveSeconds: 10, delaySeconds: 5 }])).toEqual([
    'warning | keepAliveSeconds 10 becomes 30: silence is noticed after 45 seconds',
    'warning | willDelaySeconds 5 is not waited for: AWS publishes the will at once',
  ]);
  expect(found('willTiming', { Policy: STRICT_POLICY }, [{ ...WILL, keepAliveSeconds: 0 }])).toEqual([
    'warning | keepAliveSeconds 0 becomes 1200: silence is noticed after 1800 seconds',
  ]);
  expect(found('willTiming', { Policy: STRICT_POLICY }, [{ ...WILL, keepAliveSeconds: 30 }])).toEqual([]);
});

describe('willTopic', () => {
  test('fails for more than seven slashes', () => {
    expect(found('willTopic', { Policy: STRICT_POLICY }, [{ topic: '/a/b/c/d/e/f/{device}/h' }])).toEqual([
      "error | will topic must be at most 8 levels deep (7 slashes), got '/a/b/c/d/e/f/{device}/h'",
    ]);
  });

  // https://docs.aws.amazon.com/iot/latest/developerguide/device-shadow-comms-app.html
  test('fails for a shadow topic, whose wills the shadow service ignores', () => {
    expect(found('willTopic', { Policy: STRICT_POLICY }, [{ topic: '$aws/things/{device}/shadow/update' }])).toEqual([
      "error | will topic must be a topic that does not start with $, got '$aws/things/{device}/shadow/update'",
    ]);
  });
});

test('willNotHeard: warns when no rule that is enabled listens on the topic', () => {
  const elsewhere = topicRule({ sql: "SELECT * FROM 'things/+/here'" });
  const disabled = topicRule({ rest: { RuleDisabled: true } });

  expect(found('willNotHeard', { Rule: elsewhere }, [WILL])).toEqual([
    "warning | no rule hears the will on 'things/{device}/gone': rules listen on 'things/+/here'",
  ]);
  expect(found('willNotHeard', { Rule: disabled }, [WILL])).toEqual([
    "warning | no rule hears the will on 'things/{device}/gone': no rule is enabled",
  ]);
  expect(found('willNotHeard', { Rule: topicRule({}) }, [WILL])).toEqual([]);
});

// https://docs.aws.amazon.com/iot/latest/developerguide/iot-sql-where.html
describe('ruleCannotMatchWill', () => {
  test('fails when the WHERE is false for the payload', () => {
    expect(
      found('ruleCannotMatchWill', { Rule: topicRule({ name: 'onGone' }) }, [
        { ...WILL, payload: '{"status":"lost"}' },
      ]),
    ).toEqual([
      'error | Rule | Properties.TopicRulePayload.Sql | onGone never matches the will {"status":"lost"}: its WHERE is not true',
    ]);
  });

  test('one rule of several that matches is enough', () => {
    const other = topicRule({ sql: "SELECT * FROM 'things/#' WHERE status = 'lost'" });

    expect(found('ruleCannotMatchWill', { Rule: topicRule({}), Other: other }, [WILL])).toEqual([]);
  });

  test('the device in topic and payload is the same as the one that connects', () => {
    const rule = topicRule({ sql: "SELECT * FROM 'things/+/gone' WHERE id = topic(2) AND clientid() = id" });

    expect(found('ruleCannotMatchWill', { Rule: rule }, [{ ...WILL, payload: '{"id":"{device}"}' }])).toEqual([]);
  });
});

test('sqlInvalid: fails with line and column for a statement that AWS refuses', () => {
  expect(found('sqlInvalid', { Rule: topicRule({ sql: "SELECT * FORM 'a'" }) })).toEqual([
    expect.stringMatching(/^error \| Rule \| Properties.TopicRulePayload.Sql \| line 1, column 10: /),
  ]);
});

// https://docs.aws.amazon.com/iot/latest/developerguide/iot-rule-sql-version.html
test('sqlVersionMissing: warns of a rule that does not say its SQL version', () => {
  expect(found('sqlVersionMissing', { Rule: topicRule({ rest: { AwsIotSqlVersion: undefined } }) })).toHaveLength(1);
});

test('ruleTopics: fails for topics beyond the limits', () => {
  const rule = topicRule({ actions: [republish('a/b/c/d/e/f/g/h/i'), republish('a/${topic(2)}')] });

  expect(found('ruleTopics', { Rule: rule })).toEqual([
    "error | Rule | Properties.TopicRulePayload.Actions[0].Republish.Topic | Topic must be at most 8 levels deep (7 slashes), got 'a/b/c/d/e/f/g/h/i'",
  ]);
});

// https://docs.aws.amazon.com/iot/latest/developerguide/republish-rule-action.html
describe('republishLoop', () => {
  test.each([
    ["SELECT * FROM 'a/+'", 'a/b', ['error']],
    ["SELECT * FROM 'a/#'", 'a/${topic(2)}', ['warning']],
    ["SELECT * FROM 'a/+' WHERE b = 1", 'a/b', ['warning']],
    ["SELECT * FROM 'a/x-1'", 'a/x-${clientid()}', ['warning']],
    ["SELECT * FROM 'a/x-1'", 'a/x-${topic(2)}', []],
    ["SELECT * FROM 'a/b'", '${topic()}', ['error']],
    ["SELECT * FROM 'a/+/b'", 'x/${topic()}', []],
    ["SELECT * FROM 'a/#' WHERE topic(2) <> 'out'", 'a/out', []],
    ["SELECT * FROM 'a/#' WHERE b = 1 AND NOT endswith(topic(), '/out')", 'a/b/out', []],
    ["SELECT * FROM 'a/#' WHERE topic(2) <> 'out' OR b = 1", 'a/out', ['warning']],
    ["SELECT * FROM 'a/#' WHERE topic(2) <> 'in'", 'a/out', ['warning']],
    ["SELECT * FROM 'a'", '$$aws/rules/r/a', ['error']],
    ["SELECT * FROM 'a'", '$$aws/rules/other/a', []],
    ["SELECT * FROM '#'", '${topic()}', ['warning']],
    ["SELECT * FROM 'a/+'", 'b/${topic(2)}', []],
    ["SELECT * FROM 'a/+'", 'a/b/c', []],
    ["SELECT * FROM '#'", '$$aws/things/x/shadow/update', []],
    ["SELECT * FROM 'a/y-1'", 'a/x-${topic(2)}', []],
  ])('%s republished to %s: %j', (sql, topic, severities) => {
    const rule = topicRule({ sql, actions: [republish(topic)], name: 'r' });

    expect(found('republishLoop', { Rule: rule }).map((finding) => finding.split(' ')[0])).toEqual(severities);
  });

  test('warns of an error action that republishes to its own rule', () => {
    const rule = topicRule({ name: 'r', sql: "SELECT * FROM 'a'", rest: { ErrorAction: republish('a') } });

    expect(found('republishLoop', { Rule: rule })).toEqual([
      "warning | Rule | Properties.TopicRulePayload.ErrorAction.Republish.Topic | r hears 'a', which it republishes itself",
    ]);
  });

  test('a disabled rule ends a loop', () => {
    const first = topicRule({ name: 'ping', sql: "SELECT * FROM 'ping'", actions: [republish('pong')] });
    const second = topicRule({
      name: 'pong',
      sql: "SELECT * FROM 'pong'",
      actions: [republish('ping')],
      rest: { RuleDisabled: true },
    });

    expect(found('republishLoop', { First: first, Second: second })).toEqual([]);
  });

  test('fails for a loop through another rule, naming the way', () => {
    const first = topicRule({ name: 'ping', sql: "SELECT * FROM 'ping'", actions: [republish('pong')] });
    const second = topicRule({ name: 'pong', sql: "SELECT * FROM 'pong'", actions: [republish('ping')] });

    expect(found('republishLoop', { First: first, Second: second })).toEqual([
      "error | First | Properties.TopicRulePayload.Actions[0].Republish.Topic | ping -> pong hears 'pong', which it republishes itself",
      "error | Second | Properties.TopicRulePayload.Actions[0].Republish.Topic | pong -> ping hears 'ping', which it republishes itself",
    ]);
  });
});

// https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
describe('snsJsonDefault', () => {
  const severityOf = (sql: string, wills: readonly DeclaredWill[] = []): (string | undefined)[] =>
    found('snsJsonDefault', { Rule: topicRule({ sql, actions: [sns('JSON')] }) }, wills).map(
      (one) => one.split(' ')[0],
    );

  test.each([
    ["SELECT a FROM 'x'", ['error']],
    ["SELECT a AS default FROM 'x'", []],
    ["SELECT *, topic() AS default FROM 'x'", []],
    ["SELECT message.default FROM 'x'", []],
    ["SELECT * FROM 'x'", ['warning']],
  ])('%s: %j', (sql, severities) => {
    expect(severityOf(sql)).toEqual(severities);
  });

  test('SELECT * is proved on the payload of the will', () => {
    const sql = "SELECT * FROM 'things/+/gone'";

    expect(severityOf(sql, [WILL])).toEqual(['error']);
    expect(severityOf(sql, [{ ...WILL, payload: '{"default":"gone"}' }])).toEqual([]);
  });

  test('RAW needs none', () => {
    expect(found('snsJsonDefault', { Rule: topicRule({ actions: [sns('RAW')] }) })).toEqual([]);
  });
});

test('errorActionMissing: warns of a rule whose failures nobody learns', () => {
  const rule = topicRule({ name: 'onGone', actions: [sns('RAW')], rest: { ErrorAction: undefined } });

  expect(found('errorActionMissing', { Rule: rule })).toEqual([
    'warning | Rule | Properties.TopicRulePayload | onGone has no ErrorAction: a failure of its actions is lost',
  ]);
});

// https://docs.aws.amazon.com/iot/latest/developerguide/connect-policy.html
test.each([
  ['client/${iot:ClientId}', 1],
  ['client/*', 1],
  ['*', 1],
  ['client/${iot:Connection.Thing.ThingName}', 0],
  ['client/basicPubSub', 0],
])('clientIdSpoofing: iot:Connect on %s: %i', (resource, count) => {
  expect(found('clientIdSpoofing', { Policy: policy(['iot:Connect', resource]) })).toHaveLength(count);
});

test('wildcardStatement: warns of statements that allow every topic, each once', () => {
  const loose = policy(['iot:Connect', 'client/a'], ['iot:*', '*'], ['iot:Publish', 'topic/a/*']);

  expect(found('wildcardStatement', { Policy: loose })).toEqual([
    "warning | Policy | Properties.PolicyDocument.Statement[1] | policy 'devices' lets a device publish on every topic, retain messages on every topic, subscribe to every topic, receive every message",
  ]);
});

test('sharedCertificate: warns of a certificate of several things', () => {
  expect(found('sharedCertificate', { Policy: STRICT_POLICY, ...devices('pump7', 'pump8') })).toEqual([
    "warning | Certificate | the certificate is that of 2 things: 'pump7', 'pump8'",
  ]);
});

test('ids are unique', () => {
  const ids = AWS_RULES.map(({ id }) => id);

  expect(new Set(ids).size).toBe(ids.length);
});
