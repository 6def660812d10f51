import { App, type Stack, Stage } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { SnsMessageFormat } from '../../constructs/aws';
import { addAwsLwtStack, synthesizeAwsLwtStack } from '../../lib/aws-app';
import { type AwsLwtDevice, AwsLwtStack, type AwsLwtStackProps } from '../../lib/aws-lwt-stack';
import { ManualClock } from '../../presence/clock';
import { seededRandomness } from '../../presence/randomness';
import { lastWillPayload } from '../../presence/will-payload';
import { compileStatement, MessageContext } from '../../semantics/iot-sql';
import { fixtureCsr } from '../fixtures/store';

type Resources = Readonly<Record<string, { readonly Type: string; readonly Properties?: Record<string, unknown> }>>;

const device = (name: string, fixture = name): AwsLwtDevice => ({
  name,
  certificateSigningRequest: fixtureCsr(fixture),
});

function synthesize(
  props: Partial<AwsLwtStackProps> = {},
): { readonly Resources: Resources } & Record<string, unknown> {
  const complete = { devices: [device('lwtThing')], notify: ['support@example.com'], ...props };
  return synthesizeAwsLwtStack(complete) as ReturnType<typeof synthesize>;
}

function template(props: Partial<AwsLwtStackProps> = {}): Template {
  return Template.fromJSON(synthesize(props));
}

const arn = (rest: string): object => ({
  'Fn::Join': [
    '',
    ['arn:', { Ref: 'AWS::Partition' }, ':iot:', { Ref: 'AWS::Region' }, ':', { Ref: 'AWS::AccountId' }, `:${rest}`],
  ],
});

test('the template with all defaults', () => {
  expect(synthesize()).toMatchSnapshot();
});

test('thing, rule, SNS topic and role have the names that the scenario gives them', () => {
  const rendered = template();

  rendered.hasResourceProperties('AWS::IoT::Thing', { ThingName: 'lwtThing' });
  rendered.hasResourceProperties('AWS::SNS::Topic', { TopicName: 'lwtSNSTopic', DisplayName: 'lwtSNSTopic' });
  rendered.hasResourceProperties('AWS::IAM::Role', { RoleName: 'lwtRuleRole' });
  rendered.hasResourceProperties('AWS::IoT::TopicRule', {
    RuleName: 'lastWillRule',
    TopicRulePayload: {
      Sql: "SELECT * FROM '/last/will/topic' where state.reported.last_will = 'yes' and state.reported.trigger_action = 'on'",
      AwsIotSqlVersion: '2016-03-23',
      Description: 'My first LWT rule',
      Actions: [
        { Sns: Match.objectLike({ MessageFormat: 'RAW' }) },
        { Republish: Match.objectLike({ Topic: '/lwt/executed', Qos: 0 }) },
      ],
    },
  });
  rendered.hasResourceProperties('AWS::SNS::Subscription', { Protocol: 'email', Endpoint: 'support@example.com' });
});

test('the thing may connect as itself, publish its will and its message, hear that and /lwt/executed, and nothing else', () => {
  template().hasResourceProperties('AWS::IoT::Policy', {
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
          Resource: [arn('topic//last/will/topic'), arn('topic//lwt/connected/topic')],
        },
        {
          Effect: 'Allow',
          Action: 'iot:Subscribe',
          Resource: [arn('topicfilter//lwt/connected/topic'), arn('topicfilter//lwt/executed')],
        },
        {
          Effect: 'Allow',
          Action: 'iot:Receive',
          Resource: [arn('topic//lwt/connected/topic'), arn('topic//lwt/executed')],
        },
      ],
    },
  });
});

test('with SNS messages in JSON the statement selects a sentence as `default`', () => {
  template({ messageFormat: SnsMessageFormat.JSON }).hasResourceProperties('AWS::IoT::TopicRule', {
    TopicRulePayload: {
      Sql:
        "SELECT *, concat('The last will of ', clientid(), ' was published on ', topic()) AS default FROM '/last/will/topic' " +
        "where state.reported.last_will = 'yes' and state.reported.trigger_action = 'on'",
    },
  });
});

