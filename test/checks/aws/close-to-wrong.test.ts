import { checkCloudFormation, type DeclaredWill } from '../../../checks';
import { devices, policy, republish, STRICT_POLICY, sns, topicRule } from './template';

const WILL: DeclaredWill = { topic: 'things/{device}/gone', payload: '{"status":"gone"}' };
const NAME = '${iot:Connection.Thing.ThingName}';
const CONNECT = { Effect: 'Allow', Action: 'iot:Connect', Resource: arn(`client/${NAME}`) };
const PUBLISH = { Effect: 'Allow', Action: 'iot:Publish', Resource: arn(`topic/things/${NAME}/gone`) };

function arn(resource: string): string {
  return `arn:aws:iot:us-east-1:123456789012:${resource}`;
}

function statements(...Statement: readonly object[]) {
  return {
    Type: 'AWS::IoT::Policy',
    Properties: { PolicyName: 'devices', PolicyDocument: { Version: '2012-10-17', Statement } },
  };
}

function ids(resources: object, wills: readonly DeclaredWill[] = [], rest: object = {}): string[] {
  const { findings } = checkCloudFormation([{ name: 'T.json', json: { ...rest, Resources: resources } }], { wills });
  return findings.map(({ ruleId, severity }) => `${severity} ${ruleId.replace('lastwill:', '')}`);
}

/** A device whose thing has a site, under a policy. */
function deviceOf(Policy: object, Attributes: object = { site: 'north' }): object {
  const { Thing0, ...others } = devices('pump7');
  return {
    ...others,
    Thing0: { ...Thing0, Properties: { ThingName: 'pump7', AttributePayload: { Attributes } } },
    Policy,
  };
}

describe('policies that are right, however they say it', () => {
  test.each([
    [
      'a variable of the thing’s attributes',
      statements(CONNECT, { ...PUBLISH, Resource: arn('topic/sites/${iot:Connection.Thing.Attributes[site]}/gone') }),
      { topic: 'sites/north/gone' },
      ['warning sharedWillTopic'],
    ],
    [
      'the client id beside IsAttached',
      statements(
        { ...CONNECT, Resource: arn('client/*'), Condition: { Bool: { 'iot:Connection.Thing.IsAttached': 'true' } } },
        { ...PUBLISH, Resource: arn('topic/things/${iot:ClientId}/gone') },
      ),
      WILL,
      [],
    ],
    ['several statements', statements(CONNECT, { ...PUBLISH, Resource: arn('topic/other') }, PUBLISH), WILL, []],
    [
      'lists of actions and resources',
      statements(CONNECT, {
        Effect: 'Allow',
        Action: ['iot:Receive', 'iot:Publish'],
        Resource: [arn('topic/other'), arn(`topic/things/${NAME}/*`)],
      }),
      WILL,
      [],
    ],
    ['a wildcard in the action', statements(CONNECT, { ...PUBLISH, Action: 'iot:Pub*' }), WILL, []],
    [
      'NotAction',
      statements(CONNECT, {
        Effect: 'Allow',
        NotAction: ['iot:Connect', 'iot:Subscribe'],
        Resource: arn(`topic/things/${NAME}/gone`),
      }),
      WILL,
      [],
    ],
    [
      'a Deny beside it',
      statements(CONNECT, PUBLISH, { Effect: 'Deny', Action: 'iot:Publish', Resource: arn('topic/secret/*') }),
      WILL,
      [],
    ],
    [
      'a Deny of all that is not its own',
      statements(
        CONNECT,
        { ...PUBLISH, Resource: arn('topic/things/*') },
        { Effect: 'Deny', Action: 'iot:Publish', NotResource: arn(`topic/things/${NAME}/*`) },
      ),
      WILL,
      [],
    ],
    [
      'a condition on the will topic',
      statements(
        { ...CONNECT, Condition: { ArnEquals: { 'iot:LastWillTopic': arn('topic/things/pump7/gone') } } },
        PUBLISH,
      ),
      WILL,
      [],
    ],
    [
      'a condition that allows wills',
      statements(
        { ...CONNECT, Condition: { 'ForAllValues:StringEquals': { 'iot:ConnectAttributes': ['LastWill'] } } },
        PUBLISH,
      ),
      WILL,
      [],
    ],
    [
      'a condition that demands a session and allows wills',
      statements(
        {
          ...CONNECT,
          Condition: { 'ForAllValues:StringEquals': { 'iot:ConnectAttributes': ['PersistentConnect', 'LastWill'] } },
        },
        PUBLISH,
      ),
      WILL,
      [],
    ],
    [
      'the certificate’s subject, which only the account knows',
      statements(CONNECT, { ...PUBLISH, Resource: arn('topic/things/${iot:Certificate.Subject.CommonName}/gone') }),
      WILL,
      [],
    ],
    [
      'a condition on the address, which only a connection has',
      statements(CONNECT, { ...PUBLISH, Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } } }),
      WILL,
      [],
    ],
    [
      'the thing’s type, which only code gives',
      statements(CONNECT, { ...PUBLISH, Resource: arn(`topic/\${iot:Connection.Thing.ThingTypeName}/${NAME}/gone`) }),
      { topic: 'pump/{device}/gone' },
      [],
    ],
  ] as const)('%s', (_, Policy, will, findings) => {
    expect(ids(deviceOf(Policy), [will])).toEqual(findings);
  });
});

