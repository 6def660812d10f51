import { join } from 'node:path';
import { App, CfnOutput, CfnParameter, Fn, NestedStack, Stack, type StackProps, Stage } from 'aws-cdk-lib';
import { CfnPolicy, CfnThing, CfnTopicRule } from 'aws-cdk-lib/aws-iot';
import type { Construct } from 'constructs';
import { MintedCertificate, Thing } from '../../constructs/aws';
import { AwsLwtStack } from '../../lib/aws-lwt-stack';
import { LocalCloud } from '../../testing';
import { deploymentOf } from '../../testing/deployable';
import { temporaryDirectory } from '../bin/temporary-directory';
import { fixtureCsr } from '../fixtures/store';

const directory = temporaryDirectory();

const IRELAND = { account: '111111111111', region: 'eu-west-1' };

/** A stack with one rule, named after the stack. */
class RuleStack extends Stack {
  constructor(scope: Construct, id: string, props: StackProps = {}) {
    super(scope, id, props);
    addRule(this, `rule_${id}`);
  }
}

function addRule(scope: Construct, ruleName: string, sql = "SELECT * FROM 'a'"): CfnTopicRule {
  return new CfnTopicRule(scope, 'Rule', {
    ruleName,
    topicRulePayload: { sql, awsIotSqlVersion: '2016-03-23', actions: [] },
  });
}

function ruleNames(cloud: LocalCloud): string[] {
  return cloud.rules.map(({ name }) => name).sort();
}

function lwtStack(scope: Construct, props: StackProps = {}): AwsLwtStack {
  return new AwsLwtStack(scope, 'LwtStack', {
    ...props,
    devices: [{ name: 'lwtThing', certificateSigningRequest: fixtureCsr('lwtThing') }],
    notify: ['support@example.com'],
  });
}

describe('the AWS CDK', () => {
  test('an app brings all its stacks', async () => {
    const app = new App();
    new RuleStack(app, 'One');
    new RuleStack(app, 'Two');

    expect(ruleNames(await LocalCloud.deploy(app))).toEqual(['rule_One', 'rule_Two']);
  });

  test('an app brings the stacks of its stages', async () => {
    const app = new App();
    new RuleStack(new Stage(app, 'Test'), 'One');

    expect(ruleNames(await LocalCloud.deploy(app))).toEqual(['rule_One']);
  });

  test('a stage brings its own stacks', async () => {
    const app = new App();
    const stage = new Stage(app, 'Test');
    new RuleStack(stage, 'One');
    new RuleStack(new Stage(app, 'Production'), 'Two');

    expect(ruleNames(await LocalCloud.deploy(stage))).toEqual(['rule_One']);
  });

  test('a cloud assembly brings its stacks', async () => {
    const app = new App();
    new RuleStack(app, 'One');

    expect(ruleNames(await LocalCloud.deploy(app.synth()))).toEqual(['rule_One']);
  });

  test('a stack of a stage is found', async () => {
    const stack = new RuleStack(new Stage(new App(), 'Test'), 'One');

    expect(ruleNames(await LocalCloud.deploy(stack))).toEqual(['rule_One']);
  });

  test('a folder that cdk synth wrote brings its stacks, and a template in it all that the folder knows', async () => {
    const app = new App({ outdir: join(directory.path, 'cdk.out') });
    lwtStack(app, { env: IRELAND, stackName: 'Presence' });
    app.synth();

    const whole = await LocalCloud.deploy(join(directory.path, 'cdk.out'));
    const single = await LocalCloud.deploy(join(directory.path, 'cdk.out', 'LwtStack.template.json'));

    expect(ruleNames(whole)).toEqual(['lastWillRule']);
    expect((await single.connect('lwtThing')).isConnected).toBe(true);
  });

  test('a stack brings the stacks that it depends on, once', async () => {
    const app = new App();
    const exporting = new RuleStack(app, 'Exporting');
    const thing = new CfnThing(exporting, 'Thing', { thingName: 'pump7' });
    const importing = new Stack(app, 'Importing');
    addRule(importing, 'importing', `SELECT * FROM 'things/${thing.ref}'`);

    const cloud = await LocalCloud.deploy(importing);
    const both = await LocalCloud.deploy([exporting, importing]);

    expect(cloud.rules.map(({ sql }) => sql)).toContain("SELECT * FROM 'things/pump7'");
    expect(ruleNames(both)).toEqual(['importing', 'rule_Exporting']);
  });

  test('a stack of a certain account and region runs there', async () => {
    const cloud = await LocalCloud.deploy(lwtStack(new App(), { env: IRELAND }));

    const device = await cloud.connect('lwtThing');
    await device.subscribe('/lwt/executed');

    expect(cloud.rules[0]?.name).toBe('lastWillRule');
    expect(cloud.refusals).toEqual([]);
  });

  test('a stack of China runs in its partition', async () => {
    const stack = lwtStack(new App(), { env: { account: '111111111111', region: 'cn-north-1' } });
    const cloud = await LocalCloud.deploy(stack);

    await expect((await cloud.connect('lwtThing')).publish('elsewhere', 'x')).rejects.toThrow(
      'arn:aws-cn:iot:cn-north-1:111111111111:topic/elsewhere',
    );
  });

  test('fails for stacks of two regions', async () => {
    const app = new App();
    new RuleStack(app, 'One', { env: { region: 'eu-west-1' } });
    new RuleStack(app, 'Two', { env: { region: 'us-east-1' } });

    await expect(LocalCloud.deploy(app)).rejects.toThrow(
      'templates that run together must be for one region, got One.template.json in eu-west-1, Two.template.json in us-east-1; take the stacks of one environment',
    );
  });

  test('no temporary folder is named in messages', async () => {
    const stack = new Stack(new App(), 'Wrong');
    new CfnPolicy(stack, 'Policy', { policyDocument: { Statement: 'none' } });

    await expect(LocalCloud.deploy(stack)).rejects.toThrow(/^Wrong\.template\.json: Resources\.Policy/);
  });
});

