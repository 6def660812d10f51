import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import {
  Certificate,
  DevicePolicy,
  IotSql,
  LwtMonitor,
  NotificationTopic,
  SnsAction,
  Thing,
  ThingGroup,
  TopicRule,
} from '../../../constructs/aws';
import { fixtureCsr } from '../../fixtures/store';

let one: Stack;
let other: Stack;
beforeEach(() => {
  const app = new App();
  one = new Stack(app, 'One');
  other = new Stack(app, 'Other');
});

const imported = { 'Fn::ImportValue': Match.stringLikeRegexp('^One:') };

test('devices of one stack are let in by the monitor of another', () => {
  const thing = new Thing(one, 'Thing', { thingName: 'pump7' });
  const certificate = Certificate.fromCsr(one, 'Certificate', fixtureCsr('pump7'));

  new LwtMonitor(other, 'Presence', { notify: ['support@example.com'] }).addDevice(thing, certificate);

  Template.fromStack(one).resourceCountIs('AWS::IoT::ThingPrincipalAttachment', 1);
  Template.fromStack(other).hasResourceProperties('AWS::IoT::PolicyPrincipalAttachment', { Principal: imported });
});

test('a rule of one stack notifies through the encrypted topic of another', () => {
  const notification = new NotificationTopic(one, 'Notification');

  new TopicRule(other, 'Rule', {
    sql: IotSql.select({ from: 'a' }),
    actions: [new SnsAction(notification.topic)],
  });

  Template.fromStack(other).hasResourceProperties('AWS::IAM::Policy', {
    PolicyDocument: {
      Statement: Match.arrayWith([
        { Effect: 'Allow', Action: 'sns:Publish', Resource: imported },
        { Effect: 'Allow', Action: ['kms:Decrypt', 'kms:GenerateDataKey'], Resource: imported },
      ]),
    },
  });
});

test('a monitor notifies through the topic of another stack, whose subscribers stay with the topic', () => {
  const notification = new NotificationTopic(one, 'Notification');

  new LwtMonitor(other, 'Presence', {
    notify: ['support@example.com'],
    notificationTopic: notification.topic,
  });

  Template.fromStack(one).resourceCountIs('AWS::SNS::Subscription', 1);
  Template.fromStack(other).hasResourceProperties('AWS::CloudWatch::Alarm', { AlarmActions: [imported] });
});

test('a policy of one stack holds for a group of another', () => {
  const policy = new DevicePolicy(one, 'Policy').allowConnect();

  new ThingGroup(other, 'Group', { thingGroupName: 'pumps' }).addPolicy(policy);

  Template.fromStack(other).resourceCountIs('Custom::AttachPolicy', 1);
  expect(other.dependencies).toContain(one);
});

test('a rule with a fixed name is known in another stack by name', () => {
  const app = new App();
  const environment = { account: '123456789012', region: 'eu-central-1' };
  const rule = new TopicRule(new Stack(app, 'Here', { env: environment }), 'Rule', {
    sql: IotSql.select({ from: 'a' }),
    ruleName: 'my_rule',
  });
  const there = new Stack(app, 'There', { env: { ...environment, region: 'eu-west-1' }, crossRegionReferences: false });

  expect(there.resolve(rule.topicRuleArn)).toEqual({
    'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iot:eu-central-1:123456789012:rule/my_rule']],
  });
});
