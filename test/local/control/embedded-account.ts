import { readFileSync } from 'node:fs';
import { Engine } from '../../../local/engine';
import type { EngineOptions } from '../../../local/engine-options';
import { ManualClock } from '../../../presence/clock';

const csr = (name: string): string => readFileSync(`test/fixtures/store/aws/${name}/client.csr`, 'utf8');

/** ARN of something of IoT in the account of {@link startAccount}. */
export const iotArn = (path: string): string => `arn:aws:iot:us-east-1:123456789012:${path}`;

const things = ['lwtThing', 'pump7', 'pump-8'];

function deviceResources(name: string): Readonly<Record<string, unknown>> {
  const id = name.replace(/\W/g, '');
  const certificate = { 'Fn::GetAtt': [`${id}Certificate`, 'Arn'] };
  return {
    [`${id}Thing`]: {
      Type: 'AWS::IoT::Thing',
      Properties: { ThingName: name, AttributePayload: { Attributes: { kind: name.slice(0, 4) } } },
    },
    [`${id}Certificate`]: {
      Type: 'AWS::IoT::Certificate',
      Properties: { Status: name === 'pump-8' ? 'INACTIVE' : 'ACTIVE', CertificateSigningRequest: csr(name) },
    },
    [`${id}ThingAttachment`]: {
      Type: 'AWS::IoT::ThingPrincipalAttachment',
      Properties: {
        ThingName: { Ref: `${id}Thing` },
        Principal: certificate,
        ...(name === 'pump7' ? { ThingPrincipalType: 'EXCLUSIVE_THING' } : {}),
      },
    },
    [`${id}PolicyAttachment`]: {
      Type: 'AWS::IoT::PolicyPrincipalAttachment',
      Properties: { PolicyName: { Ref: 'Policy' }, Principal: certificate },
    },
  };
}

const statement = [
  { Effect: 'Allow', Action: 'iot:Connect', Resource: iotArn('client/${iot:Connection.Thing.ThingName}') },
  { Effect: 'Allow', Action: ['iot:Publish', 'iot:Subscribe', 'iot:Receive'], Resource: '*' },
  { Effect: 'Deny', Action: 'iot:Publish', Resource: iotArn('topic/secret/*') },
];

const json = {
  Resources: {
    ...Object.assign({}, ...things.map(deviceResources)),
    Policy: {
      Type: 'AWS::IoT::Policy',
      Properties: { PolicyName: 'devices', PolicyDocument: { Version: '2012-10-17', Statement: statement } },
    },
    Topic: {
      Type: 'AWS::SNS::Topic',
      Properties: {
        TopicName: 'alerts',
        DisplayName: 'Alerts <& more>',
        Subscription: [
          { Protocol: 'email', Endpoint: 'a@example.com' },
          { Protocol: 'email', Endpoint: 'b@example.com' },
        ],
      },
    },
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        RoleName: 'ruleRole',
        AssumeRolePolicyDocument: {
          Statement: [{ Effect: 'Allow', Principal: { Service: 'iot.amazonaws.com' }, Action: 'sts:AssumeRole' }],
        },
        Policies: [
          {
            PolicyName: 'p',
            PolicyDocument: {
              Statement: [
                { Effect: 'Allow', Action: 'sns:*', Resource: { Ref: 'Topic' } },
                { Effect: 'Deny', Action: 'sns:DeleteTopic', Resource: '*' },
              ],
            },
          },
        ],
      },
    },
    Rule: {
      Type: 'AWS::IoT::TopicRule',
      Properties: {
        RuleName: 'gone',
        TopicRulePayload: {
          Sql: "SELECT * FROM 'clients/+/gone'",
          AwsIotSqlVersion: '2016-03-23',
          Actions: [{ Sns: { TargetArn: { Ref: 'Topic' }, RoleArn: { 'Fn::GetAtt': ['Role', 'Arn'] } } }],
        },
      },
    },
    Asleep: {
      Type: 'AWS::IoT::TopicRule',
      Properties: {
        RuleName: 'asleep',
        TopicRulePayload: { Sql: "SELECT * FROM 'a'", Actions: [], RuleDisabled: true },
      },
    },
  },
  Outputs: { Certificate: { Value: { Ref: 'lwtThingCertificate' } } },
};

/** The time that the account's clock shows: 2026-01-02T03:04:05Z. */
export const MADE_AT = Date.parse('2026-01-02T03:04:05Z');

/** An embedded AWS with three things, and what a client of the SDK is given to reach its control plane. */
export async function startAccount(
  options: Partial<EngineOptions> & { readonly unconfirmedEndpoints?: readonly string[] } = {},
) {
  const { unconfirmedEndpoints, ...rest } = options;
  const clock = new ManualClock(MADE_AT);
  const engine = await Engine.start({
    aws: { templates: [{ name: 'Presence', json }], unconfirmedEndpoints },
    clock,
    ...rest,
  });
  const { control } = await engine.listen();
  const credentials = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'secret' };
  return { engine, clock, control, client: { endpoint: control, region: 'us-east-1', credentials } };
}