describe('policies that are wrong, however they say it', () => {
  test.each([
    [
      'a connect that excludes wills',
      statements(
        { ...CONNECT, Condition: { 'ForAllValues:StringEquals': { 'iot:ConnectAttributes': ['PersistentConnect'] } } },
        PUBLISH,
      ),
      'error willNotPublishable',
    ],
    [
      'a connect for another will',
      statements(
        { ...CONNECT, Condition: { ArnEquals: { 'iot:LastWillTopic': arn('topic/other') } } },
        { ...CONNECT, Condition: { 'ForAllValues:StringEquals': { 'iot:ConnectAttributes': ['PersistentConnect'] } } },
        PUBLISH,
      ),
      'error willNotPublishable',
    ],
    [
      'an attribute that the thing does not have',
      statements(CONNECT, { ...PUBLISH, Resource: arn('topic/things/${iot:Connection.Thing.Attributes[line]}/gone') }),
      'error willNotPublishable',
    ],
    [
      'a Deny that wins',
      statements(CONNECT, PUBLISH, { Effect: 'Deny', Action: 'iot:*', Resource: arn('topic/things/*') }),
      'error willNotPublishable',
    ],
    [
      'an MQTT wildcard, which is a letter here',
      statements(CONNECT, { ...PUBLISH, Resource: arn('topic/things/+/gone') }),
      'error willNotPublishable',
    ],
    [
      'NotAction on everything',
      statements(CONNECT, { Effect: 'Allow', NotAction: 'iot:Connect', Resource: '*' }),
      'warning wildcardStatement',
    ],
    [
      'the client id without IsAttached',
      statements({ ...CONNECT, Resource: arn('client/${iot:ClientId}') }, PUBLISH),
      'warning clientIdSpoofing',
    ],
    [
      'any client id under a condition on wills',
      statements(
        {
          ...CONNECT,
          Resource: '*',
          Condition: { 'ForAllValues:StringEquals': { 'iot:ConnectAttributes': ['LastWill'] } },
        },
        PUBLISH,
      ),
      'warning clientIdSpoofing',
    ],
  ] as const)('%s', (_, Policy, finding) => {
    expect(ids(deviceOf(Policy), [WILL])).toContain(finding);
  });
});

test('sharedWillTopic: every device is looked at, not the first alone', () => {
  const second = {
    Thing: { Type: 'AWS::IoT::Thing', Properties: { ThingName: 'valve1' } },
    Key: { Type: 'AWS::IoT::Certificate', Properties: { Status: 'ACTIVE', CertificateSigningRequest: 'y' } },
    Attach: {
      Type: 'AWS::IoT::ThingPrincipalAttachment',
      Properties: { ThingName: 'valve1', Principal: { 'Fn::GetAtt': ['Key', 'Arn'] } },
    },
    Loose: {
      ...policy(['iot:Publish', 'topic/things/*']),
      Properties: { ...(policy(['iot:Publish', 'topic/things/*']).Properties as object), PolicyName: 'loose' },
    },
    AttachLoose: {
      Type: 'AWS::IoT::PolicyPrincipalAttachment',
      Properties: { PolicyName: 'loose', Principal: { 'Fn::GetAtt': ['Key', 'Arn'] } },
    },
  };

  expect(ids({ Policy: STRICT_POLICY, ...devices('pump7'), ...second }, [WILL])).toEqual(['warning sharedWillTopic']);
});

test('sharedWillTopic: a policy that names another device is found', () => {
  const naming = statements(CONNECT, {
    ...PUBLISH,
    Resource: [arn('topic/things/pump7/gone'), arn('topic/things/valve1/gone')],
  });

  expect(ids({ Policy: naming, ...devices('pump7', 'valve1') }, [WILL])).toEqual(
    expect.arrayContaining(['warning sharedWillTopic']),
  );
});

