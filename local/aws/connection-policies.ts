import type { CompiledPolicies, PolicyDecision } from '../../semantics/iot-policy/compiled-policies';
import type { ConnectionContext } from '../../semantics/iot-policy/connection-context';
import { describeStatement } from '../../semantics/iot-policy/explanation';
import type { Decision, Explanation, Permissions } from '../ports';
import { DecisionCache } from './decision-cache';

/** What decides for one connection: policies and the values of their variables. */
export interface ConnectionPolicies {
  readonly policies: CompiledPolicies;
  readonly context: ConnectionContext;
}

/** Decisions that a connection keeps per kind of operation. */
const CACHED_DECISIONS = 1_024;

const ALLOWED: Decision = Object.freeze({ allowed: true });

/** What an IAM identity may do that is allowed everything. */
export const UNRESTRICTED: Permissions = {
  publish: () => ALLOWED,
  subscribe: () => ALLOWED,
};

/** What may be wanted of {@link PolicyPermissions}. */
export interface PolicyPermissionsOptions {
  /** The ARN of everything in the account up to the resource. */
  readonly arnPrefix: string;
  /** A number that changes whenever a decision can change. */
  readonly revision: () => number;
  /** Policies and variables as they are now. */
  readonly load: () => ConnectionPolicies;
}

/**
 * Permissions of a connected client by its policies. A decision that has been taken is kept until the registry
 * changes, which AWS lets take effect within minutes and this at once.
 */
export class PolicyPermissions implements Permissions {
  readonly #options: PolicyPermissionsOptions;
  readonly #publish = new DecisionCache(CACHED_DECISIONS);
  readonly #retain = new DecisionCache(CACHED_DECISIONS);
  readonly #subscribe = new DecisionCache(CACHED_DECISIONS);
  readonly #receive = new DecisionCache(CACHED_DECISIONS);
  #loaded: ConnectionPolicies | undefined;
  #revision: number;

  constructor(options: PolicyPermissionsOptions, loaded: ConnectionPolicies) {
    this.#options = options;
    this.#loaded = loaded;
    this.#revision = options.revision();
  }

  publish(topic: string, { retain }: { readonly retain: boolean }): Decision {
    this.#refresh();
    const decision = this.#publish.decide(topic, this.#takePublish);
    return decision.allowed && retain ? this.#retain.decide(topic, this.#takeRetain) : decision;
  }

  subscribe(filter: string): Decision {
    this.#refresh();
    return this.#subscribe.decide(filter, this.#takeSubscribe);
  }

  receive(topic: string): Decision {
    this.#refresh();
    return this.#receive.decide(topic, this.#takeReceive);
  }

  readonly #takePublish = (topic: string): Decision => this.#take('iot:Publish', `topic/${topic}`);
  readonly #takeRetain = (topic: string): Decision => this.#take('iot:RetainPublish', `topic/${topic}`);
  readonly #takeSubscribe = (filter: string): Decision => this.#take('iot:Subscribe', `topicfilter/${filter}`);
  readonly #takeReceive = (topic: string): Decision => this.#take('iot:Receive', `topic/${topic}`);

  #take(action: string, resource: string): Decision {
    this.#loaded ??= this.#options.load();
    const { policies, context } = this.#loaded;
    const request = { action, resource: `${this.#options.arnPrefix}${resource}` };
    if (policies.isAllowed(request, context)) return ALLOWED;
    return { allowed: false, explanation: explanationOf(request, policies.evaluate(request, context)) };
  }

  #refresh(): void {
    const revision = this.#options.revision();
    if (revision === this.#revision) return;
    this.#revision = revision;
    this.#loaded = undefined;
    for (const cache of [this.#publish, this.#retain, this.#subscribe, this.#receive]) cache.clear();
  }
}

/** A decision as logs and refusals tell it. */
export function explanationOf(
  request: { readonly action: string; readonly resource: string },
  decision: PolicyDecision,
): Explanation {
  const statement = decision.decidingStatement ?? decision.nearestStatement;
  return {
    reason: decision.reason,
    action: request.action,
    resource: request.resource,
    statement: statement === undefined ? undefined : describeStatement(statement),
  };
}
