import {
  CloudFormationClient,
  DescribeStackResourceCommand,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
  ListStackResourcesCommand,
  ListStacksCommand,
} from '@aws-sdk/client-cloudformation';
import { GetRoleCommand, IAMClient, ListUsersCommand, SimulatePrincipalPolicyCommand } from '@aws-sdk/client-iam';
import {
  GetSubscriptionAttributesCommand,
  GetTopicAttributesCommand,
  ListSubscriptionsByTopicCommand,
  ListSubscriptionsCommand,
  ListTopicsCommand,
  SNSClient,
} from '@aws-sdk/client-sns';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { MADE_AT, startAccount } from './embedded-account';

let account: Awaited<ReturnType<typeof startAccount>>;

beforeAll(async () => {
  account = await startAccount();
});
afterAll(() => account.engine.stop());

const TOPIC = 'arn:aws:sns:us-east-1:123456789012:alerts';
const ROLE = 'arn:aws:iam::123456789012:role/ruleRole';

// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStacks.html
test('DescribeStacks gives the outputs of a template', async () => {
  const { Stacks } = await new CloudFormationClient(account.client).send(
    new DescribeStacksCommand({ StackName: 'Presence' }),
  );

  expect(Stacks).toMatchObject([
    {
      StackName: 'Presence',
      StackStatus: 'CREATE_COMPLETE',
      CreationTime: new Date(MADE_AT),
      Outputs: [{ OutputKey: 'Certificate', OutputValue: expect.stringMatching(/^[0-9a-f]{64}$/) }],
    },
  ]);
});

test('DescribeStacks of a stack that is not deployed is a ValidationError', async () => {
  const asked = new CloudFormationClient(account.client).send(new DescribeStacksCommand({ StackName: 'Other' }));

  await expect(asked).rejects.toMatchObject({
    name: 'ValidationError',
    message: 'Stack with id Other does not exist',
    $metadata: { httpStatusCode: 400 },
  });
});

test('ListStackResources gives logical and physical ids', async () => {
  const { StackResourceSummaries } = await new CloudFormationClient(account.client).send(
    new ListStackResourcesCommand({ StackName: 'Presence' }),
  );

  expect(StackResourceSummaries).toContainEqual(
    expect.objectContaining({
      LogicalResourceId: 'Rule',
      PhysicalResourceId: 'gone',
      ResourceType: 'AWS::IoT::TopicRule',
    }),
  );
});

// https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
test('SimulatePrincipalPolicy decides by the policies of a role', async () => {
  const { EvaluationResults } = await new IAMClient(account.client).send(
    new SimulatePrincipalPolicyCommand({
      PolicySourceArn: ROLE,
      ActionNames: ['sns:Publish', 'sns:DeleteTopic', 'sqs:SendMessage'],
      ResourceArns: [TOPIC],
    }),
  );

  expect(EvaluationResults?.map(({ EvalActionName, EvalDecision }) => [EvalActionName, EvalDecision])).toEqual([
    ['sns:Publish', 'allowed'],
    ['sns:DeleteTopic', 'explicitDeny'],
    ['sqs:SendMessage', 'implicitDeny'],
  ]);
});

// https://docs.aws.amazon.com/IAM/latest/APIReference/API_Statement.html
test('SimulatePrincipalPolicy names the statements that decided, by where they stand', async () => {
  const { EvaluationResults } = await new IAMClient(account.client).send(
    new SimulatePrincipalPolicyCommand({
      PolicySourceArn: ROLE,
      ActionNames: ['sns:Publish', 'sns:DeleteTopic', 'sqs:SendMessage'],
      ResourceArns: [TOPIC],
    }),
  );
  const document = `{"Statement":[{"Effect":"Allow","Action":"sns:*","Resource":"${TOPIC}"},{"Effect":"Deny","Action":"sns:DeleteTopic","Resource":"*"}]}`;
  const texts = EvaluationResults?.map(({ MatchedStatements }) =>
    MatchedStatements?.map(({ SourcePolicyId, SourcePolicyType, StartPosition, EndPosition }) => [
      SourcePolicyId,
      SourcePolicyType,
      document.slice((StartPosition?.Column ?? 0) - 1, (EndPosition?.Column ?? 0) - 1),
    ]),
  );

  expect(texts).toEqual([
    [['role_ruleRole_p', 'IAM Policy', `{"Effect":"Allow","Action":"sns:*","Resource":"${TOPIC}"}`]],
    [['role_ruleRole_p', 'IAM Policy', '{"Effect":"Deny","Action":"sns:DeleteTopic","Resource":"*"}']],
    [],
  ]);
});

