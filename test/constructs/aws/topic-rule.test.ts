import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Topic } from 'aws-cdk-lib/aws-sns';
import {
  IotSql,
  IotSqlVersion,
  RepublishAction,
  SnsAction,
  SnsMessageFormat,
  TopicRule,
} from '../../../constructs/aws';

const sql = IotSql.fromString("SELECT * FROM 'a/b'");

let stack: Stack;
beforeEach(() => {
  stack = new Stack(new App(), 'Stack', { env: { account: '123456789012', region: 'eu-central-1' } });
});

test('a rule names its SQL version, because AWS would assume that of 2015', () => {
  new TopicRule(stack, 'Rule', { sql });

  Template.fromStack(stack).hasResourceProperties('AWS::IoT::TopicRule', {
    TopicRulePayload: { Sql: "SELECT * FROM 'a/b'", AwsIotSqlVersion: '2016-03-23', RuleDisabled: false },
  });
});

test('a rule can be written for another SQL version and switched off', () => {
  new TopicRule(stack, 'Rule', {
    ruleName: 'my_rule',
    description: 'what for',
    enabled: false,
    sql: IotSql.fromString("SELECT * FROM 'a'", IotSqlVersion.VER_2015_10_08),
  });

  Template.fromStack(stack).hasResourceProperties('AWS::IoT::TopicRule', {
    RuleName: 'my_rule',
    TopicRulePayload: { AwsIotSqlVersion: '2015-10-08', RuleDisabled: true, Description: 'what for' },
  });
});

test('a failed action is written to a log group of the rule’s own, which keeps it for a month', () => {
  new TopicRule(stack, 'Rule', { sql });

  const template = Template.fromStack(stack);
  const [logGroup] = Object.keys(
    template.findResources('AWS::Logs::LogGroup', { Properties: { RetentionInDays: 30 } }),
  );
  template.hasResourceProperties('AWS::IoT::TopicRule', {
    TopicRulePayload: { ErrorAction: { CloudwatchLogs: { LogGroupName: { Ref: logGroup } } } },
  });
});

test('another error action takes the place of the log group', () => {
  new TopicRule(stack, 'Rule', { sql, errorAction: new RepublishAction('errors') });

  const template = Template.fromStack(stack);
  template.resourceCountIs('AWS::Logs::LogGroup', 0);
  template.hasResourceProperties('AWS::IoT::TopicRule', {
    TopicRulePayload: { ErrorAction: { Republish: { Topic: 'errors' } } },
  });
});

test('the retention of the error log can be chosen', () => {
  new TopicRule(stack, 'Rule', { sql, errorLogRetention: RetentionDays.ONE_WEEK });

  Template.fromStack(stack).hasResourceProperties('AWS::Logs::LogGroup', { RetentionInDays: 7 });
});

test('only this rule of this account can act in the role (confused deputy)', () => {
  new TopicRule(stack, 'Rule', { sql, ruleName: 'my_rule' });

  Template.fromStack(stack).hasResourceProperties('AWS::IAM::Role', {
    AssumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: [
        {
          Action: 'sts:AssumeRole',
          Effect: 'Allow',
          Principal: { Service: 'iot.amazonaws.com' },
          Condition: {
            StringEquals: { 'aws:SourceAccount': '123456789012' },
            ArnLike: {
              'aws:SourceArn': {
                'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iot:eu-central-1:123456789012:rule/my_rule']],
              },
            },
          },
        },
      ],
    },
  });
});

test('a rule that CloudFormation names has a role for the rules of this account and region', () => {
  new TopicRule(stack, 'Rule', { sql });

  Template.fromStack(stack).hasResourceProperties('AWS::IAM::Role', {
    AssumeRolePolicyDocument: {
      Statement: [
        Match.objectLike({
          Condition: Match.objectLike({
            ArnLike: {
              'aws:SourceArn': {
                'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iot:eu-central-1:123456789012:rule/*']],
              },
            },
          }),
        }),
      ],
    },
  });
});

test('all actions of a rule share one role', () => {
  new TopicRule(stack, 'Rule', { sql, actions: [new RepublishAction('c'), new SnsAction(new Topic(stack, 'Topic'))] });

  Template.fromStack(stack).resourceCountIs('AWS::IAM::Role', 1);
});

test('the rule is created after the permissions of its role, which are resources of their own', () => {
  new TopicRule(stack, 'Rule', { sql, actions: [new RepublishAction('c')] });

  const template = Template.fromStack(stack);
  const [policy] = Object.keys(template.findResources('AWS::IAM::Policy'));
  template.hasResource('AWS::IoT::TopicRule', { DependsOn: Match.arrayWith([policy]) });
});

// https://docs.aws.amazon.com/iot/latest/developerguide/republish-rule-action.html
test('a rule that would hear what it republishes is refused, because AWS does not stop it', () => {
  const hears = IotSql.select({ from: 'pumps/#' });

  expect(() => new TopicRule(stack, 'Rule', { sql: hears, actions: [new RepublishAction('pumps/again')] })).toThrow(
    "topic of the republish action must be a topic that the rule's own FROM 'pumps/#' does not match, or it runs for ever, got 'pumps/again'",
  );
});

