import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { AttributeType, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import {
  CloudWatchMetricAction,
  DynamoDbAction,
  DynamoDbKeyType,
  DynamoDbV2Action,
  IotSql,
  type ITopicRuleAction,
  LambdaAction,
  SqsAction,
  TopicRule,
} from '../../../../constructs/aws';

let stack: Stack;
beforeEach(() => {
  stack = new Stack(new App(), 'Stack', { env: { account: '123456789012', region: 'eu-central-1' } });
});

function template(action: ITopicRuleAction): Template {
  new TopicRule(stack, 'Rule', { sql: IotSql.select({ from: 'a' }), actions: [action] });
  return Template.fromStack(stack);
}

function expectGrants(rendered: Template, ...statements: readonly object[]): void {
  rendered.hasResourceProperties('AWS::IAM::Policy', {
    PolicyDocument: {
      Statement: [...statements, Match.objectLike({ Action: Match.arrayWith(['logs:PutLogEvents']) })],
    },
  });
}

function expectAction(rendered: Template, action: object): void {
  rendered.hasResourceProperties('AWS::IoT::TopicRule', { TopicRulePayload: { Actions: [action] } });
}

const roleArn = Match.objectLike({ 'Fn::GetAtt': Match.anyValue() });

test('SQS: the message is sent to the queue, under the queue’s key', () => {
  const key = new Key(stack, 'Key');
  const queue = new Queue(stack, 'Queue', { encryptionMasterKey: key });

  const rendered = template(new SqsAction(queue, { useBase64: true }));

  expectAction(rendered, { Sqs: { QueueUrl: stack.resolve(queue.queueUrl), RoleArn: roleArn, UseBase64: true } });
  expectGrants(
    rendered,
    { Action: 'sqs:SendMessage', Effect: 'Allow', Resource: stack.resolve(queue.queueArn) },
    { Action: ['kms:Decrypt', 'kms:GenerateDataKey'], Effect: 'Allow', Resource: stack.resolve(key.keyArn) },
  );
});

test('SQS fails for a FIFO queue, which rules cannot send to', () => {
  expect(() => new SqsAction(new Queue(stack, 'Queue', { fifo: true }))).toThrow(
    'queue must be a standard queue, got the FIFO queue Stack/Queue',
  );
});

test('DynamoDB: the message becomes one attribute of an item', () => {
  const table = new Table(stack, 'Table', { partitionKey: { name: 'device', type: AttributeType.STRING } });

  const rendered = template(
    new DynamoDbAction(table, {
      hashKey: { field: 'device', value: '${topic(2)}' },
      rangeKey: { field: 'at', value: '${timestamp()}', type: DynamoDbKeyType.NUMBER },
      payloadField: 'will',
    }),
  );

  expectAction(rendered, {
    DynamoDB: {
      TableName: stack.resolve(table.tableName),
      RoleArn: roleArn,
      HashKeyField: 'device',
      HashKeyValue: '${topic(2)}',
      HashKeyType: 'STRING',
      RangeKeyField: 'at',
      RangeKeyValue: '${timestamp()}',
      RangeKeyType: 'NUMBER',
      PayloadField: 'will',
    },
  });
  expectGrants(rendered, { Action: 'dynamodb:PutItem', Effect: 'Allow', Resource: stack.resolve(table.tableArn) });
});

test('DynamoDBv2: every key of the message becomes an attribute, under the table’s key', () => {
  const key = new Key(stack, 'Key');
  const table = new Table(stack, 'Table', {
    partitionKey: { name: 'device', type: AttributeType.STRING },
    encryption: TableEncryption.CUSTOMER_MANAGED,
    encryptionKey: key,
  });

  const rendered = template(new DynamoDbV2Action(table));

  expectAction(rendered, {
    DynamoDBv2: { PutItem: { TableName: stack.resolve(table.tableName) }, RoleArn: roleArn },
  });
  expectGrants(
    rendered,
    { Action: 'dynamodb:PutItem', Effect: 'Allow', Resource: stack.resolve(table.tableArn) },
    { Action: ['kms:Decrypt', 'kms:GenerateDataKey'], Effect: 'Allow', Resource: stack.resolve(key.keyArn) },
  );
});

test('Lambda: this rule of this account, and no other, may invoke the function', () => {
  const handler = LambdaFunction.fromFunctionAttributes(stack, 'Handler', {
    functionArn: 'arn:aws:lambda:eu-central-1:123456789012:function:wills',
    sameEnvironment: true,
  });

  const rendered = template(new LambdaAction(handler));

  expectAction(rendered, { Lambda: { FunctionArn: 'arn:aws:lambda:eu-central-1:123456789012:function:wills' } });
  rendered.hasResourceProperties('AWS::Lambda::Permission', {
    Action: 'lambda:InvokeFunction',
    Principal: 'iot.amazonaws.com',
    SourceAccount: '123456789012',
    SourceArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Rule'), 'Arn'] },
  });
});

test('CloudWatch metric: the rule may write to the metric’s namespace only', () => {
  const rendered = template(new CloudWatchMetricAction({ metricName: 'Wills', metricNamespace: 'Presence' }));

  expectAction(rendered, {
    CloudwatchMetric: {
      MetricName: 'Wills',
      MetricNamespace: 'Presence',
      MetricValue: '1',
      MetricUnit: 'Count',
      RoleArn: roleArn,
    },
  });
  expectGrants(rendered, {
    Action: 'cloudwatch:PutMetricData',
    Effect: 'Allow',
    Resource: '*',
    Condition: { StringEquals: { 'cloudwatch:namespace': 'Presence' } },
  });
});