test('the `default` of a will is a sentence that names the dead client', async () => {
  const sql = Object.values(template({ messageFormat: SnsMessageFormat.JSON }).findResources('AWS::IoT::TopicRule'))[0]
    ?.Properties.TopicRulePayload.Sql;

  const result = await compileStatement(sql, { version: '2016-03-23' }).evaluate(
    new MessageContext({
      topic: '/last/will/topic',
      payload: Buffer.from(lastWillPayload('lwtThing')),
      accountId: '123456789012',
      clock: new ManualClock(),
      randomness: seededRandomness(1),
      clientId: 'lwtThing',
    }),
  );

  expect(result).toMatchObject({
    outcome: 'matched',
    value: { default: 'The last will of lwtThing was published on /last/will/topic' },
  });
});

test('the shared will topic of the defaults is acknowledged, one that was given is not', () => {
  const stackOf = (props: Partial<AwsLwtStackProps>): Stack =>
    new AwsLwtStack(new App(), 'S', { devices: [], notify: ['support@example.com'], ...props });

  Annotations.fromStack(stackOf({})).hasNoWarning('*', Match.anyValue());
  Annotations.fromStack(stackOf({ willTopic: 'will' })).hasWarning('*', Match.stringLikeRegexp('sharedWillTopic'));
});

test('adding a device changes nothing that was there, and adds five entries of its own', () => {
  const before = synthesize({ devices: [device('lwtThing')] });
  const after = synthesize({ devices: [device('lwtThing'), device('pump7')] });

  expect(after.Resources).toMatchObject(before.Resources);
  expect(after.Outputs).toMatchObject(before.Outputs as object);
  const added = Object.keys(after.Resources).filter((id) => !(id in before.Resources));
  expect(added.map((id) => after.Resources[id]?.Type).sort()).toEqual([
    'AWS::IoT::Certificate',
    'AWS::IoT::PolicyPrincipalAttachment',
    'AWS::IoT::Thing',
    'AWS::IoT::ThingPrincipalAttachment',
  ]);
  expect(Object.keys(after.Outputs as object).filter((id) => !(id in (before.Outputs as object)))).toEqual([
    'CertificateIdpump7',
  ]);
});

test('the order of devices and addresses does not matter', () => {
  const devices = [device('lwtThing'), device('pump7')];
  const notify = ['a@example.com', 'b@example.com'];

  expect(synthesize({ devices: devices.toReversed(), notify: notify.toReversed() })).toEqual(
    synthesize({ devices, notify }),
  );
});

test('devices whose names differ only in punctuation are told apart', () => {
  const rendered = synthesize({ devices: [device('pump8', 'pump7'), device('pump-8')] });

  expect(Object.keys(rendered.Outputs as object)).toEqual(
    expect.arrayContaining(['CertificateIdpump8', expect.stringMatching(/^CertificateIdpump8[0-9a-f]{8}$/)]),
  );
});

test('two stages in one account have no name and no topic in common', () => {
  const named = (prefix: string | undefined): string[] =>
    [
      ...JSON.stringify(synthesize({ namePrefix: prefix })).matchAll(
        /"(?:ThingName|RuleName|RoleName|TopicName|DisplayName|Topic|PolicyName)":"([^"]+)"|FROM '([^']+)'/g,
      ),
    ].map((match) => match[1] ?? (match[2] as string));

  const production = named('production-');
  const test = named('test-');

  expect(production).toEqual(
    expect.arrayContaining([
      'production-lwtThing',
      'production_lastWillRule',
      'production-lwtRuleRole',
      'production-lwtSNSTopic',
      '/production/lwt/executed',
      '/production/last/will/topic',
    ]),
  );
  const inlinePolicies = (name: string): boolean => !name.startsWith('Monitor');
  expect(production.filter(inlinePolicies).filter((name) => test.includes(name))).toEqual([]);
});

test('two stages live in one app and are called differently in the account', () => {
  const app = new App();
  const stacks = ['a-', 'b-'].map((namePrefix) =>
    addAwsLwtStack(new Stage(app, namePrefix) as unknown as App, { devices: [device('lwtThing')], namePrefix }),
  );

  expect(stacks.map((stack) => stack.stackName)).toEqual(['a-LwtStack', 'b-LwtStack']);
});