test('two stacks whose policies have one logical id are not taken for each other', () => {
  const stack = (name: string) => {
    const Properties = { ...(STRICT_POLICY.Properties as object), PolicyName: name };
    const document = JSON.parse(JSON.stringify(Properties).replaceAll('things/', `${name}/`));
    const will = { topic: `${name}/{device}/gone`, policy: { Ref: 'Policy' } };
    const Rule = { ...topicRule({ name, sql: `SELECT * FROM '${name}/+/gone'` }), Metadata: { 'lastwill:will': will } };
    return {
      name: `${name}.json`,
      json: { Resources: { Policy: { Type: 'AWS::IoT::Policy', Properties: document }, Rule } },
    };
  };

  expect(checkCloudFormation([stack('north'), stack('south')]).findings).toEqual([]);
});

test('a will that the template declares with a parameter is proved', () => {
  const Metadata = { 'lastwill:will': { topic: { 'Fn::Sub': '${Root}/{device}/gone' } } };
  const resources = { Rule: { ...topicRule({}), Metadata }, Policy: STRICT_POLICY };
  const parameters = (Default: string) => ({ Parameters: { Root: { Type: 'String', Default } } });

  expect(ids(resources, [], parameters('things'))).toEqual([]);
  expect(ids(resources, [], parameters('elsewhere'))).toEqual(['error willNotPublishable', 'warning willNotHeard']);
});

test.each([
  ['an object', { status: 'here' }],
  ['text', '{"status":"here"}'],
])('a will whose payload is declared as %s is proved against the conditions of rules', (_, payload) => {
  const Metadata = { 'lastwill:will': { topic: 'things/{device}/gone', payload } };
  const Rule = { ...topicRule({ sql: "SELECT * FROM 'things/+/gone' WHERE status IN ['gone', 'lost']" }), Metadata };

  expect(ids({ Rule, Policy: STRICT_POLICY })).toEqual(['error ruleCannotMatchWill']);
});

test('a delay of a will may be a parameter', () => {
  const Metadata = { 'lastwill:will': { topic: 'things/{device}/gone', delaySeconds: { Ref: 'Delay' } } };
  const Parameters = { Delay: { Type: 'Number', Default: 5 } };

  expect(ids({ Rule: { ...topicRule({}), Metadata }, Policy: STRICT_POLICY }, [], { Parameters })).toEqual([
    'warning willTiming',
  ]);
});

test('what is declared as a will and is none is told, not overlooked', () => {
  const Rule = { ...topicRule({}), Metadata: { 'lastwill:will': { Topic: 'things/{device}/gone' } } };

  expect(() => ids({ Rule, Policy: STRICT_POLICY })).toThrow(
    'Rule.Metadata.lastwill:will must be an object with a topic',
  );
});

test('a will of a rule whose condition does not hold is none', () => {
  const Rule = { ...topicRule({}), Condition: 'Never', Metadata: { 'lastwill:will': { topic: 'other/{device}' } } };
  const Conditions = { Never: { 'Fn::Equals': ['a', 'b'] } };

  expect(ids({ Rule, Policy: STRICT_POLICY }, [], { Conditions })).toEqual([]);
});

// https://docs.aws.amazon.com/iot/latest/developerguide/iot-sql-functions.html
describe('ruleCannotMatchWill', () => {
  const found = (where: string, resources: object = {}): boolean =>
    ids(
      { Rule: topicRule({ sql: `SELECT * FROM 'things/+/gone' WHERE ${where}` }), Policy: STRICT_POLICY, ...resources },
      [WILL],
    ).includes('error ruleCannotMatchWill');

  test.each([
    'timestamp() < 1000',
    "principal() = 'abc'",
    "clientid() = 'pump7'",
    "topic(2) = 'pump7'",
    "status = 'gone' AND isUndefined(get_user_properties('test'))",
    "get_thing_shadow('x', 'arn:aws:iam::123456789012:role/r').a = 1",
    "get_registry_data('DescribeThing', 'x', 'arn:aws:iam::123456789012:role/r').a = 1",
    "lower(status) = 'gone'",
    "status <> 'here'",
  ])('%s is not held against a rule', (where) => {
    expect(found(where)).toBe(false);
  });

  test.each([
    "status = 'GONE'",
    "lower(status) = 'GONE'",
    "status = 'gone' AND reason = 'x'",
    'state.status = 1',
    "topic(1) = 'other' AND status = 'lost'",
  ])('%s is', (where) => {
    expect(found(where, devices('pump7'))).toBe(true);
  });

  test('a rule for one of the declared devices is enough', () => {
    expect(found("topic(2) = 'valve1'", devices('pump7', 'valve1'))).toBe(false);
    expect(found("topic(2) = 'nobody'", devices('pump7', 'valve1'))).toBe(true);
  });
});

test('willNotHeard: a rule that calls what only AWS has listens too', () => {
  const sql =
    "SELECT get_registry_data('DescribeThing', topic(2), 'arn:aws:iam::123456789012:role/r') AS t FROM 'things/+/gone'";

  expect(ids({ Rule: topicRule({ sql }) }, [WILL])).toEqual([]);
});

