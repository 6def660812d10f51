import { App, CfnOutput, CfnParameter, Fn, Lazy, PhysicalName, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Topic } from 'aws-cdk-lib/aws-sns';
import {
  Certificate,
  DevicePolicy,
  IotSql,
  LwtMonitor,
  MintedCertificate,
  ProvisioningTemplate,
  ProvisioningValue,
  RepublishAction,
  SnsAction,
  SnsMessageFormat,
  Thing,
  ThingGroup,
  ThingType,
  TopicRule,
} from '../../../constructs/aws';

let app: App;
let stack: Stack;
beforeEach(() => {
  app = new App();
  stack = new Stack(app, 'Stack', { env: { account: '111111111111', region: 'eu-west-1' } });
});

function parameter(): string {
  return new CfnParameter(stack, 'Name').valueAsString;
}

function rendered(): string {
  return JSON.stringify(Template.fromStack(stack).toJSON());
}

function fleet(templateName: string): ProvisioningTemplate {
  return new ProvisioningTemplate(stack, 'Fleet', {
    templateName,
    thing: { name: ProvisioningValue.parameter('Serial') },
    policy: DevicePolicy.fromPolicyName(stack, 'Imported', 'devices'),
    preProvisioningHook: new LambdaFunction(stack, 'Hook', {
      runtime: Runtime.NODEJS_22_X,
      handler: 'index.handler',
      code: Code.fromInline('exports.handler = () => ({ allowProvisioning: true })'),
    }),
  });
}

