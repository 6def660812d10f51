import { type App, Stack } from 'aws-cdk-lib';
import { AttributeType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import {
  CaCertificate,
  Certificate,
  CloudWatchMetricAction,
  DynamoDbAction,
  DynamoDbV2Action,
  IotSql,
  type ITopicRuleAction,
  LambdaAction,
  LwtMonitor,
  MintedCertificate,
  PayloadFormatIndicator,
  ProvisioningTemplate,
  ProvisioningValue,
  RepublishAction,
  SqsAction,
  Thing,
  ThingGroup,
  ThingType,
  TopicRule,
} from '../../constructs/aws';
import { AwsLwtStack } from '../../lib/aws-lwt-stack';
import { AwsMqtt5Stack } from '../../lib/aws-mqtt5-stack';
import { fixtureCertificate } from '../fixtures/certificates';
import { fixtureCsr } from '../fixtures/store';

/** Every stack for AWS that deploys as it is. */
export const stacks: Readonly<Record<string, (app: App) => Stack>> = {
  AwsLwtStack: (app) =>
    new AwsLwtStack(app, 'AwsLwtStack', {
      devices: [{ name: 'lwtThing', certificateSigningRequest: fixtureCsr('lwtThing') }],
      notify: ['support@example.com'],
    }),
  AwsMqtt5Stack: (app) =>
    new AwsMqtt5Stack(app, 'AwsMqtt5Stack', { certificateSigningRequest: fixtureCsr('lwtThing') }),
};

/** One of every construct, with everything set that goes together. */
export function everyConstruct(app: App): Stack {
  const stack = new Stack(app, 'EveryConstruct');
  const thingType = new ThingType(stack, 'Type', { thingTypeName: 'pump', searchableAttributes: ['site'] });
  const group = new ThingGroup(stack, 'Group', { thingGroupName: 'pumps', description: 'all pumps' });
  const caCertificate = new CaCertificate(stack, 'Ca', {
    caCertificatePem: fixtureCertificate('authority'),
  });
  const monitor = new LwtMonitor(stack, 'Presence', {
    willRetain: true,
    connectedTopic: 'clients/{device}/connected',
    executedTopic: 'clients-gone/{device}',
    notify: ['support@example.com'],
  });
  const leaf = fixtureCertificate('device');
  const thing = new Thing(stack, 'Thing', { thingName: 'pump7', attributes: { site: 'north' } });
  monitor.addDevice(thing, new MintedCertificate(stack, 'Minted'));
  monitor.policy.attachTo(Certificate.fromPem(stack, 'UnderCa', leaf, { caCertificate }));
  group.addThing(thing);
  group.addPolicy(monitor.policy);
  const template = new ProvisioningTemplate(stack, 'Fleet', {
    templateName: 'pumps',
    thing: { name: ProvisioningValue.parameter('SerialNumber'), thingType, thingGroups: [group] },
    policy: monitor.policy,
  });
  template.createClaimPolicy(stack, 'Claim');
  new TopicRule(stack, 'Rule', { sql: IotSql.select({ from: 'a' }), actions: everyAction(stack) });
  return stack;
}

function everyAction(stack: Stack): ITopicRuleAction[] {
  const table = new Table(stack, 'Table', { partitionKey: { name: 'device', type: AttributeType.STRING } });
  const handler = new LambdaFunction(stack, 'Handler', {
    runtime: Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: Code.fromInline('exports.handler = async () => {};'),
  });
  return [
    new SqsAction(new Queue(stack, 'Queue')),
    new DynamoDbAction(table, { hashKey: { field: 'device', value: `\${topic(2)}` } }),
    new DynamoDbV2Action(table),
    new LambdaAction(handler),
    new CloudWatchMetricAction({ metricName: 'Wills', metricNamespace: 'Presence' }),
    new RepublishAction('b', {
      qos: 1,
      headers: {
        payloadFormatIndicator: PayloadFormatIndicator.UTF8_DATA,
        messageExpiry: '60',
        userProperties: [{ key: 'origin', value: `\${topic()}` }],
      },
    }),
  ];
}
