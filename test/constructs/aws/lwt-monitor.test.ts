import { App, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Certificate, IotSql, LwtMonitor, type LwtMonitorProps, RepublishAction, Thing } from '../../../constructs/aws';
import { fixtureCsr } from '../../fixtures/store';

let stack: Stack;
beforeEach(() => {
  stack = new Stack(new App(), 'Stack', { env: { account: '123456789012', region: 'eu-central-1' } });
});

function monitor(props: LwtMonitorProps = {}): Template {
  new LwtMonitor(stack, 'Presence', { notify: ['support@example.com'], ...props });
  return Template.fromStack(stack);
}

const arn = (rest: string): object => ({
  'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:iot:eu-central-1:123456789012:${rest}`]],
});

test('a monitor works without any device: it names no device and no resource', () => {
  const template = monitor();

  template.resourceCountIs('AWS::IoT::Thing', 0);
  template.hasResourceProperties('AWS::IoT::TopicRule', { RuleName: Match.absent() });
  template.hasResourceProperties('AWS::SNS::Topic', { TopicName: Match.absent() });
  template.hasResourceProperties('AWS::IAM::Role', { RoleName: Match.absent() });
  template.hasResourceProperties('AWS::IoT::Policy', { PolicyName: Match.absent() });
});

test('the rule listens to the will of every device', () => {
  monitor({ willTopic: 'plants/{device}/will' }).hasResourceProperties('AWS::IoT::TopicRule', {
    TopicRulePayload: {
      Sql: "SELECT * FROM 'plants/+/will' where state.reported.last_will = 'yes' and state.reported.trigger_action = 'on'",
    },
  });
});

test('devices may connect as themselves and leave a will, and nothing else, unless topics are given', () => {
  monitor({ willTopic: 'plants/{device}/will' }).hasResourceProperties('AWS::IoT::Policy', {
    PolicyDocument: {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Action: 'iot:Connect',
          Resource: arn('client/${iot:Connection.Thing.ThingName}'),
          Condition: { Bool: { 'iot:Connection.Thing.IsAttached': 'true' } },
        },
        {
          Effect: 'Allow',
          Action: 'iot:Publish',
          Resource: arn('topic/plants/${iot:Connection.Thing.ThingName}/will'),
        },
      ],
    },
  });
});

test('a retained will is allowed to be retained', () => {
  monitor({ willRetain: true }).hasResourceProperties('AWS::IoT::Policy', {
    PolicyDocument: {
      Statement: Match.arrayWith([
        {
          Effect: 'Allow',
          Action: 'iot:RetainPublish',
          Resource: arn('topic/clients/${iot:Connection.Thing.ThingName}/status'),
        },
      ]),
    },
  });
});

test('the will is republished for the device that it is about', () => {
  monitor({ willTopic: 'plants/{device}/will', executedTopic: 'done/{device}' }).hasResourceProperties(
    'AWS::IoT::TopicRule',
    {
      TopicRulePayload: {
        Actions: Match.arrayWith([{ Republish: Match.objectLike({ Topic: 'done/${topic(2)}', Qos: 1 }) }]),
      },
    },
  );
});

test('where the will’s topic does not name the device, the dead client’s id does', () => {
  monitor({ willTopic: 'will', executedTopic: 'done/{device}' }).hasResourceProperties('AWS::IoT::TopicRule', {
    TopicRulePayload: { Actions: Match.arrayWith([{ Republish: Match.objectLike({ Topic: 'done/${clientid()}' }) }]) },
  });
});

test('further actions come after notification and republish', () => {
  monitor({ executedTopic: 'done', actions: [new RepublishAction('more')] }).hasResourceProperties(
    'AWS::IoT::TopicRule',
    {
      TopicRulePayload: {
        Actions: [
          { Sns: Match.anyValue() },
          { Republish: Match.objectLike({ Topic: 'done' }) },
          { Republish: Match.objectLike({ Topic: 'more' }) },
        ],
      },
    },
  );
});

test('everyone in notify is written to', () => {
  monitor({ notify: ['a@example.com', 'b@example.com'] }).resourcePropertiesCountIs(
    'AWS::SNS::Subscription',
    { Protocol: 'email' },
    2,
  );
});

