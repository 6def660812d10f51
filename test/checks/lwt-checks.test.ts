import { App, CfnParameter, Fn, aws_iot as iot, NestedStack, Stack, Validations } from 'aws-cdk-lib';
import { LwtChecks } from '../../checks';
import { LwtMonitor } from '../../constructs/aws';
import { temporaryDirectory } from '../bin/temporary-directory';

const directory = temporaryDirectory();

// The CDK prints the report of a synthesis that succeeds with warnings.
beforeEach(() => void jest.spyOn(console, 'error').mockImplementation());
afterEach(() => jest.restoreAllMocks());

function app(): App {
  return new App({ outdir: directory.path });
}

/** The findings of the plugin for an app, as the CDK asks for them. */
function findings(checked: App, plugin: LwtChecks): { readonly success: boolean; readonly rules: readonly string[] } {
  const stacks = checked.synth().stacks;
  const stackTemplates = stacks.map((stack) => ({
    stackConstructPath: stack.hierarchicalId,
    templatePath: stack.templateFullPath,
    accountId: undefined,
    region: stack.environment.region,
  }));
  const templatePaths = stackTemplates.map(({ templatePath }) => templatePath);
  const report = plugin.validate({ templatePaths, stackTemplates, appConstruct: checked });
  return { success: report.success, rules: report.violations.map(({ ruleName }) => ruleName) };
}

function foreignStack(scope: App, actions: iot.CfnTopicRule.ActionProperty[] = []): void {
  const stack = new Stack(scope, 'Foreign');
  new iot.CfnTopicRule(stack, 'Rule', {
    ruleName: 'onGone',
    topicRulePayload: { sql: "SELECT * FROM 'things/+/gone'", actions },
  });
}

const LOOP = [{ republish: { topic: 'things/x/gone', roleArn: 'arn:aws:iam::123456789012:role/r' } }];

test('an app with a last-will monitor of ours has no finding', () => {
  const checked = app();
  new LwtMonitor(new Stack(checked, 'Stack'), 'Presence', { notify: ['support@example.com'] });

  expect(findings(checked, new LwtChecks())).toEqual({ success: true, rules: [] });
});

test('a stack that was written without us is checked too: warnings succeed, errors fail', () => {
  const harmless = app();
  foreignStack(harmless);
  const looping = new App({ outdir: `${directory.path}/looping` });
  foreignStack(looping, LOOP);

  expect(findings(harmless, new LwtChecks())).toEqual({ success: true, rules: ['sqlVersionMissing'] });
  expect(findings(looping, new LwtChecks())).toEqual({
    success: false,
    rules: ['sqlVersionMissing', 'republishLoop', 'errorActionMissing'],
  });
});

test('parameters without a default get their values, each where it is declared', () => {
  const checked = app();
  const stack = new Stack(checked, 'WithParameter');
  const root = new CfnParameter(stack, 'Root').valueAsString;
  new LwtMonitor(stack, 'Presence', { willTopic: `${root}/{device}/gone`, notify: ['support@example.com'] });
  const elsewhere = new Stack(checked, 'Elsewhere', { env: { region: 'eu-west-1' } });
  new LwtMonitor(elsewhere, 'Presence', { notify: ['support@example.com'] });

  expect(findings(checked, new LwtChecks())).toEqual({ success: true, rules: ['notProved'] });
  expect(findings(checked, new LwtChecks({ parameters: { Root: 'things' } }))).toEqual({ success: true, rules: [] });
});

test('a nested stack is checked with the one that has it', () => {
  const checked = app();
  const nested = new NestedStack(new Stack(checked, 'Parent'), 'Inner');
  new iot.CfnTopicRule(nested, 'Rule', {
    topicRulePayload: { sql: "SELECT * FROM 'things/+/gone'", actions: LOOP },
  });

  expect(findings(checked, new LwtChecks()).rules).toEqual([
    'sqlVersionMissing',
    'republishLoop',
    'errorActionMissing',
  ]);
});

test('what is acknowledged is not reported', () => {
  const checked = app();
  foreignStack(checked);
  const plugin = new LwtChecks({ acknowledged: { 'lastwill:sqlVersionMissing': 'the statement is the same in both' } });

  expect(findings(checked, plugin)).toEqual({ success: true, rules: [] });
});

test('fails for an acknowledgement that names no rule', () => {
  expect(() => new LwtChecks({ acknowledged: { 'lastwill:sharedWilTopic': 'x' } })).toThrow(
    'acknowledged must name rules of docs/rules.md, got lastwill:sharedWilTopic',
  );
});

test('a template that cannot be resolved here is reported as not proved', () => {
  const checked = app();
  const stack = new Stack(checked, 'Stack');
  new iot.CfnTopicRule(stack, 'Rule', { topicRulePayload: { sql: Fn.importValue('SqlOfAnotherApp'), actions: [] } });

  expect(findings(checked, new LwtChecks())).toEqual({ success: true, rules: ['notProved'] });
});

test('a synthesis with the plugin fails on an error, with the message', () => {
  const checked = app();
  foreignStack(checked, LOOP);
  Validations.of(checked).addPlugins(new LwtChecks());

  expect(() => checked.synth()).toThrow("ERROR onGone hears 'things/x/gone', which it republishes itself (lastwill)");
});

test('a synthesis with warnings alone succeeds', () => {
  const checked = app();
  foreignStack(checked);
  Validations.of(checked).addPlugins(new LwtChecks());

  expect(() => checked.synth()).not.toThrow();
});

test('a finding can be acknowledged on the construct as the CDK does it', () => {
  const checked = app();
  foreignStack(checked, LOOP);
  Validations.of(checked).addPlugins(new LwtChecks());
  const reason = 'another rule takes the message away';
  Validations.of(checked.node.findChild('Foreign')).acknowledge({ id: 'lastwill::republishLoop', reason });

  expect(() => checked.synth()).not.toThrow();
});

test('a last-will monitor declares its will, so that a policy that was loosened later is found', () => {
  const checked = app();
  const stack = new Stack(checked, 'Stack');
  const monitor = new LwtMonitor(stack, 'Presence', { notify: ['support@example.com'] });
  monitor.policy.addStatement({
    actions: ['iot:Publish'],
    resources: [stack.formatArn({ service: 'iot', resource: 'topic', resourceName: 'clients/*' })],
  });

  expect(findings(checked, new LwtChecks())).toEqual({ success: true, rules: ['sharedWillTopic'] });
});

test('a last-will monitor whose statement can never match the will that it declares is found', () => {
  const checked = app();
  const stack = new Stack(checked, 'Stack');
  const monitor = new LwtMonitor(stack, 'Presence', { notify: ['support@example.com'] });
  const rule = monitor.rule.node.defaultChild as iot.CfnTopicRule;
  rule.addPropertyOverride('TopicRulePayload.Sql', "SELECT * FROM 'clients/+/status' WHERE state = 'offline'");

  expect(findings(checked, new LwtChecks())).toEqual({ success: false, rules: ['ruleCannotMatchWill'] });
});
