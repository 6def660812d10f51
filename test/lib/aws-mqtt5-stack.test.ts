import { App } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { synthesizeAwsMqtt5Stack } from '../../lib/aws-app';
import { AwsMqtt5Stack } from '../../lib/aws-mqtt5-stack';
import { ManualClock } from '../../presence/clock';
import { seededRandomness } from '../../presence/randomness';
import { compileStatement, MessageContext } from '../../semantics/iot-sql';
import { fixtureCsr } from '../fixtures/store';

const environment = { account: '123456789012', region: 'eu-central-1' };
const arn = (rest: string): object => ({
  'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:iot:eu-central-1:123456789012:${rest}`]],
});
const connect = {
  Effect: 'Allow',
  Action: 'iot:Connect',
  Resource: arn('client/${iot:Connection.Thing.ThingName}'),
  Condition: { Bool: { 'iot:Connection.Thing.IsAttached': 'true' } },
};

let template: Template;
beforeAll(() => {
  const certificateSigningRequest = fixtureCsr('lwtThing');
  template = Template.fromStack(
    new AwsMqtt5Stack(new App(), 'Mqtt5Stack', { env: environment, certificateSigningRequest }),
  );
});

test('the template', () => {
  expect(synthesizeAwsMqtt5Stack({ certificateSigningRequest: fixtureCsr('lwtThing') })).toMatchSnapshot();
});

test.each(['TestThing01', 'TestThing02', 'TestThing03', 'TestThing04-Sub', 'TestThing04-Pub', 'TestThing05'])(
  'there is a thing %s, attached to the one certificate',
  (name) => {
    const [certificateId] = Object.keys(template.findResources('AWS::IoT::Certificate'));
    const [thingId] = Object.keys(template.findResources('AWS::IoT::Thing', { Properties: { ThingName: name } }));

    template.resourceCountIs('AWS::IoT::Certificate', 1);
    template.hasResourceProperties('AWS::IoT::ThingPrincipalAttachment', {
      ThingName: { Ref: thingId },
      Principal: { 'Fn::GetAtt': [certificateId, 'Arn'] },
    });
  },
);

const publish = (...topics: readonly string[]): object => ({
  Effect: 'Allow',
  Action: 'iot:Publish',
  Resource: topics.length === 1 ? arn(`topic/${topics[0]}`) : topics.map((topic) => arn(`topic/${topic}`)),
});
const hear = (filter: string, topics: string): object[] => [
  { Effect: 'Allow', Action: 'iot:Subscribe', Resource: arn(`topicfilter/${filter}`) },
  { Effect: 'Allow', Action: 'iot:Receive', Resource: arn(`topic/${topics}`) },
];
const aliased = 'sensors/field/field001/equipments/a804e598-ee90-4f89-9cde-458f8fe9b980/temperature';

test.each<[string, object[]]>([
  [
    'request and response',
    [publish('home07/main_door/lock', 'home07/main_door/status'), ...hear('home07/main_door/#', 'home07/main_door/*')],
  ],
  ['user properties', [publish('sensors/gateway01/*'), ...hear('sensors/gateway01/#', 'sensors/gateway01/*')]],
  ['topic alias', [publish(aliased), ...hear(aliased, aliased)]],
  ['expiry', [publish('vehicle/driver_door/lock', 'vehicle/air_conditioner/set'), ...hear('vehicle/#', 'vehicle/*')]],
  ['reason codes', [publish(aliased)]],
])('the policy for %s allows what the pattern needs and nothing else', (_, statements) => {
  template.hasResourceProperties('AWS::IoT::Policy', {
    PolicyDocument: { Version: '2012-10-17', Statement: [connect, ...statements] },
  });
});

test('all policies are attached to the certificate', () => {
  template.resourceCountIs('AWS::IoT::PolicyPrincipalAttachment', 5);
});

test('a rule decodes what sensors measured and publishes it where it does not see it again', () => {
  template.hasResourceProperties('AWS::IoT::TopicRule', {
    TopicRulePayload: {
      Sql:
        "SELECT CASE get_or_default(get(get_user_properties('Content-Type'), 0), 'text/plain') " +
        "WHEN 'base64' THEN decode(decode(encode(*, 'base64'), 'base64'), 'base64') " +
        "ELSE decode(encode(*, 'base64'), 'base64') END AS sensor_value, topic(3) AS sensor FROM 'sensors/gateway01/#'",
      AwsIotSqlVersion: '2016-03-23',
      Actions: [{ Republish: Match.objectLike({ Topic: 'decoded/sensors/gateway01' }) }],
    },
  });
});

test('fails without a certificate', () => {
  expect(() => new AwsMqtt5Stack(new App(), 'Mqtt5Stack', {})).toThrow(
    'exactly one of certificateSigningRequest and certificateArn must be given to Mqtt5Stack',
  );
});

describe('the rule’s statement makes a value of what a sensor sent', () => {
  const decode = async (payload: string, userProperties: readonly (readonly [string, string])[]): Promise<unknown> => {
    const [rule] = Object.values(template.findResources('AWS::IoT::TopicRule'));
    const statement = compileStatement(rule?.Properties.TopicRulePayload.Sql, { version: '2016-03-23' });
    const result = await statement.evaluate(
      new MessageContext({
        topic: 'sensors/gateway01/sensor01',
        payload: Buffer.from(payload),
        accountId: '123456789012',
        clock: new ManualClock(),
        randomness: seededRandomness(1),
        userProperties,
      }),
    );
    return result.outcome === 'matched' ? result.value : result;
  };

  test('that says text/plain', async () => {
    expect(await decode('23.4', [['Content-Type', 'text/plain']])).toEqual({ sensor_value: 23.4, sensor: 'sensor01' });
  });

  test('that says base64', async () => {
    expect(await decode('MjMuNw==', [['Content-Type', 'base64']])).toEqual({ sensor_value: 23.7, sensor: 'sensor01' });
  });

  test('that says nothing of its encoding', async () => {
    expect(await decode('24.4', [])).toEqual({ sensor_value: 24.4, sensor: 'sensor01' });
  });
});