test('a topic from elsewhere notifies instead of a new one', () => {
  const template = monitor({ notificationTopic: new Topic(stack, 'Mine') });

  template.resourceCountIs('AWS::SNS::Topic', 1);
  template.resourceCountIs('AWS::KMS::Key', 0);
});

test('a statement of one’s own takes the place of the default', () => {
  monitor({ sql: IotSql.fromString("SELECT a FROM 'b'") }).hasResourceProperties('AWS::IoT::TopicRule', {
    TopicRulePayload: { Sql: "SELECT a FROM 'b'" },
  });
});

test('a device is let in by attaching its certificate to its thing and to the policy', () => {
  const presence = new LwtMonitor(stack, 'Presence', { notify: ['support@example.com'] });

  presence.addDevice(
    new Thing(stack, 'Thing', { thingName: 'pump7' }),
    Certificate.fromCsr(stack, 'Certificate', fixtureCsr('pump7')),
  );

  const template = Template.fromStack(stack);
  template.resourceCountIs('AWS::IoT::ThingPrincipalAttachment', 1);
  template.resourceCountIs('AWS::IoT::PolicyPrincipalAttachment', 1);
});

test('a shared will topic is a warning', () => {
  new LwtMonitor(stack, 'Presence', { notify: ['support@example.com'], willTopic: 'will' });

  Annotations.fromStack(stack).hasWarning(
    '/Stack/Presence',
    "willTopic 'will' is shared: any device could report the death of another one. Put {device} into it, or acknowledge this [ack: lastwill:sharedWillTopic]",
  );
});

test('nobody to notify is a warning', () => {
  new LwtMonitor(stack, 'Presence');

  Annotations.fromStack(stack).hasWarning(
    '/Stack/Presence',
    'notify is empty: nobody is told when a device dies. Name e-mail addresses, or acknowledge this when the topic has other subscribers [ack: lastwill:nobodyNotified]',
  );
});

describe('a statement of one’s own', () => {
  const warnings = (sql: string): number => {
    const willTopic = 'plants/{device}/will';
    new LwtMonitor(stack, 'Presence', { notify: ['support@example.com'], willTopic, sql: IotSql.fromString(sql) });
    return Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp('lastwill:willNotHeard')).length;
  };

  test.each([
    "SELECT * FROM 'plants/+/wills'",
    "SELECT * FROM 'plant/+/will'",
    "SELECT * FROM 'plants/+'",
    "SELECT * FROM 'plants/+/will/#'",
  ])('%s hears no will, which is a warning', (sql) => {
    expect(warnings(sql)).toBe(1);
  });

  test.each([
    "SELECT * FROM 'plants/+/will'",
    "SELECT * FROM 'plants/#'",
    "SELECT * FROM 'plants/fern/will'",
    "SELECT * FROM '+/+/+'",
  ])('%s hears wills', (sql) => {
    expect(warnings(sql)).toBe(0);
  });

  test('says what it listens to instead', () => {
    warnings("SELECT * FROM 'other'");

    Annotations.fromStack(stack).hasWarning(
      '/Stack/Presence',
      "sql must be a statement FROM topics of wills such as 'plants/+/will', got FROM 'other': nobody is told when a device dies. Change it, or acknowledge this when another rule listens [ack: lastwill:willNotHeard]",
    );
  });
});

test.each<[string, LwtMonitorProps, string]>([
  [
    'a will topic with a wildcard',
    { willTopic: 'plants/+/will' },
    "willTopic must be a topic name without the wildcards + and #, got 'plants/+/will'",
  ],
  ['a bad e-mail address', { notify: ['nobody'] }, "notify[0] must be an e-mail address, got 'nobody'"],
  ['QoS 2', { willQos: Number('2') as 1 }, 'willQos must be 0 or 1, got 2'],
  [
    'an address that is named twice',
    { notify: ['a@example.com', 'a@example.com'] },
    "notify must be free of duplicates, got 'a@example.com'",
  ],
  [
    'a republish that would set the rule off again',
    { willTopic: 'a/{device}', executedTopic: 'a/done' },
    "executedTopic must be a topic that the rule on 'a/+' does not match, got 'a/done'",
  ],
  [
    'a bad rule name',
    { ruleName: 'a-b' },
    "ruleName must be 1 to 128 letters, digits or '_' (AWS allows no hyphen), got 'a-b'",
  ],
])('fails for %s', (_, props, message) => {
  expect(() => monitor(props)).toThrow(message);
});
