import { actionBench, allow, ROLE_ARN, ruleRole } from './bench';

const TOPIC_ARN = 'arn:aws:sns:us-east-1:123456789012:alarms';
const topic = { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'alarms' } };
const sns = { TargetArn: TOPIC_ARN, RoleArn: ROLE_ARN };

function trustedBy(statement: Record<string, unknown>): Record<string, unknown> {
  const role = ruleRole(allow('*', '*')) as { Properties: Record<string, unknown> };
  return { ...role, Properties: { ...role.Properties, AssumeRolePolicyDocument: { Statement: statement } } };
}

async function failureWith(resources: Record<string, unknown>): Promise<string | undefined> {
  const bench = actionBench({ Topic: topic, ...resources });
  return bench.run('Sns', sns, { a: 1 }).then(
    () => undefined,
    (error: Error) => error.message,
  );
}

const NOT_ALLOWED =
  'Failed to publish to the SNS topic. The error received was User: arn:aws:sts::123456789012:assumed-role/lwtRuleRole/lastWillRule ' +
  `is not authorized to perform: sns:Publish on resource: ${TOPIC_ARN} because no identity-based policy allows the sns:Publish action`;

// https://docs.aws.amazon.com/iot/latest/developerguide/iot-create-role.html
describe('the rule may take its role on', () => {
  const trust = { Effect: 'Allow', Action: 'sts:AssumeRole' };

  test.each<[string, Record<string, unknown>]>([
    ['that trusts iot.amazonaws.com', { ...trust, Principal: { Service: 'iot.amazonaws.com' } }],
    [
      'that trusts several services',
      { ...trust, Principal: { Service: ['lambda.amazonaws.com', 'iot.amazonaws.com'] } },
    ],
    [
      'that trusts it for this account and rule',
      {
        ...trust,
        Principal: { Service: 'iot.amazonaws.com' },
        Condition: {
          StringEquals: { 'aws:SourceAccount': '123456789012' },
          ArnLike: { 'aws:SourceArn': 'arn:aws:iot:us-east-1:123456789012:rule/last*' },
        },
      },
    ],
  ])('%s', async (_, statement) => {
    expect(await failureWith({ Role: trustedBy(statement) })).toBeUndefined();
  });

  test.each<[string, Record<string, unknown>]>([
    ['that trusts another service', { ...trust, Principal: { Service: 'lambda.amazonaws.com' } }],
    [
      'that trusts it for another rule',
      {
        ...trust,
        Principal: { Service: 'iot.amazonaws.com' },
        Condition: { ArnLike: { 'aws:SourceArn': 'arn:aws:iot:us-east-1:123456789012:rule/other' } },
      },
    ],
    ['that trusts the account alone', { ...trust, Principal: { AWS: 'arn:aws:iam::123456789012:root' } }],
  ])('but not one %s', async (_, statement) => {
    expect(await failureWith({ Role: trustedBy(statement) })).toBe(
      'Failed to publish to the SNS topic. The error received was Unable to assume role arn:aws:iam::123456789012:role/lwtRuleRole: its trust policy does not ' +
        'let iot.amazonaws.com perform sts:AssumeRole for the rule arn:aws:iot:us-east-1:123456789012:rule/lastWillRule',
    );
  });
});

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
describe('the role must allow the action', () => {
  const policy = (statement: Record<string, unknown>) => ({
    PolicyName: 'separate',
    PolicyDocument: { Statement: [statement] },
  });

  test.each<[string, Record<string, unknown>]>([
    ['inline', { Role: ruleRole(allow('sns:Publish', TOPIC_ARN)) }],
    ['with wildcards, action in any case', { Role: ruleRole(allow('SNS:Pub*', 'arn:aws:sns:*:*:alarm?')) }],
    ['by NotAction', { Role: ruleRole({ Effect: 'Allow', NotAction: 'iam:*', Resource: '*' }) }],
    [
      'in a policy of its own',
      {
        Role: ruleRole(),
        P: { Type: 'AWS::IAM::Policy', Properties: { ...policy(allow('sns:Publish', '*')), Roles: [{ Ref: 'Role' }] } },
      },
    ],
    [
      'in a RolePolicy',
      {
        Role: ruleRole(),
        P: {
          Type: 'AWS::IAM::RolePolicy',
          Properties: { ...policy(allow('sns:Publish', '*')), RoleName: { Ref: 'Role' } },
        },
      },
    ],
    [
      'in a managed policy that names the role',
      {
        Role: ruleRole(),
        P: {
          Type: 'AWS::IAM::ManagedPolicy',
          Properties: { PolicyDocument: { Statement: allow('sns:Publish', '*') }, Roles: [{ Ref: 'Role' }] },
        },
      },
    ],
    [
      'in a policy that AWS manages',
      {
        Role: withProperties(ruleRole(), {
          ManagedPolicyArns: ['arn:aws:iam::aws:policy/service-role/AWSIoTRuleActions'],
        }),
      },
    ],
    [
      'or the policy of the topic does',
      {
        Role: ruleRole(),
        P: {
          Type: 'AWS::SNS::TopicPolicy',
          Properties: {
            Topics: [TOPIC_ARN],
            PolicyDocument: { Statement: { ...allow('sns:Publish', TOPIC_ARN), Principal: { AWS: ROLE_ARN } } },
          },
        },
      },
    ],
    [
      'whatever the topic denies without TLS',
      {
        Role: ruleRole(allow('sns:Publish', TOPIC_ARN)),
        P: {
          Type: 'AWS::SNS::TopicPolicy',
          Properties: {
            Topics: [TOPIC_ARN],
            PolicyDocument: {
              Statement: {
                Effect: 'Deny',
                Principal: '*',
                Action: 'sns:Publish',
                Resource: '*',
                Condition: { Bool: { 'aws:SecureTransport': 'false' } },
              },
            },
          },
        },
      },
    ],
  ])('%s', async (_, resources) => {
    expect(await failureWith(resources)).toBeUndefined();
  });

  test.each<[string, Record<string, unknown>]>([
    ['another action', { Role: ruleRole(allow('sns:Subscribe', '*')) }],
    ['another resource', { Role: ruleRole(allow('sns:Publish', `${TOPIC_ARN}2`)) }],
    [
      'it under a condition that does not hold',
      {
        Role: ruleRole({
          ...allow('sns:Publish', '*'),
          Condition: { StringEquals: { 'aws:RequestedRegion': 'eu-west-1' } },
        }),
      },
    ],
    [
      'it under an operator that does not exist',
      {
        Role: ruleRole({
          ...allow('sns:Publish', '*'),
          Condition: { StringIs: { 'aws:RequestedRegion': 'us-east-1' } },
        }),
      },
    ],
  ])('fails when the role allows only %s', async (_, resources) => {
    expect(await failureWith(resources)).toBe(NOT_ALLOWED);
  });

  test('fails on an explicit deny, whatever allows it', async () => {
    const role = ruleRole(allow('*', '*'), { Effect: 'Deny', Action: 'sns:*', Resource: TOPIC_ARN });

    expect(await failureWith({ Role: role })).toContain('with an explicit deny in an identity-based policy');
  });

  test('fails on an explicit deny of the topic', async () => {
    const policy = {
      Type: 'AWS::SNS::TopicPolicy',
      Properties: {
        Topics: [TOPIC_ARN],
        PolicyDocument: { Statement: { Effect: 'Deny', Principal: '*', Action: 'sns:Publish', Resource: '*' } },
      },
    };

    expect(await failureWith({ Role: ruleRole(allow('*', '*')), P: policy })).toContain(
      'with an explicit deny in a resource-based policy',
    );
  });

  test('fails when a permissions boundary does not allow it', async () => {
    const boundary = {
      Type: 'AWS::IAM::ManagedPolicy',
      Properties: { PolicyDocument: { Statement: allow('sqs:*', '*') } },
    };
    const role = withProperties(ruleRole(allow('sns:Publish', '*')), { PermissionsBoundary: { Ref: 'B' } });

    expect(await failureWith({ B: boundary, Role: role })).toContain('because no permissions boundary allows');
  });
});

