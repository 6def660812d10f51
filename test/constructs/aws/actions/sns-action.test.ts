import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { IotSql, SnsAction, SnsMessageFormat, TopicRule } from '../../../../constructs/aws';

let stack: Stack;
beforeEach(() => {
  stack = new Stack(new App(), 'Stack');
});

const sql = IotSql.select({ from: 'a' });

test('the message is sent as it is, and the role may publish on the topic and do nothing else there', () => {
  const topic = new Topic(stack, 'Topic');

  new TopicRule(stack, 'Rule', { sql, actions: [new SnsAction(topic)] });

  const template = Template.fromStack(stack);
  template.hasResourceProperties('AWS::IoT::TopicRule', {
    TopicRulePayload: {
      Sql: "SELECT * FROM 'a'",
      Actions: [{ Sns: { MessageFormat: 'RAW', TargetArn: stack.resolve(topic.topicArn) } }],
    },
  });
  template.hasResourceProperties('AWS::IAM::Policy', {
    PolicyDocument: {
      Statement: Match.arrayWith([{ Action: 'sns:Publish', Effect: 'Allow', Resource: stack.resolve(topic.topicArn) }]),
    },
  });
});

test('for a topic with a customer key the role may use the key', () => {
  const key = new Key(stack, 'Key');

  new TopicRule(stack, 'Rule', { sql, actions: [new SnsAction(new Topic(stack, 'Topic', { masterKey: key }))] });

  Template.fromStack(stack).hasResourceProperties('AWS::IAM::Policy', {
    PolicyDocument: {
      Statement: Match.arrayWith([
        { Action: ['kms:Decrypt', 'kms:GenerateDataKey'], Effect: 'Allow', Resource: stack.resolve(key.keyArn) },
      ]),
    },
  });
});

test('with JSON the statement selects the string `default` that SNS demands', () => {
  const action = new SnsAction(new Topic(stack, 'Topic'), { messageFormat: SnsMessageFormat.JSON });

  new TopicRule(stack, 'Rule', { sql, actions: [action] });

  Template.fromStack(stack).hasResourceProperties('AWS::IoT::TopicRule', {
    TopicRulePayload: {
      Sql: "SELECT *, concat('A message was published on ', topic()) AS default FROM 'a'",
      Actions: [{ Sns: { MessageFormat: 'JSON' } }],
    },
  });
});

test('with JSON the text can be chosen', () => {
  const action = new SnsAction(new Topic(stack, 'Topic'), {
    messageFormat: SnsMessageFormat.JSON,
    defaultText: 'note',
  });

  new TopicRule(stack, 'Rule', { sql, actions: [action] });

  Template.fromStack(stack).hasResourceProperties('AWS::IoT::TopicRule', {
    TopicRulePayload: { Sql: "SELECT *, note AS default FROM 'a'" },
  });
});

test('fails for a FIFO topic, which rules cannot publish to', () => {
  expect(() => new SnsAction(new Topic(stack, 'Topic', { fifo: true }))).toThrow(
    'topic must be a standard topic, got the FIFO topic Stack/Topic',
  );
});
