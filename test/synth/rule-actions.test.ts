import { App, type Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { createActions } from '../../local/actions/actions';
import type { Message } from '../../local/ports';
import type { ResolvedResource, ResolvedTemplate } from '../../local/resolved-template';
import { resolveTemplate } from '../../local/template/cloudformation';
import { ManualClock } from '../../presence/clock';
import { seededRandomness } from '../../presence/randomness';
import { everyConstruct, stacks } from './stacks';

interface RulePayload {
  readonly Actions: readonly Readonly<Record<string, Record<string, unknown>>>[];
  readonly ErrorAction: Readonly<Record<string, Record<string, unknown>>>;
}

/** Every action of every rule of a stack, by a name for the test. */
function actionsOf(template: ResolvedTemplate): [string, ResolvedResource, string, Record<string, unknown>][] {
  return template.resources
    .filter((resource) => resource.type === 'AWS::IoT::TopicRule')
    .flatMap((rule) => {
      const payload = rule.properties.TopicRulePayload as RulePayload;
      return [...payload.Actions, payload.ErrorAction]
        .flatMap((action) => Object.entries(action))
        .map(([type, properties]) => [`${type} of ${rule.logicalId}`, rule, type, properties] as const)
        .map((entry) => [...entry] as [string, ResolvedResource, string, Record<string, unknown>]);
    });
}

const all = Object.entries({ ...stacks, 'one of every construct': everyConstruct }).map(
  ([name, create]) => [name, resolve(create(new App()))] as const,
);

function resolve(stack: Stack): ResolvedTemplate {
  return resolveTemplate({ name: 'stack.template.json', json: Template.fromStack(stack).toJSON() });
}

describe.each(all)('what the roles, keys and topics of %s allow is enough for', (_, template) => {
  test.each(actionsOf(template))('%s', async (_name, rule, type, properties) => {
    const published: Message[] = [];
    const actions = createActions({
      templates: [template],
      outbox: { deliver: () => undefined },
      publish: (message) => void published.push(message),
      log: { write: () => undefined },
      clock: new ManualClock(),
      randomness: seededRandomness(1),
      lambda: new Map([['Handler', () => undefined]]),
    });
    const identity = {
      name: rule.ref,
      arn: rule.attributes.Arn as string,
      region: template.region,
      account: template.account,
      partition: template.partition,
    };

    const action = actions.create(type, properties, identity);
    const effect = await action?.prepare({
      ruleName: rule.ref,
      payload: Buffer.from('{"device":"pump7"}'),
      value: { device: 'pump7' },
      substitute: (text) => text.replace(/\$\{[^}]*\}/g, 'pump7'),
      topic: 'a',
      clientId: 'pump7',
      depth: 0,
    });

    expect(effect).toBeDefined();
    await expect(Promise.resolve(effect?.apply?.())).resolves.not.toThrow();
  });
});