test('while a device changes its certificate, both let it in', () => {
  const nextCertificateSigningRequest = fixtureCsr('pump7');
  const before = synthesize();
  const during = synthesize({ devices: [{ ...device('lwtThing'), nextCertificateSigningRequest }] });

  expect(during.Resources).toMatchObject(before.Resources);
  const added = Object.keys(during.Resources).filter((id) => !(id in before.Resources));
  expect(added.map((id) => during.Resources[id]?.Type).sort()).toEqual([
    'AWS::IoT::Certificate',
    'AWS::IoT::PolicyPrincipalAttachment',
    'AWS::IoT::ThingPrincipalAttachment',
  ]);
  expect(Object.keys(during.Outputs as object)).toContain('NextCertificateIdlwtThing');
});

test('when the next request takes the first place, its certificate stays and the old one goes', () => {
  const next = fixtureCsr('pump7');
  const during = synthesize({ devices: [{ ...device('lwtThing'), nextCertificateSigningRequest: next }] });
  const after = synthesize({ devices: [{ name: 'lwtThing', certificateSigningRequest: next }] });

  expect(during.Resources).toMatchObject(after.Resources);
});

test('a device can bring a certificate that exists', () => {
  const certificateArn = 'arn:aws:iot:eu-west-1:123456789012:cert/0a1b';

  const rendered = template({ devices: [{ name: 'lwtThing', certificateArn }] });

  rendered.resourceCountIs('AWS::IoT::Certificate', 0);
  rendered.hasResourceProperties('AWS::IoT::ThingPrincipalAttachment', { Principal: certificateArn });
  rendered.hasOutput('CertificateIdlwtThing', { Value: '0a1b' });
});

test('the outputs say what a person and the device need', () => {
  const rendered = template();

  rendered.hasOutput('WillTopic', { Value: '/last/will/topic' });
  rendered.hasOutput('ConnectedTopic', { Value: '/lwt/connected/topic' });
  rendered.hasOutput('ExecutedTopic', { Value: '/lwt/executed' });
  rendered.hasOutput('RuleName', { Value: Match.objectLike({ Ref: Match.anyValue() }) });
  rendered.hasOutput('NotificationTopicArn', { Value: Match.objectLike({ Ref: Match.anyValue() }) });
  rendered.hasOutput('CertificateIdlwtThing', { Value: Match.objectLike({ Ref: Match.anyValue() }) });
});

test.each<[string, Partial<AwsLwtStackProps>, string]>([
  [
    'device names that are no names of things, and duplicates',
    { devices: [device('lwtThing'), device('pump 7', 'pump7'), device('lwtThing')] },
    "devices[1] must be 1 to 128 letters, digits, ':', '_' or '-', got 'pump 7'; devices[2] must be named only once, got 'lwtThing'",
  ],
  [
    'more devices than a stack holds',
    { devices: Array.from({ length: 101 }, (_, index) => device(`pump${index}`, 'pump7')) },
    'devices must be at most 100 in one stack, got 101; leave devices empty and let a fleet register itself with a provisioning template',
  ],
  [
    'a prefix that cannot be part of a name',
    { namePrefix: 'a.b' },
    "namePrefix must be 1 to 32 letters, digits, '_' or '-', starting with a letter, got 'a.b'",
  ],
  [
    'a next request that is the present one',
    { devices: [{ ...device('lwtThing'), nextCertificateSigningRequest: `${fixtureCsr('lwtThing')}\n` }] },
    'nextCertificateSigningRequest of device lwtThing must be another request than the present one',
  ],
  [
    'a device with two certificates',
    { devices: [{ ...device('lwtThing'), certificateArn: 'arn:aws:iot:eu-west-1:123456789012:cert/0a1b' }] },
    'device lwtThing must have one of certificateSigningRequest, certificatePem and certificateArn, got several',
  ],
])('fails for %s', (_, props, message) => {
  expect(() => synthesize(props)).toThrow(message);
});
