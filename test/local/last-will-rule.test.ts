import { App, CfnParameter, aws_iam as iam, aws_iot as iot, Stack, aws_sns as sns } from 'aws-cdk-lib';
import { createActions } from '../../local/actions/actions';
import type { Email } from '../../local/actions/ports';
import type { Message, Origin } from '../../local/ports';
import type { RuleEvent } from '../../local/rules/ports';
import { createRuleEngine } from '../../local/rules/rule-engine';
import { resolveTemplates } from '../../local/template/cloudformation';
import { ManualClock } from '../../presence/clock';
import { seededRandomness } from '../../presence/randomness';

// The set-up of https://aws.amazon.com/blogs/iot/monitor-aws-iot-connections-in-near-real-time-using-mqtt-lwt/
const SQL =
  "SELECT * FROM '/last/will/topic' where state.reported.last_will = 'yes' and state.reported.trigger_action = 'on'";
const WILL = '{"state":{"reported":{"last_will":"yes","trigger_action":"on","client_id":"lwtThing"}}}';

/** A stack made with the constructs of aws-cdk-lib alone. */
function template(options: { readonly messageFormat?: string; readonly grant?: boolean } = {}): unknown {
  const app = new App();
  const stack = new Stack(app, 'Lwt');
  const email = new CfnParameter(stack, 'Email', { default: 'support@example.com' });
  const topic = new sns.Topic(stack, 'Topic', { displayName: 'lwtSNSTopic' });
  new sns.Subscription(stack, 'Mail', {
    topic,
    protocol: sns.SubscriptionProtocol.EMAIL,
    endpoint: email.valueAsString,
  });
  const role = new iam.Role(stack, 'Role', { assumedBy: new iam.ServicePrincipal('iot.amazonaws.com') });
  if (options.grant !== false) topic.grantPublish(role);
  const executed = stack.formatArn({ service: 'iot', resource: 'topic', resourceName: '/lwt/*' });
  role.addToPolicy(new iam.PolicyStatement({ actions: ['iot:Publish'], resources: [executed] }));
  const roleArn = role.roleArn;
  new iot.CfnTopicRule(stack, 'Rule', {
    ruleName: 'lastWillRule',
    topicRulePayload: {
      sql: SQL,
      awsIotSqlVersion: '2016-03-23',
      actions: [
        { sns: { targetArn: topic.topicArn, roleArn, messageFormat: options.messageFormat } },
        { republish: { topic: '/lwt/executed', roleArn } },
      ],
      errorAction: { republish: { topic: '/lwt/failed', roleArn } },
    },
  });
  return app.synth().getStackByName('Lwt').template;
}

function run(json: unknown) {
  const clock = new ManualClock();
  const randomness = seededRandomness(7);
  const templates = resolveTemplates([{ name: 'Lwt.template.json', json }]);
  const emails: Email[] = [];
  const published: Message[] = [];
  const events: RuleEvent[] = [];
  const actions = createActions({
    templates,
    outbox: { deliver: (email) => void emails.push(email) },
    publish: (message, origin) => {
      published.push(message);
      engine.accept(message, origin);
    },
    log: { write: () => undefined },
    clock,
    randomness,
  });
  const engine = createRuleEngine({
    templates,
    actions,
    external: actions.external,
    clock,
    randomness,
    observer: { observe: (event) => void events.push(event) },
  });
  const publish = async (payload: string, kind: Origin['kind'] = 'will'): Promise<void> => {
    const message: Message = {
      topic: '/last/will/topic',
      payload: Buffer.from(payload),
      qos: 0,
      retain: false,
      properties: {},
    };
    engine.accept(message, { kind, clientId: 'lwtThing', depth: 0 });
    await engine.whenIdle();
  };
  return { emails, published, events, publish };
}

test('a last will becomes an e-mail with the payload and a republished message', async () => {
  const cloud = run(template());

  await cloud.publish(WILL);

  expect(cloud.emails.map(({ to }) => to)).toEqual(['support@example.com']);
  expect(cloud.emails[0]?.rfc822.toString()).toContain(WILL);
  expect(cloud.published.map(({ topic, payload }) => [topic, payload.toString()])).toEqual([['/lwt/executed', WILL]]);
});

test('a message on the will topic that is no last will becomes nothing', async () => {
  const cloud = run(template());

  await cloud.publish('{"state":{"reported":{"last_will":"no","trigger_action":"on"}}}');

  expect(cloud.emails).toEqual([]);
  expect(cloud.published).toEqual([]);
});

// https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
test('with message format JSON there is no e-mail, for the payload has no default; the error action says so', async () => {
  const cloud = run(template({ messageFormat: 'JSON' }));

  await cloud.publish(WILL);

  expect(cloud.emails).toEqual([]);
  expect(cloud.published.map(({ topic }) => topic)).toEqual(['/lwt/executed', '/lwt/failed']);
  expect(JSON.parse(cloud.published[1]?.payload.toString() ?? '')).toMatchObject({
    ruleName: 'lastWillRule',
    topic: '/last/will/topic',
    clientId: 'lwtThing',
    failures: [
      {
        failedAction: 'SnsAction',
        errorMessage:
          'Failed to publish to the SNS topic. The error received was Invalid parameter: Message Structure - No default entry in JSON message body',
      },
    ],
  });
});

test('a role without the right to publish is found before deployment: the action fails, the other runs', async () => {
  const cloud = run(template({ grant: false }));

  await cloud.publish(WILL);

  expect(cloud.emails).toEqual([]);
  expect(cloud.published.map(({ topic }) => topic)).toEqual(['/lwt/executed', '/lwt/failed']);
  expect(cloud.published[1]?.payload.toString()).toContain(
    'because no identity-based policy allows the sns:Publish action',
  );
});
