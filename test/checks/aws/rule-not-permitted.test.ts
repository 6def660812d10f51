import { checkCloudFormation } from '../../../checks';
import { LWT_TEMPLATE } from '../../testing/lwt-template';
import { topicRule } from './template';

const TRUST = {
  Statement: [{ Effect: 'Allow', Principal: { Service: 'iot.amazonaws.com' }, Action: 'sts:AssumeRole' }],
};
const ROLE_ARN = { 'Fn::GetAtt': ['Role', 'Arn'] };

function found(resources: object, rest: object = {}): string[] {
  return checkCloudFormation([{ name: 'T.json', json: { ...rest, Resources: resources } }])
    .findings.filter(({ ruleId }) => ruleId === 'lastwill:ruleNotPermitted')
    .map(({ severity, logicalId, path, message }) => [severity, logicalId, path, message].join(' | '));
}

function role(statements: readonly object[], trust: object = TRUST) {
  const Policies = [{ PolicyName: 'act', PolicyDocument: { Statement: statements } }];
  return { Type: 'AWS::IAM::Role', Properties: { RoleName: 'rule', AssumeRolePolicyDocument: trust, Policies } };
}

function rule(action: object, errorAction?: object) {
  return topicRule({ name: 'r', actions: [action], rest: { ErrorAction: errorAction } });
}

function allow(Action: string, Resource: unknown, Condition?: object) {
  return { Effect: 'Allow', Action, Resource, ...(Condition === undefined ? {} : { Condition }) };
}

const SNS = { Sns: { TargetArn: { Ref: 'Topic' }, RoleArn: ROLE_ARN } };
const TOPIC = { Type: 'AWS::SNS::Topic' };

// https://docs.aws.amazon.com/iot/latest/developerguide/iot-create-role.html
test('a role that may do what its rule does has no finding', () => {
  expect(found(LWT_TEMPLATE.Resources, { Parameters: LWT_TEMPLATE.Parameters })).toEqual([]);
});

test('a role that does not allow the action is found, with the permission that is missing', () => {
  const resources = { Rule: rule(SNS), Topic: TOPIC, Role: role([allow('sns:Publish', 'arn:aws:sns:*:*:other')]) };

  expect(found(resources)).toEqual([
    expect.stringMatching(
      /^warning \| Rule \| Properties\.TopicRulePayload\.Actions\[0\]\.Sns \| r cannot run its Sns action\. Failed to publish to the SNS topic\. The error received was User: \S+ is not authorized to perform: sns:Publish on resource: arn:aws:sns:us-east-1:123456789012:\S+ because no identity-based policy allows the sns:Publish action$/,
    ),
  ]);
});

test('a role that AWS IoT cannot take on is found', () => {
  const lambda = { Statement: [{ ...TRUST.Statement[0], Principal: { Service: 'lambda.amazonaws.com' } }] };
  const resources = { Rule: rule(SNS), Topic: TOPIC, Role: role([allow('sns:Publish', '*')], lambda) };

  expect(found(resources)).toEqual([expect.stringContaining('Unable to assume role')]);
});

test('an error action is looked at too', () => {
  const logs = { CloudwatchLogs: { LogGroupName: 'errors', RoleArn: ROLE_ARN } };
  const resources = { Rule: rule(SNS, logs), Topic: TOPIC, Role: role([allow('sns:Publish', '*')]) };

  expect(found(resources)).toEqual([expect.stringContaining('TopicRulePayload.ErrorAction.CloudwatchLogs | ')]);
});

test('a function that does not let the rule invoke it is found', () => {
  const Properties = { Code: { ZipFile: '' }, Role: 'arn:aws:iam::123456789012:role/x' };
  const action = { Lambda: { FunctionArn: { 'Fn::GetAtt': ['Function', 'Arn'] } } };
  const resources = { Rule: rule(action), Function: { Type: 'AWS::Lambda::Function', Properties } };

  expect(found(resources)).toEqual([expect.stringContaining('no AWS::Lambda::Permission allows it')]);
});

test('a key that the role may not use is found', () => {
  const KeyPolicy = {
    Statement: [
      { Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::123456789012:root' }, Action: 'kms:*', Resource: '*' },
    ],
  };
  const resources = {
    Rule: rule(SNS),
    Key: { Type: 'AWS::KMS::Key', Properties: { KeyPolicy } },
    Topic: { ...TOPIC, Properties: { KmsMasterKeyId: { Ref: 'Key' } } },
    Role: role([allow('sns:Publish', '*')]),
  };

  expect(found(resources)).toEqual([expect.stringContaining('is not authorized to perform: kms:GenerateDataKey')]);
});

describe('nothing is found where nothing is proved', () => {
  const denying = role([allow('sqs:SendMessage', '*')]);

  test.each([
    [
      'a role of another template',
      { Rule: rule({ Sns: { ...SNS.Sns, RoleArn: 'arn:aws:iam::123456789012:role/x' } }), Topic: TOPIC },
    ],
    [
      'a permission of a policy of its own',
      {
        Rule: rule(SNS),
        Topic: TOPIC,
        Role: denying,
        Policy: {
          Type: 'AWS::IAM::Policy',
          Properties: { PolicyName: 'p', Roles: [{ Ref: 'Role' }], PolicyDocument: { Statement: allow('sns:*', '*') } },
        },
      },
    ],
    [
      'a permission of the topic itself',
      {
        Rule: rule(SNS),
        Topic: TOPIC,
        Role: denying,
        Policy: {
          Type: 'AWS::SNS::TopicPolicy',
          Properties: {
            Topics: [{ Ref: 'Topic' }],
            PolicyDocument: { Statement: { ...allow('sns:Publish', '*'), Principal: { AWS: ROLE_ARN } } },
          },
        },
      },
    ],
    [
      'a managed policy that is not known here',
      {
        Rule: rule(SNS),
        Topic: TOPIC,
        Role: {
          ...denying,
          Properties: { ...denying.Properties, ManagedPolicyArns: ['arn:aws:iam::aws:policy/Unheard'] },
        },
      },
    ],
    [
      'a topic with a substitution template',
      {
        Rule: rule({ Republish: { Topic: 'out/${topic(2)}', RoleArn: ROLE_ARN } }),
        Role: role([allow('iot:Publish', 'arn:aws:iot:us-east-1:123456789012:topic/out/pump7')]),
      },
    ],
    [
      'a condition on a key that only the account knows',
      {
        Rule: rule(SNS),
        Topic: TOPIC,
        Role: role([allow('sns:Publish', '*', { StringEquals: { 'aws:ResourceTag/stage': 'test' } })]),
      },
    ],
    [
      'a message that cannot be sent',
      {
        Rule: rule({ Sns: { ...SNS.Sns, MessageFormat: 'JSON' } }),
        Topic: TOPIC,
        Role: role([allow('sns:Publish', '*')]),
      },
    ],
    ['an action that is not known', { Rule: rule({ Teleport: { RoleArn: ROLE_ARN } }), Role: denying }],
  ])('%s', (_, resources) => {
    expect(found(resources)).toEqual([]);
  });
});