describe('what cannot be checked', () => {
  test('a role that is in no template may do everything, with one warning', async () => {
    const bench = actionBench({ Topic: topic });

    await bench.run('Sns', sns, { a: 1 });
    await bench.run('Sns', sns, { a: 2 });

    expect(bench.log.filter(({ type }) => type === 'warning')).toEqual([
      { type: 'warning', reason: `role ${ROLE_ARN} is in no given template: what it may do is not checked` },
    ]);
  });

  test('an unknown managed policy allows everything, with a warning', async () => {
    const arn = 'arn:aws:iam::aws:policy/SomethingNew';
    const bench = actionBench({ Topic: topic, Role: withProperties(ruleRole(), { ManagedPolicyArns: [arn] }) });

    await bench.run('Sns', sns, { a: 1 });

    expect(bench.log).toContainEqual({
      type: 'warning',
      reason: `managed policy ${arn} is not known here: it is taken to allow everything`,
    });
  });
});

// https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
describe('a topic that is encrypted with a customer key', () => {
  const encrypted = { ...topic, Properties: { ...topic.Properties, KmsMasterKeyId: { Ref: 'Key' } } };
  const key = (statement: Record<string, unknown>) => ({
    Type: 'AWS::KMS::Key',
    Properties: { KeyPolicy: { Statement: [statement] } },
  });
  const rootDecides = key({
    Effect: 'Allow',
    Principal: { AWS: 'arn:aws:iam::123456789012:root' },
    Action: 'kms:*',
    Resource: '*',
  });

  test('can be published to when key policy and role allow GenerateDataKey and Decrypt', async () => {
    const role = ruleRole(allow('sns:Publish', '*'), allow(['kms:GenerateDataKey*', 'kms:Decrypt'], '*'));

    expect(await failureWith({ Key: rootDecides, Topic: encrypted, Role: role })).toBeUndefined();
  });

  test('can be published to when the key policy names the role', async () => {
    const named = key({
      Effect: 'Allow',
      Principal: { AWS: ROLE_ARN },
      Action: ['kms:GenerateDataKey*', 'kms:Decrypt'],
      Resource: '*',
    });

    expect(
      await failureWith({ Key: named, Topic: encrypted, Role: ruleRole(allow('sns:Publish', '*')) }),
    ).toBeUndefined();
  });

  test('fails when the role may not use the key', async () => {
    const message = await failureWith({
      Key: rootDecides,
      Topic: encrypted,
      Role: ruleRole(allow('sns:Publish', '*')),
    });

    expect(message).toMatch(
      /is not authorized to perform: kms:GenerateDataKey on resource: arn:aws:kms:.* because no identity-based policy allows the kms:GenerateDataKey action$/,
    );
  });

  test('fails when the key policy lets nobody use it', async () => {
    const closed = key({
      Effect: 'Allow',
      Principal: { AWS: 'arn:aws:iam::123456789012:role/other' },
      Action: 'kms:*',
      Resource: '*',
    });
    const role = ruleRole(allow('*', '*'));

    expect(await failureWith({ Key: closed, Topic: encrypted, Role: role })).toMatch(
      /because the key policy does not allow it$/,
    );
  });

  test('is found by its alias', async () => {
    const alias = { Type: 'AWS::KMS::Alias', Properties: { AliasName: 'alias/alarms', TargetKeyId: { Ref: 'Key' } } };
    const aliased = { ...topic, Properties: { ...topic.Properties, KmsMasterKeyId: 'alias/alarms' } };
    const role = ruleRole(allow('sns:Publish', '*'));

    expect(await failureWith({ Key: rootDecides, Alias: alias, Topic: aliased, Role: role })).toContain(
      'kms:GenerateDataKey',
    );
  });

  test('needs nothing more with the key that AWS manages', async () => {
    const managed = { ...topic, Properties: { ...topic.Properties, KmsMasterKeyId: 'alias/aws/sns' } };

    expect(await failureWith({ Topic: managed, Role: ruleRole(allow('sns:Publish', '*')) })).toBeUndefined();
  });
});

function withProperties(role: Record<string, unknown>, more: Record<string, unknown>): Record<string, unknown> {
  return { ...role, Properties: { ...(role.Properties as object), ...more } };
}