test('SimulatePrincipalPolicy counts what a resource policy allows', async () => {
  const { EvaluationResults } = await new IAMClient(account.client).send(
    new SimulatePrincipalPolicyCommand({
      PolicySourceArn: ROLE,
      ActionNames: ['sqs:SendMessage'],
      ResourceArns: ['arn:aws:sqs:us-east-1:123456789012:q'],
      ResourcePolicy: JSON.stringify({
        Statement: [{ Effect: 'Allow', Principal: { AWS: ROLE }, Action: 'sqs:SendMessage', Resource: '*' }],
      }),
    }),
  );

  expect(EvaluationResults?.[0]?.EvalDecision).toBe('allowed');
});

test('SimulatePrincipalPolicy of a role that there is not is NoSuchEntity', async () => {
  const asked = new IAMClient(account.client).send(
    new SimulatePrincipalPolicyCommand({ PolicySourceArn: `${ROLE}2`, ActionNames: ['sns:Publish'] }),
  );

  await expect(asked).rejects.toMatchObject({ name: 'NoSuchEntityException' });
});

// https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRole.html
test('GetRole says who may take a role on, in a URL’s encoding', async () => {
  const { Role } = await new IAMClient(account.client).send(new GetRoleCommand({ RoleName: 'ruleRole' }));

  expect(Role).toMatchObject({
    Path: '/',
    RoleName: 'ruleRole',
    RoleId: expect.stringMatching(/^AROA/),
    Arn: ROLE,
    CreateDate: new Date(MADE_AT),
  });
  expect(JSON.parse(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? ''))).toEqual({
    Statement: [{ Effect: 'Allow', Principal: { Service: 'iot.amazonaws.com' }, Action: 'sts:AssumeRole' }],
  });
});

test('GetRole of a role that there is not is NoSuchEntity', async () => {
  const asked = new IAMClient(account.client).send(new GetRoleCommand({ RoleName: 'other' }));

  await expect(asked).rejects.toMatchObject({ name: 'NoSuchEntityException' });
});

// https://docs.aws.amazon.com/sns/latest/api/API_ListSubscriptionsByTopic.html
test('ListSubscriptionsByTopic gives the subscriptions of a topic, confirmed', async () => {
  const { Subscriptions } = await new SNSClient(account.client).send(
    new ListSubscriptionsByTopicCommand({ TopicArn: TOPIC }),
  );

  expect(Subscriptions?.map(({ Endpoint }) => Endpoint)).toEqual(['a@example.com', 'b@example.com']);
  expect(Subscriptions?.every(({ SubscriptionArn }) => SubscriptionArn?.startsWith(`${TOPIC}:`))).toBe(true);
});

// https://docs.aws.amazon.com/sns/latest/dg/sns-email-notifications.html
test('a subscription that its owner has not confirmed is PendingConfirmation and gets nothing', async () => {
  const { engine, client } = await startAccount({ unconfirmedEndpoints: ['b@example.com'] });
  const { Subscriptions } = await new SNSClient(client).send(new ListSubscriptionsByTopicCommand({ TopicArn: TOPIC }));
  const device = await engine.connect('aws', 'iam:console', { clientId: 'console' });
  await device.publish({ topic: 'clients/x/gone', payload: '{}', qos: 1 });
  await engine.aws?.rules.whenIdle();
  await engine.stop();

  expect(Subscriptions?.find(({ Endpoint }) => Endpoint === 'b@example.com')?.SubscriptionArn).toBe(
    'PendingConfirmation',
  );
  expect(engine.emails.map(({ to }) => to)).toEqual(['a@example.com']);
});

test('GetTopicAttributes gives names with characters that XML escapes', async () => {
  const { Attributes } = await new SNSClient(account.client).send(new GetTopicAttributesCommand({ TopicArn: TOPIC }));

  expect(Attributes).toMatchObject({
    DisplayName: 'Alerts <& more>',
    SubscriptionsConfirmed: '2',
    SubscriptionsPending: '0',
  });
});

