import { App, Stack, Token } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Certificate, DevicePolicy } from '../../../constructs/aws';
import { fixtureCsr } from '../../fixtures/store';

const environment = { account: '123456789012', region: 'eu-central-1' };
const arn = (rest: string): object => ({
  'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:iot:eu-central-1:123456789012:${rest}`]],
});

let stack: Stack;
beforeEach(() => {
  stack = new Stack(new App(), 'Stack', { env: environment });
});

function statements(): unknown {
  const policies = Object.values(Template.fromStack(stack).findResources('AWS::IoT::Policy'));
  return policies[0]?.Properties.PolicyDocument.Statement;
}

test('connect is allowed only under the name of a thing that the certificate is attached to', () => {
  new DevicePolicy(stack, 'Policy').allowConnect();

  expect(statements()).toEqual([
    {
      Effect: 'Allow',
      Action: 'iot:Connect',
      Resource: arn('client/${iot:Connection.Thing.ThingName}'),
      Condition: { Bool: { 'iot:Connection.Thing.IsAttached': 'true' } },
    },
  ]);
});

test('connect under a client id of its own needs no thing', () => {
  new DevicePolicy(stack, 'Policy').allowConnect({ clientId: 'gateway' });

  expect(statements()).toEqual([{ Effect: 'Allow', Action: 'iot:Connect', Resource: arn('client/gateway') }]);
});

test('publish names the topic, with the thing in place of {device}', () => {
  new DevicePolicy(stack, 'Policy').allowPublish('clients/{device}/status');

  expect(statements()).toEqual([
    { Effect: 'Allow', Action: 'iot:Publish', Resource: arn('topic/clients/${iot:Connection.Thing.ThingName}/status') },
  ]);
});

test('publish below a topic is a wildcard of the policy, not of MQTT', () => {
  new DevicePolicy(stack, 'Policy').allowPublishBelow('sensors/gateway01');

  expect(statements()).toEqual([
    { Effect: 'Allow', Action: 'iot:Publish', Resource: arn('topic/sensors/gateway01/*') },
  ]);
});

test('a will needs iot:Publish on its topic and nothing else', () => {
  new DevicePolicy(stack, 'Policy').allowWill({ topic: '/last/will/topic' });

  expect(statements()).toEqual([{ Effect: 'Allow', Action: 'iot:Publish', Resource: arn('topic//last/will/topic') }]);
});

test('a retained will needs iot:RetainPublish as well', () => {
  new DevicePolicy(stack, 'Policy').allowWill({ topic: 'will', retain: true });

  expect(statements()).toEqual([
    { Effect: 'Allow', Action: 'iot:Publish', Resource: arn('topic/will') },
    { Effect: 'Allow', Action: 'iot:RetainPublish', Resource: arn('topic/will') },
  ]);
});

test('subscribe is for exactly the filter, receive for the topics that it can bring', () => {
  new DevicePolicy(stack, 'Policy').allowSubscribe('rooms/+/temperature', 'alarms/#');

  expect(statements()).toEqual([
    {
      Effect: 'Allow',
      Action: 'iot:Subscribe',
      Resource: [arn('topicfilter/rooms/+/temperature'), arn('topicfilter/alarms/#')],
    },
    { Effect: 'Allow', Action: 'iot:Receive', Resource: [arn('topic/rooms/*/temperature'), arn('topic/alarms/*')] },
  ]);
});

test('a shared subscription is subscribed to as a whole and receives its topics', () => {
  new DevicePolicy(stack, 'Policy').allowSubscribe('$share/workers/jobs/+');

  expect(statements()).toEqual([
    { Effect: 'Allow', Action: 'iot:Subscribe', Resource: arn('topicfilter/$share/workers/jobs/+') },
    { Effect: 'Allow', Action: 'iot:Receive', Resource: arn('topic/jobs/*') },
  ]);
});

test('statements that differ only in their resources become one, without repetition', () => {
  new DevicePolicy(stack, 'Policy').allowPublish('a').allowPublish('b').allowPublish('a');

  expect(statements()).toEqual([
    { Effect: 'Allow', Action: 'iot:Publish', Resource: [arn('topic/a'), arn('topic/b')] },
  ]);
});

test('a star in a topic is a letter, not a wildcard of the policy', () => {
  new DevicePolicy(stack, 'Policy').allowPublish('what?/*');

  expect(statements()).toEqual([{ Effect: 'Allow', Action: 'iot:Publish', Resource: arn('topic/what${?}/${*}') }]);
});

