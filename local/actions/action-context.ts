import type { Clock } from '../../presence/clock';
import type { Randomness } from '../../presence/randomness';
import type { EventLog } from '../event-log';
import { ActionFailure, type RuleIdentity } from '../rule-action';
import type { EncryptionKeys } from './encryption-keys';
import type { RoleAccess, RoleRequest, Warn } from './role-access';
import type { TemplateResources } from './template-resources';

/** What every kind of action works with. */
export interface ActionContext {
  readonly resources: TemplateResources;
  readonly roles: RoleAccess;
  readonly keys: EncryptionKeys;
  readonly log: EventLog;
  readonly clock: Clock;
  readonly randomness: Randomness;
  readonly warn: Warn;
}

/** One action of one rule: how it fails and what its role is asked. */
export class ActionIdentity {
  constructor(
    readonly type: string,
    readonly rule: RuleIdentity,
    private readonly context: ActionContext,
  ) {}

  /** A failure of this action; `undertaking` says what was tried, e.g. `publish to the SNS topic`. */
  failure(failedResource: string, undertaking: string, reason: string): ActionFailure {
    return new ActionFailure({ ...this.#described(failedResource, undertaking, reason) });
  }

  /** A failure for want of permission. */
  denial(failedResource: string, undertaking: string, reason: string): ActionFailure {
    return new ActionFailure({ ...this.#described(failedResource, undertaking, reason), isDenied: true });
  }

  /** @throws ActionFailure when the role may not do it. */
  authorize(request: Omit<RoleRequest, 'rule'>, undertaking: string, resourcePolicies: readonly unknown[] = []): void {
    const problem = this.context.roles.problem({ ...request, rule: this.rule }, resourcePolicies);
    if (problem !== undefined) throw this.denial(request.resource, undertaking, problem);
  }

  #described(failedResource: string, undertaking: string, reason: string) {
    const message = `Failed to ${undertaking}. The error received was ${reason}`;
    return { failedAction: `${this.type}Action`, failedResource, message };
  }
}
