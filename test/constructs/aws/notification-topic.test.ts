import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { NotificationTopic } from '../../../constructs/aws';

const alarmsOfThisAccount = {
  StringEquals: { 'aws:SourceAccount': '123456789012' },
  ArnLike: {
    'aws:SourceArn': {
      'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':cloudwatch:eu-central-1:123456789012:alarm:*']],
    },
  },
};

let stack: Stack;
beforeEach(() => {
  stack = new Stack(new App(), 'Stack', { env: { account: '123456789012', region: 'eu-central-1' } });
});

test('the topic is encrypted with a key of its own that is rotated and goes with the topic', () => {
  const { encryptionKey } = new NotificationTopic(stack, 'Notification', {
    snsTopicName: 'alerts',
    snsDisplayName: 'A b',
  });

  const template = Template.fromStack(stack);
  template.hasResourceProperties('AWS::SNS::Topic', {
    TopicName: 'alerts',
    DisplayName: 'A b',
    KmsMasterKeyId: stack.resolve(encryptionKey.keyArn),
  });
  template.hasResource('AWS::KMS::Key', { DeletionPolicy: 'Delete', Properties: { EnableKeyRotation: true } });
});

test('the topic takes messages over TLS only, from alarms and from the publishers that were allowed', () => {
  const notification = new NotificationTopic(stack, 'Notification');
  const role = new Role(stack, 'Role', { assumedBy: new ServicePrincipal('iot.amazonaws.com') });
  notification.allowPublisher(role);

  const topic = stack.resolve(notification.topic.topicArn);
  Template.fromStack(stack).hasResourceProperties('AWS::SNS::TopicPolicy', {
    PolicyDocument: {
      Statement: [
        {
          Sid: 'AllowPublishThroughSSLOnly',
          Effect: 'Deny',
          Principal: '*',
          Action: 'sns:Publish',
          Resource: topic,
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        },
        {
          Sid: Match.anyValue(),
          Effect: 'Allow',
          Principal: { Service: 'cloudwatch.amazonaws.com' },
          Action: 'sns:Publish',
          Resource: topic,
          Condition: alarmsOfThisAccount,
        },
        {
          Sid: Match.anyValue(),
          Effect: 'Allow',
          Principal: { AWS: stack.resolve(role.roleArn) },
          Action: 'sns:Publish',
          Resource: topic,
        },
      ],
    },
  });
});

test('the key’s policy lets alarms and the publishers that were allowed use it', () => {
  const notification = new NotificationTopic(stack, 'Notification');
  const role = new Role(stack, 'Role', { assumedBy: new ServicePrincipal('iot.amazonaws.com') });
  notification.allowPublisher(role);

  Template.fromStack(stack).hasResourceProperties('AWS::KMS::Key', {
    KeyPolicy: {
      Statement: [
        Match.objectLike({ Action: 'kms:*' }),
        {
          Effect: 'Allow',
          Principal: { Service: 'cloudwatch.amazonaws.com' },
          Action: ['kms:Decrypt', 'kms:GenerateDataKey*'],
          Resource: '*',
          Condition: alarmsOfThisAccount,
        },
        {
          Effect: 'Allow',
          Principal: { AWS: stack.resolve(role.roleArn) },
          Action: ['kms:Decrypt', 'kms:GenerateDataKey*'],
          Resource: '*',
        },
      ],
    },
  });
});

test('a key from elsewhere takes the place of the topic’s own', () => {
  new NotificationTopic(stack, 'Notification', { encryptionKey: new Key(stack, 'Mine') });

  Template.fromStack(stack).resourceCountIs('AWS::KMS::Key', 1);
});

test('fails for names that SNS does not take', () => {
  const props = { snsTopicName: 'a.fifo', snsDisplayName: 'x'.repeat(101) };

  expect(() => new NotificationTopic(stack, 'Notification', props)).toThrow(
    `snsTopicName must be 1 to 256 letters, digits, '_' or '-', got 'a.fifo'; snsDisplayName must be 1 to 100 characters on one line, got '${'x'.repeat(101)}'`,
  );
});