test('a statement of one’s own is rendered as it is', () => {
  new DevicePolicy(stack, 'Policy').addStatement({
    effect: 'Deny',
    actions: ['iot:Publish'],
    resources: ['*'],
    conditions: { StringEquals: { 'iot:ClientId': ['a', 'b'] } },
  });

  expect(statements()).toEqual([
    {
      Effect: 'Deny',
      Action: 'iot:Publish',
      Resource: '*',
      Condition: { StringEquals: { 'iot:ClientId': ['a', 'b'] } },
    },
  ]);
});

test('the attachment refers to policy and certificate, so that both are created before it and deleted after it', () => {
  const policy = new DevicePolicy(stack, 'Policy').allowConnect();
  policy.attachTo(Certificate.fromCsr(stack, 'Certificate', fixtureCsr('lwtThing')));

  const template = Template.fromStack(stack);
  const [policyId] = Object.keys(template.findResources('AWS::IoT::Policy'));
  const [certificateId] = Object.keys(template.findResources('AWS::IoT::Certificate'));
  template.hasResourceProperties('AWS::IoT::PolicyPrincipalAttachment', {
    PolicyName: { Ref: policyId },
    Principal: { 'Fn::GetAtt': [certificateId, 'Arn'] },
  });
});

test('an imported policy can be attached', () => {
  const policy = DevicePolicy.fromPolicyName(stack, 'Policy', 'fleet');
  policy.attachTo(
    Certificate.fromCertificateArn(stack, 'Certificate', 'arn:aws:iot:eu-central-1:123456789012:cert/0a1b'),
  );

  Template.fromStack(stack).hasResourceProperties('AWS::IoT::PolicyPrincipalAttachment', {
    PolicyName: 'fleet',
    Principal: 'arn:aws:iot:eu-central-1:123456789012:cert/0a1b',
  });
});

test('fails beyond 2048 characters, when the statement is added that is too much', () => {
  const policy = new DevicePolicy(stack, 'Policy').allowConnect();

  expect(() => {
    for (let index = 0; index < 40; index++) policy.allowPublish(`plants/plant-${index}/status`);
  }).toThrow(
    'policy document of Stack/Policy must be at most 2048 characters long, white space not counted, got 2075; use fewer topics, or split it: a certificate takes 10 policies',
  );
});

test('fails for a topic with a wildcard, which nobody can publish on', () => {
  expect(() => new DevicePolicy(stack, 'Policy').allowPublish('rooms/+/temperature')).toThrow(
    "topics[0] must be a topic name without the wildcards + and #, got 'rooms/+/temperature'",
  );
});

test('fails for a filter with a misplaced wildcard', () => {
  expect(() => new DevicePolicy(stack, 'Policy').allowSubscribe('a/#/b')).toThrow(
    "filters[0] must be a topic filter in which + stands alone in its level and # alone in the last one, got 'a/#/b'",
  );
});

test('fails for a name that no policy may have', () => {
  expect(() => new DevicePolicy(stack, 'Policy', { policyName: 'a b' })).toThrow(
    "policyName must be 1 to 128 letters, digits or any of '_+=,.@-', got 'a b'",
  );
});

test('fails at synth when nothing was allowed', () => {
  new DevicePolicy(stack, 'Policy');

  expect(() => Template.fromStack(stack)).toThrow('a device policy must hold at least one statement');
});

test('a name that is known only at deployment is not checked', () => {
  const policyName = Token.asString({ Ref: 'SomeParameter' });

  new DevicePolicy(stack, 'Policy', { policyName }).allowConnect();

  Template.fromStack(stack).hasResourceProperties('AWS::IoT::Policy', { PolicyName: { Ref: 'SomeParameter' } });
});

test('a policy is imported by its ARN, whose last part is its name', () => {
  const arn = 'arn:aws:iot:eu-west-1:111111111111:policy/devices';

  expect(DevicePolicy.fromPolicyArn(stack, 'Imported', arn)).toMatchObject({ policyName: 'devices', policyArn: arn });
});

// https://docs.aws.amazon.com/iot/latest/developerguide/iot-basic-ingest.html
test('the levels of Basic Ingest do not count against the limit of levels', () => {
  const policy = new DevicePolicy(stack, 'BasicIngest');

  expect(() => policy.allowPublish('$aws/rules/onGone/1/2/3/4/5/6/7/8')).not.toThrow();
  expect(() => policy.allowPublish('$aws/rules/onGone/1/2/3/4/5/6/7/8/9')).toThrow('at most 8 levels deep');
});