test('a topic that there is not is NotFound', async () => {
  const asked = new SNSClient(account.client).send(new GetTopicAttributesCommand({ TopicArn: `${TOPIC}2` }));

  await expect(asked).rejects.toMatchObject({ name: 'NotFoundException', message: 'Topic does not exist' });
});

// https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStacks.html
test('what cannot be the name of a stack is a ValidationError that says so', async () => {
  await expect(
    new CloudFormationClient(account.client).send(new DescribeStacksCommand({ StackName: 'my stack' })),
  ).rejects.toMatchObject({
    name: 'ValidationError',
    message:
      "1 validation error detected: Value 'my stack' at 'stackName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*|arn:[-a-zA-Z0-9:/._+]*",
  });
});

// https://docs.aws.amazon.com/sns/latest/api/API_GetTopicAttributes.html
test('what is no ARN of a topic is InvalidParameter', async () => {
  await expect(
    new SNSClient(account.client).send(new GetTopicAttributesCommand({ TopicArn: 'alerts' })),
  ).rejects.toMatchObject({
    name: 'InvalidParameterException',
    message: 'Invalid parameter: TopicArn Reason: An ARN must have at least 6 elements, not 1',
  });
});

// https://docs.aws.amazon.com/sns/latest/api/API_GetSubscriptionAttributes.html
test('topics and subscriptions are listed, and a subscription says whether it is pending', async () => {
  const sns = new SNSClient(account.client);
  const { Topics } = await sns.send(new ListTopicsCommand({}));
  const { Subscriptions } = await sns.send(new ListSubscriptionsCommand({}));
  const SubscriptionArn = Subscriptions?.[0]?.SubscriptionArn;
  const { Attributes } = await sns.send(new GetSubscriptionAttributesCommand({ SubscriptionArn }));

  expect(Topics).toEqual([{ TopicArn: TOPIC }]);
  expect(Subscriptions?.map(({ Endpoint }) => Endpoint)).toEqual(['a@example.com', 'b@example.com']);
  expect(Attributes).toMatchObject({ TopicArn: TOPIC, Endpoint: 'a@example.com', PendingConfirmation: 'false' });
});

// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackResources.html
test('stacks are listed and their resources described', async () => {
  const cloudFormation = new CloudFormationClient(account.client);
  const { StackSummaries } = await cloudFormation.send(new ListStacksCommand({}));
  const failed = await cloudFormation.send(new ListStacksCommand({ StackStatusFilter: ['ROLLBACK_COMPLETE'] }));
  const { StackResources } = await cloudFormation.send(
    new DescribeStackResourcesCommand({ PhysicalResourceId: TOPIC }),
  );
  const one = { StackName: 'Presence', LogicalResourceId: 'Topic' };
  const { StackResourceDetail } = await cloudFormation.send(new DescribeStackResourceCommand(one));

  expect(StackSummaries).toMatchObject([{ StackName: 'Presence', StackStatus: 'CREATE_COMPLETE' }]);
  expect(failed.StackSummaries).toEqual([]);
  expect(StackResources).toContainEqual(
    expect.objectContaining({ LogicalResourceId: 'Topic', PhysicalResourceId: TOPIC, Timestamp: new Date(MADE_AT) }),
  );
  expect(StackResourceDetail).toMatchObject({ PhysicalResourceId: TOPIC, ResourceType: 'AWS::SNS::Topic' });
  await expect(
    cloudFormation.send(new DescribeStackResourceCommand({ ...one, LogicalResourceId: 'Nope' })),
  ).rejects.toMatchObject({ name: 'ValidationError', message: 'Resource Nope does not exist for stack Presence' });
});

test("GetCallerIdentity gives the template's account", async () => {
  const identity = await new STSClient(account.client).send(new GetCallerIdentityCommand({}));

  expect(identity).toMatchObject({
    Account: '123456789012',
    Arn: 'arn:aws:iam::123456789012:user/lastwill-console',
  });
});

test('an action that is not answered is named with those that are', async () => {
  const asked = new IAMClient(account.client).send(new ListUsersCommand({}));

  await expect(asked).rejects.toMatchObject({
    name: 'InvalidAction',
    message:
      "the embedded AWS does not answer ListUsers of the service 'iam'; it answers GetRole, SimulatePrincipalPolicy",
  });
});
