import type { Message, Origin } from '../../../local/ports';
import {
  type Action,
  type ActionEffect,
  type ActionFactory,
  ActionFailure,
  type ActionInvocation,
  ActionPropertyProblem,
} from '../../../local/rule-action';
import type { RuleEvent } from '../../../local/rules/ports';
import { createRuleEngine, type RuleEngine, type RuleEngineOptions } from '../../../local/rules/rule-engine';
import { resolveTemplate } from '../../../local/template/cloudformation';
import { ManualClock } from '../../../presence/clock';
import { seededRandomness } from '../../../presence/randomness';

/** A rule engine whose actions only note what they got. */
export interface RuleBench {
  readonly engine: RuleEngine;
  readonly clock: ManualClock;
  readonly events: RuleEvent[];
  /** Every run of an action, in order. */
  readonly runs: { readonly type: string; readonly invocation: ActionInvocation; readonly filled?: string }[];
  /** Publishes and waits until nothing is left to do. */
  publish(
    topic: string,
    payload: unknown,
    more?: { readonly origin?: Partial<Origin>; readonly message?: Partial<Message> },
  ): Promise<'deliver' | 'consumed'>;
}

/** What an action named `Fail` does: throws these, one per attempt, then succeeds. */
export type Failures = ActionFailure[];

export function failure(options: { retryable?: boolean; type?: string } = {}): ActionFailure {
  return new ActionFailure({
    failedAction: options.type ?? 'FailAction',
    failedResource: 'arn:x',
    message: 'it broke',
    retryable: options.retryable,
  });
}

export function ruleBench(
  rules: Record<string, Record<string, unknown>>,
  options: { readonly failures?: Failures } & Partial<RuleEngineOptions> = {},
): RuleBench {
  const clock = new ManualClock(Date.UTC(2026, 0, 1));
  const events: RuleEvent[] = [];
  const runs: RuleBench['runs'] = [];
  const json = {
    Resources: Object.fromEntries(
      Object.entries(rules).map(([name, payload]) => [
        name.replaceAll('_', ''),
        { Type: 'AWS::IoT::TopicRule', Properties: { RuleName: name, TopicRulePayload: { Actions: [], ...payload } } },
      ]),
    ),
  };
  const engine = createRuleEngine({
    templates: [resolveTemplate({ name: 'demo.template.json', json })],
    actions: notingActions(runs, options.failures ?? []),
    clock,
    randomness: seededRandomness(1),
    observer: { observe: (event) => void events.push(event) },
    ...options,
  });
  const publish: RuleBench['publish'] = async (topic, payload, { origin, message } = {}) => {
    const bytes = Buffer.isBuffer(payload) ? payload : Buffer.from(JSON.stringify(payload));
    const answer = engine.accept(
      { topic, payload: bytes, qos: 0, retain: false, properties: {}, ...message },
      { kind: 'client', clientId: 'pump7', principal: 'c1', remoteAddress: '127.0.0.1', depth: 0, ...origin },
    );
    await engine.whenIdle();
    return answer;
  };
  return { engine, clock, events, runs, publish };
}

/** `Note` notes, `Note2` too; `Fail` fails as told; `Strict` needs a property; anything else is unknown. */
function notingActions(runs: RuleBench['runs'], failures: Failures): ActionFactory {
  return {
    create: (type, properties): Action | undefined => {
      if (type === 'Strict' && properties.Needed === undefined) {
        throw new ActionPropertyProblem('Needed', 'must be a text, got nothing');
      }
      if (!['Note', 'Note2', 'Fail', 'Strict'].includes(type)) return undefined;
      const template = properties.Template;
      return {
        type,
        prepare: (invocation): ActionEffect => {
          const filled = typeof template === 'string' ? invocation.substitute(template) : undefined;
          const error = type === 'Fail' ? failures.shift() : undefined;
          if (error !== undefined) throw error;
          return { resource: type, apply: () => void runs.push({ type, invocation, filled }) };
        },
      };
    },
  };
}