test('willTopic: that a will may use Basic Ingest is not documented, which is no error', () => {
  expect(ids({ Policy: policy(['iot:Publish', '*']) }, [{ topic: '$aws/rules/r/{device}' }])).toContain(
    'warning willTopic',
  );
});

test('snsJsonDefault: an error action never has a default', () => {
  expect(ids({ Rule: topicRule({ actions: [republish('x')], rest: { ErrorAction: sns('JSON') } }) })).toEqual([
    'error snsJsonDefault',
  ]);
});

describe('intrinsic functions', () => {
  test('in FROM, SQL and policy are resolved before anything is proved', () => {
    const Rule = topicRule({});
    const payload = (Rule.Properties as { TopicRulePayload: object }).TopicRulePayload;
    const Sql = {
      'Fn::Join': [
        '',
        [
          "SELECT * FROM '",
          { Ref: 'Root' },
          "/+/gone' WHERE status = '",
          { 'Fn::FindInMap': ['Words', 'will', 'status'] },
          "'",
        ],
      ],
    };
    const PolicyDocument = {
      Version: '2012-10-17',
      Statement: [
        CONNECT,
        {
          ...PUBLISH,
          Resource: {
            'Fn::Sub':
              'arn:${AWS::Partition}:iot:${AWS::Region}:${AWS::AccountId}:topic/${Root}/${!iot:Connection.Thing.ThingName}/gone',
          },
        },
        { 'Fn::If': ['Loose', { Effect: 'Allow', Action: 'iot:Publish', Resource: '*' }, { Ref: 'AWS::NoValue' }] },
      ],
    };
    const rest = {
      Parameters: { Root: { Type: 'String', Default: 'things' } },
      Mappings: { Words: { will: { status: 'gone' } } },
      Conditions: { Loose: { 'Fn::Equals': [{ Ref: 'Root' }, 'x'] } },
    };

    expect(
      ids(
        {
          Rule: { ...Rule, Properties: { TopicRulePayload: { ...payload, Sql } } },
          Policy: { Type: 'AWS::IoT::Policy', Properties: { PolicyName: 'p', PolicyDocument } },
        },
        [WILL],
        rest,
      ),
    ).toEqual([]);
  });
});

describe('topic filters', () => {
  test.each([
    [
      'a shared subscription',
      policy(['iot:Subscribe', 'topicfilter/$share/workers/jobs/*'], ['iot:Receive', 'topic/$share/*/jobs/*']),
      [],
    ],
    ['subscribing below one’s own name', policy(['iot:Subscribe', `topicfilter/cmd/${NAME}/*`]), []],
    ['subscribing to all', policy(['iot:Subscribe', 'topicfilter/*']), ['warning wildcardStatement']],
    [
      'subscribing to #, which is a letter to the policy',
      policy(['iot:Subscribe', 'topicfilter/#']),
      ['warning wildcardStatement'],
    ],
  ] as const)('%s', (_, Policy, findings) => {
    expect(ids({ Policy })).toEqual(findings);
  });
});

// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-template-anatomy.html
test('notProved: what a macro adds and a nested stack that is not at hand are told', () => {
  const resources = {
    Far: { Type: 'AWS::CloudFormation::Stack', Properties: { TemplateURL: 'https://example.com/far.yaml' } },
  };
  const { findings } = checkCloudFormation([
    { name: 'T.json', json: { Transform: 'AWS::Serverless-2016-10-31', Resources: resources } },
  ]);

  expect(findings).toEqual([
    {
      ruleId: 'lastwill:notProved',
      severity: 'warning',
      template: 'T.json',
      message: 'Transform: AWS::Serverless-2016-10-31 is not run; what it would add to the template is missing',
    },
    {
      ruleId: 'lastwill:notProved',
      severity: 'warning',
      template: 'T.json',
      logicalId: 'Far',
      message: 'the template of the nested stack is not at hand',
    },
  ]);
});

// https://docs.aws.amazon.com/iot/latest/developerguide/iot-basic-ingest.html
test('ruleTopics: the levels of Basic Ingest do not count, and an error action is looked at too', () => {
  const found = (Topic: string): string[] =>
    ids({ Rule: topicRule({ actions: [republish(Topic)] }) }).filter((id) => id.endsWith('ruleTopics'));

  expect(found('$$aws/rules/other/1/2/3/4/5/6/7/8')).toEqual([]);
  expect(found('$$aws/rules/other/1/2/3/4/5/6/7/8/9')).toEqual(['error ruleTopics']);
  expect(found('1/2/3/4/5/6/7/8/9')).toEqual(['error ruleTopics']);
  expect(ids({ Rule: topicRule({ rest: { ErrorAction: republish('a/#') } }) })).toEqual(['error ruleTopics']);
});