test.each([
  [{ from: 'pumps/+' }, 'pumps/a/b'],
  [{ from: 'pumps/#' }, 'pumps'],
  [{ from: 'pumps/#', where: 'isUndefined(seen)' }, 'pumps/again'],
  [{ from: 'pumps/+' }, 'pumps/${topic(2)}'],
  [{ from: '#' }, '$$aws/things/pump7/shadow/update'],
])('a rule on %j may republish on %s', (statement, topic) => {
  const rule = { sql: IotSql.select(statement), actions: [new RepublishAction(topic)] };

  expect(() => new TopicRule(stack, 'Rule', rule)).not.toThrow();
});

test('an action that is added later comes last', () => {
  const rule = new TopicRule(stack, 'Rule', { sql, actions: [new RepublishAction('first')] });

  rule.addAction(new RepublishAction('second'));

  Template.fromStack(stack).hasResourceProperties('AWS::IoT::TopicRule', {
    TopicRulePayload: {
      Actions: [
        { Republish: Match.objectLike({ Topic: 'first' }) },
        { Republish: Match.objectLike({ Topic: 'second' }) },
      ],
    },
  });
});

test('a role from elsewhere is given the permissions and needs no new one', () => {
  const role = Role.fromRoleArn(stack, 'Role', 'arn:aws:iam::123456789012:role/rules');
  new TopicRule(stack, 'Rule', { sql, role, actions: [new RepublishAction('c')] });

  const template = Template.fromStack(stack);
  template.resourceCountIs('AWS::IAM::Role', 0);
  template.hasResourceProperties('AWS::IAM::Policy', { Roles: ['rules'] });
});

test('a rule is imported by name or ARN', () => {
  expect(stack.resolve(TopicRule.fromTopicRuleName(stack, 'ByName', 'my_rule').topicRuleArn)).toEqual({
    'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iot:eu-central-1:123456789012:rule/my_rule']],
  });
  expect(
    TopicRule.fromTopicRuleArn(stack, 'ByArn', 'arn:aws:iot:eu-west-1:123456789012:rule/my_rule').topicRuleName,
  ).toBe('my_rule');
});

test('fails for names that AWS does not take', () => {
  expect(() => new TopicRule(stack, 'Rule', { sql, ruleName: 'last-will', roleName: 'a b' })).toThrow(
    "ruleName must be 1 to 128 letters, digits or '_' (AWS allows no hyphen), got 'last-will'; " +
      "roleName must be 1 to 64 letters, digits or any of '_+=,.@-', got 'a b'",
  );
});

test('fails for an eleventh action', () => {
  const rule = new TopicRule(stack, 'Rule', { sql });
  for (let index = 0; index < 10; index++) rule.addAction(new RepublishAction(`topic-${index}`));

  expect(() => rule.addAction(new RepublishAction('one-too-many'))).toThrow(
    'actions must be at most 10 per rule, got 11',
  );
});

test('fails for an error action that needs something selected: AWS words the failure itself', () => {
  const errorAction = new SnsAction(new Topic(stack, 'Topic'), { messageFormat: SnsMessageFormat.JSON });

  expect(() => new TopicRule(stack, 'Rule', { sql, errorAction })).toThrow(
    "errorAction must be an action that takes any message: AWS words the failure itself, so it has no 'default'",
  );
});

test('basic ingest is granted on the rule’s own reserved topic', () => {
  const rule = new TopicRule(stack, 'Rule', {
    sql,
    ruleName: 'my_rule',
    role: Role.fromRoleArn(stack, 'R', 'arn:aws:iam::123456789012:role/r'),
  });
  const publisher = new Role(stack, 'Publisher', { assumedBy: new ServicePrincipal('ec2.amazonaws.com') });

  rule.grantBasicIngest(publisher);

  const topic = (rest: string): object => ({
    'Fn::Join': [
      '',
      [
        'arn:',
        { Ref: 'AWS::Partition' },
        ':iot:eu-central-1:123456789012:topic/$aws/rules/',
        stack.resolve(rule.topicRuleName),
        ...(rest === '' ? [] : [rest]),
      ],
    ],
  });
  Template.fromStack(stack).hasResourceProperties('AWS::IAM::Policy', {
    Roles: [stack.resolve(publisher.roleName)],
    PolicyDocument: { Statement: [{ Action: 'iot:Publish', Effect: 'Allow', Resource: [topic(''), topic('/*')] }] },
  });
});

test('metrics of the rule are counted per rule, those of its actions over all kinds of action', () => {
  const rule = TopicRule.fromTopicRuleName(stack, 'Rule', 'my_rule');

  expect(rule.metricTopicMatch()).toMatchObject({
    namespace: 'AWS/IoT',
    metricName: 'TopicMatch',
    dimensions: { RuleName: 'my_rule' },
    statistic: 'Sum',
  });
  expect(rule.metricSuccess().expression).toBe(
    'SELECT SUM(Success) FROM SCHEMA("AWS/IoT", ActionType, RuleName) WHERE RuleName = \'my_rule\'',
  );
});
