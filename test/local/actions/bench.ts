import { type Actions, type ActionsOptions, createActions } from '../../../local/actions/actions';
import type { Email } from '../../../local/actions/ports';
import type { LogEntry } from '../../../local/event-log';
import type { Message, Origin } from '../../../local/ports';
import type { ActionEffect, ActionInvocation, RuleIdentity } from '../../../local/rule-action';
import { resolveTemplate } from '../../../local/template/cloudformation';
import { ManualClock } from '../../../presence/clock';
import { seededRandomness } from '../../../presence/randomness';

/** The actions of a template, with everything that they do caught. */
export interface ActionBench {
  readonly actions: Actions;
  readonly clock: ManualClock;
  readonly emails: Email[];
  readonly published: { readonly message: Message; readonly origin: Origin }[];
  readonly log: LogEntry[];
  /** Runs one action on a payload; substitution templates are left as they are. */
  run(type: string, properties: Record<string, unknown>, payload: unknown, options?: RunOptions): Promise<ActionEffect>;
}

export interface RunOptions {
  readonly depth?: number;
  readonly substitute?: (template: string) => string;
}

export const RULE: RuleIdentity = {
  name: 'lastWillRule',
  arn: 'arn:aws:iot:us-east-1:123456789012:rule/lastWillRule',
  region: 'us-east-1',
  account: '123456789012',
  partition: 'aws',
};

/** A role that AWS IoT may take on and that allows what `statements` say. */
export function ruleRole(...statements: Record<string, unknown>[]): Record<string, unknown> {
  return {
    Type: 'AWS::IAM::Role',
    Properties: {
      RoleName: 'lwtRuleRole',
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { Service: 'iot.amazonaws.com' }, Action: 'sts:AssumeRole' }],
      },
      Policies: [{ PolicyName: 'p', PolicyDocument: { Version: '2012-10-17', Statement: statements } }],
    },
  };
}

export const ROLE_ARN = 'arn:aws:iam::123456789012:role/lwtRuleRole';

/** A statement that allows. */
export function allow(action: string | string[], resource: string | string[]): Record<string, unknown> {
  return { Effect: 'Allow', Action: action, Resource: resource };
}

export function actionBench(resources: Record<string, unknown>, options: Partial<ActionsOptions> = {}): ActionBench {
  const clock = new ManualClock(Date.UTC(2026, 0, 1));
  const emails: Email[] = [];
  const published: { message: Message; origin: Origin }[] = [];
  const log: LogEntry[] = [];
  const actions = createActions({
    templates: [resolveTemplate({ name: 'demo.template.json', json: { Resources: resources } })],
    outbox: { deliver: (email) => void emails.push(email) },
    publish: (message, origin) => void published.push({ message, origin }),
    log: { write: (entry) => void log.push(entry) },
    clock,
    randomness: seededRandomness(1),
    ...options,
  });
  const run: ActionBench['run'] = async (type, properties, payload, { depth = 0, substitute } = {}) => {
    const action = actions.create(type, properties, RULE);
    if (action === undefined) throw new Error(`no action ${type}`);
    const effect = await action.prepare(invocationOf(payload, depth, substitute ?? ((template) => template)));
    await effect.apply?.();
    return effect;
  };
  return { actions, clock, emails, published, log, run };
}

function invocationOf(payload: unknown, depth: number, substitute: (template: string) => string): ActionInvocation {
  const bytes = Buffer.isBuffer(payload) ? payload : Buffer.from(JSON.stringify(payload));
  return {
    ruleName: RULE.name,
    payload: bytes,
    value: Buffer.isBuffer(payload) ? undefined : payload,
    substitute,
    topic: '/last/will/topic',
    clientId: 'lwtThing',
    depth,
  };
}
