import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { IotSql, LwtMonitor, NotificationTopic, TopicRule, TopicRuleAlarms } from '../../../constructs/aws';

let stack: Stack;
let rule: TopicRule;
let topicArn: unknown;
beforeEach(() => {
  stack = new Stack(new App(), 'Stack');
  rule = new TopicRule(stack, 'Rule', { sql: IotSql.select({ from: 'a' }) });
  const notificationTopic = new NotificationTopic(stack, 'Notification').topic;
  new TopicRuleAlarms(stack, 'Alarms', { rule, notificationTopic });
  topicArn = stack.resolve(notificationTopic.topicArn);
});

test.each(['RuleMessageThrottled', 'ParseError'])(
  'a single %s of the rule is told to the topic, and its end too',
  (name) => {
    Template.fromStack(stack).hasResourceProperties('AWS::CloudWatch::Alarm', {
      Namespace: 'AWS/IoT',
      MetricName: name,
      Dimensions: [{ Name: 'RuleName', Value: stack.resolve(rule.topicRuleName) }],
      Statistic: 'Sum',
      Threshold: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      EvaluationPeriods: 1,
      TreatMissingData: 'notBreaching',
      AlarmActions: [topicArn],
      OKActions: [topicArn],
    });
  },
);

test('a single failed action, of whatever kind, is told to the topic', () => {
  Template.fromStack(stack).hasResourceProperties('AWS::CloudWatch::Alarm', {
    Metrics: [
      Match.objectLike({
        Expression: {
          'Fn::Join': [
            '',
            [
              'SELECT SUM(Failure) FROM SCHEMA("AWS/IoT", ActionType, RuleName) WHERE RuleName = \'',
              stack.resolve(rule.topicRuleName),
              "'",
            ],
          ],
        },
        Period: 300,
      }),
    ],
    Threshold: 1,
    AlarmActions: [topicArn],
  });
});

test('a monitor has the alarms unless told otherwise', () => {
  const withAlarms = new Stack(new App(), 'With');
  new LwtMonitor(withAlarms, 'Presence', { notify: ['support@example.com'] });
  const without = new Stack(new App(), 'Without');
  new LwtMonitor(without, 'Presence', { notify: ['support@example.com'], alarms: false });

  Template.fromStack(withAlarms).resourceCountIs('AWS::CloudWatch::Alarm', 3);
  Template.fromStack(without).resourceCountIs('AWS::CloudWatch::Alarm', 0);
});