describe('nested stacks', () => {
  function nestedApp(): { readonly stack: Stack; readonly nested: NestedStack } {
    const stack = new Stack(new App(), 'Parent');
    const thing = new CfnThing(stack, 'Thing', { thingName: 'pump7' });
    const nested = new NestedStack(stack, 'Inner');
    const rule = addRule(nested, 'innerRule', `SELECT * FROM 'things/${thing.ref}'`);
    new CfnOutput(stack, 'RuleArn', { value: rule.attrArn, exportName: 'rule-arn' });
    return { stack, nested };
  }

  test('come with the stack that has them, with parameters in and outputs out', async () => {
    const { stack } = nestedApp();
    const user = new Stack(App.of(stack) as App, 'User');
    user.addStackDependency(stack);
    addRule(user, 'userRule', `SELECT '${Fn.importValue('rule-arn')}' AS arn FROM 'a'`);

    const cloud = await LocalCloud.deploy(user);

    expect(cloud.rules.find(({ name }) => name === 'innerRule')?.sql).toBe("SELECT * FROM 'things/pump7'");
    expect(cloud.rules.find(({ name }) => name === 'userRule')?.sql).toBe(
      "SELECT 'arn:aws:iot:us-east-1:123456789012:rule/innerRule' AS arn FROM 'a'",
    );
  });

  test('come with a folder that was synthesized', async () => {
    const { stack } = nestedApp();
    const { directory: folder } = (App.of(stack) as App).synth();

    expect(ruleNames(await LocalCloud.deploy(folder))).toEqual(['innerRule']);
  });

  test('fail alone, naming the stack that has them', async () => {
    await expect(LocalCloud.deploy(nestedApp().nested)).rejects.toThrow(
      'Parent/Inner is a nested stack: deploy Parent, which it comes with',
    );
  });

  test('leave a template that is deployed as an object without them, with a warning', async () => {
    const { stack } = nestedApp();
    const { template } = (App.of(stack) as App).synth().getStackArtifact('Parent');

    const cloud = await LocalCloud.deploy(template);

    expect(cloud.events.filter(({ type }) => type === 'warning').map(({ reason }) => reason)).toEqual([
      expect.stringContaining('AWS::CloudFormation::Stack is not emulated'),
    ]);
  });
});

test('a parameter of a stack has the value that the test gives it', async () => {
  const stack = new Stack(new App(), 'WithParameter');
  const filter = new CfnParameter(stack, 'Filter', { default: 'a' });
  addRule(stack, 'rule', `SELECT * FROM '${filter.valueAsString}'`);

  const cloud = await LocalCloud.deploy(stack, { parameters: { Filter: 'b' } });

  expect(cloud.rules[0]?.sql).toBe("SELECT * FROM 'b'");
});

test('a folder that nothing was synthesized into is refused', () => {
  expect(() => deploymentOf([directory.path])).toThrow(
    `cannot read a template from ${directory.path}: the folder has no manifest.json that names a stack; synthesize into it first`,
  );
});

test('a thing and a certificate of the CDK are known by the ids of their constructs', async () => {
  const stack = lwtStack(new App());
  const gateway = new Thing(stack, 'Gateway', { thingName: 'gateway1' });
  const certificate = new MintedCertificate(stack, 'GatewayKey');
  stack.monitor.addDevice(gateway, certificate);
  const cloud = await LocalCloud.deploy(stack);

  const byThing = await cloud.connect('Gateway');
  const byCertificate = await cloud.connect('gateway1', { certificate: 'GatewayKey' });

  expect([byThing.clientId, byCertificate.clientId]).toEqual(['gateway1', 'gateway1']);
});