describe('values that are known only at deployment', () => {
  test.each<[string, (name: string) => unknown]>([
    ['a thing', (name) => new Thing(stack, 'X', { thingName: name, attributes: { site: name } })],
    ['a thing type', (name) => new ThingType(stack, 'X', { thingTypeName: name, description: name })],
    [
      'a thing group',
      (name) => new ThingGroup(stack, 'X', { thingGroupName: name }).addThing(Thing.fromThingName(stack, 'T', name)),
    ],
    ['certificates', (name) => new Thing(stack, 'X').attachCertificate(Certificate.fromCsr(stack, 'C', name))],
    [
      'a policy',
      (name) =>
        new DevicePolicy(stack, 'X', { policyName: name })
          .allowConnect({ clientId: name })
          .allowWill({ topic: `${name}/{device}`, retain: true })
          .allowSubscribe(`${name}/#`),
    ],
    [
      'a rule',
      (name) =>
        new TopicRule(stack, 'X', {
          ruleName: name,
          sql: IotSql.select({ from: `${name}/+`, where: `a = '${name}'` }),
          actions: [new RepublishAction(`${name}/x/\${topic(2)}`)],
        }),
    ],
    ['a provisioning template with a hook', fleet],
    [
      'a monitor',
      (name) =>
        new LwtMonitor(stack, 'X', {
          willTopic: `${name}/{device}`,
          executedTopic: `${name}/x/y`,
          notify: [name, Lazy.string({ produce: () => 'a@example.com' })],
          ruleName: name,
        }),
    ],
  ])('are left to the deployment by %s', (_, create) => {
    create(parameter());

    expect(rendered()).not.toMatch(/Token\[|\[object/);
  });

  test('fail as a list, of which nobody knows how long it is', () => {
    const list = new CfnParameter(stack, 'List', { type: 'CommaDelimitedList' }).valueAsList;

    expect(() => new LwtMonitor(stack, 'Monitor', { notify: list })).toThrow(
      'notify must be known at synth one by one: every address becomes a resource',
    );
    expect(() => new DevicePolicy(stack, 'Policy').allowPublish(...list)).toThrow(
      'topics must be known at synth one by one: take them out of the list with Fn.select()',
    );
    expect(() => new DevicePolicy(stack, 'Other').allowSubscribe(...list)).toThrow('filters must be known at synth');
    expect(() => new DevicePolicy(stack, 'Fine').allowPublish(Fn.select(0, list))).not.toThrow();
  });

  test('a statement with such a part can still select what SNS needs', () => {
    const sns = new SnsAction(new Topic(stack, 'Topic'), { messageFormat: SnsMessageFormat.JSON });
    const sql = IotSql.fromString(`SELECT * FROM '${parameter()}/+' WHERE a = 1`);
    new TopicRule(stack, 'Rule', { sql, actions: [sns] });

    expect(rendered()).toContain(
      '["SELECT *, concat(\'A message was published on \', topic()) AS default FROM \'",{"Ref":"Name"},"/+\' WHERE a = 1"]',
    );
  });
});

describe('names that the CDK makes up where another environment needs them', () => {
  test.each<[string, (name: string) => readonly string[]]>([
    [
      'thing',
      (name) => {
        const { thingName, thingArn } = new Thing(stack, 'X', { thingName: name });
        return [thingName, thingArn];
      },
    ],
    [
      'thing type',
      (name) => {
        const { thingTypeName, thingTypeArn } = new ThingType(stack, 'X', { thingTypeName: name });
        return [thingTypeName, thingTypeArn];
      },
    ],
    [
      'thing group',
      (name) => {
        const { thingGroupName, thingGroupArn } = new ThingGroup(stack, 'X', { thingGroupName: name });
        return [thingGroupName, thingGroupArn];
      },
    ],
    [
      'policy',
      (name) => {
        const { policyName, policyArn } = new DevicePolicy(stack, 'X', { policyName: name }).allowConnect();
        return [policyName, policyArn];
      },
    ],
    [
      'rule',
      (name) => {
        const { topicRuleName, topicRuleArn } = new TopicRule(stack, 'X', {
          ruleName: name,
          sql: IotSql.select({ from: 'a' }),
        });
        return [topicRuleName, topicRuleArn];
      },
    ],
    [
      'provisioning template',
      (name) => {
        const { templateName, templateArn } = fleet(name);
        return [templateName, templateArn];
      },
    ],
  ])('%s', (_, create) => {
    const [name, arn] = create(PhysicalName.GENERATE_IF_NEEDED);
    const elsewhere = new Stack(app, 'Elsewhere', { env: { account: '222222222222', region: 'us-east-1' } });
    new CfnOutput(elsewhere, 'Name', { value: name as string });
    new CfnOutput(elsewhere, 'Arn', { value: arn as string });

    const { Outputs } = Template.fromStack(elsewhere).toJSON();
    const made = String(Outputs.Name.Value);
    expect(made).toMatch(/^[a-z0-9]+$/);
    expect(JSON.stringify(Outputs.Arn.Value)).toMatch(new RegExp(`:iot:eu-west-1:111111111111:[a-z]+/${made}"`));
    expect(rendered()).toContain(`"${made}"`);
  });

  test('a rule lets any rule of the account and region take its role on when its name is made up', () => {
    new TopicRule(stack, 'Rule', { ruleName: PhysicalName.GENERATE_IF_NEEDED, sql: IotSql.select({ from: 'a' }) });

    expect(rendered()).toContain(':iot:eu-west-1:111111111111:rule/*"');
  });
});

describe('what is attached already', () => {
  test('is attached once: certificates, policies, members and policies of groups', () => {
    const thing = new Thing(stack, 'Thing');
    const certificate = new MintedCertificate(stack, 'Certificate');
    const monitor = new LwtMonitor(stack, 'Monitor', { notify: ['a@example.com'] });
    const group = new ThingGroup(stack, 'Group', { thingGroupName: 'pumps' });
    thing.attachCertificate(certificate, { exclusive: true });
    monitor.policy.attachTo(certificate);
    for (let time = 0; time < 2; time++) {
      monitor.addDevice(thing, certificate);
      group.addThing(thing);
      group.addPolicy(monitor.policy);
    }

    const template = Template.fromStack(stack);
    template.resourceCountIs('AWS::IoT::ThingPrincipalAttachment', 1);
    template.hasResourceProperties('AWS::IoT::ThingPrincipalAttachment', { ThingPrincipalType: 'EXCLUSIVE_THING' });
    template.resourceCountIs('AWS::IoT::PolicyPrincipalAttachment', 1);
    template.resourceCountIs('Custom::AddThingToThingGroup', 1);
    template.resourceCountIs('Custom::AttachPolicy', 1);
  });

  test('fails when it shall be attached another way', () => {
    const thing = new Thing(stack, 'Thing');
    const certificate = new MintedCertificate(stack, 'Certificate');
    thing.attachCertificate(certificate);

    expect(() => thing.attachCertificate(certificate, { exclusive: true })).toThrow(
      'exclusive must be as it was when Stack/Certificate was attached to Stack/Thing before, false, got true',
    );
  });
});
