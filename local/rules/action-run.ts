import { type Action, type ActionEffect, ActionFailure, type ActionInvocation } from '../rule-action';
import type { Activity } from './activity';
import type { RuleObserver } from './ports';

/**
 * Waits before the second and third attempt at a failure that may pass, in milliseconds. AWS says that it "may make
 * multiple attempts" and no more; for HTTP it documents 3 attempts within 3 s.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/https-rule-action.html
 */
const RETRY_DELAYS_MILLISECONDS = [1_000, 2_000];

/** How an action is run. */
export interface ActionRun {
  readonly action: Action;
  readonly invocation: ActionInvocation;
  readonly errorAction: boolean;
  readonly activity: Activity;
  readonly observer: RuleObserver;
}

/** Runs one action to its end and reports it; resolves to the failure, or to `undefined` when it succeeded. */
export async function runAction(run: ActionRun): Promise<ActionFailure | undefined> {
  for (let attempt = 0; ; attempt++) {
    try {
      const effect = await run.action.prepare(run.invocation);
      report(run, effect.recorded === true ? 'recorded' : 'succeeded', { effect });
      await effect.apply?.();
      return undefined;
    } catch (error) {
      const failure = failureOf(run.action, error);
      const delay = failure.retryable ? RETRY_DELAYS_MILLISECONDS[attempt] : undefined;
      report(run, delay === undefined ? 'failed' : 'retried', { failure });
      if (delay === undefined) return failure;
      await run.activity.pause(delay);
    }
  }
}

function report(
  { action, invocation, errorAction, observer }: ActionRun,
  outcome: 'succeeded' | 'failed' | 'retried' | 'recorded',
  { effect, failure }: { readonly effect?: ActionEffect; readonly failure?: ActionFailure },
): void {
  observer.observe({
    kind: 'action',
    ruleName: invocation.ruleName,
    type: action.type,
    topic: invocation.topic,
    clientId: invocation.clientId,
    outcome,
    resource: effect?.resource ?? failure?.failedResource,
    reason: failure?.message,
    payload: effect?.payload ?? invocation.payload,
    details: effect?.details,
    errorAction,
  });
}

/** What an action did not foresee, e.g. a full disk, is a failure of the action too. */
function failureOf(action: Action, error: unknown): ActionFailure {
  if (error instanceof ActionFailure) return error;
  return new ActionFailure({
    failedAction: `${action.type}Action`,
    failedResource: '',
    message: error instanceof Error ? error.message : String(error),
  });
}
