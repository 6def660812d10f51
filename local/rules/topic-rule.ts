import type { CompiledStatement, SqlResult } from '../../semantics/iot-sql';
import type { Action, ActionInvocation, RuleIdentity } from '../rule-action';
import { runAction } from './action-run';
import type { Activity } from './activity';
import type { RuleObserver } from './ports';
import { errorActionPayload, type RuleMessage } from './rule-message';

/** Fills a substitution template on a message. */
export type Substitute = (template: string, message: RuleMessage) => string;

/** The parts of a topic rule. */
export interface TopicRuleParts {
  readonly identity: RuleIdentity;
  readonly statement: CompiledStatement;
  readonly substitute: Substitute;
  readonly actions: readonly Action[];
  readonly errorAction?: Action;
}

/** A topic rule that runs. */
export class TopicRule {
  readonly identity: RuleIdentity;
  /** The topic filter of FROM. */
  readonly from: string | undefined;

  constructor(
    private readonly parts: TopicRuleParts,
    private readonly activity: Activity,
    private readonly observer: RuleObserver,
  ) {
    this.identity = parts.identity;
    this.from = parts.statement.fromFilter;
  }

  /** Evaluates the statement and, when it matches, runs the actions, then the error action if one failed. */
  async run(message: RuleMessage): Promise<void> {
    const { name } = this.identity;
    const result = await this.#evaluate(message);
    this.observer.observe({
      kind: 'rule',
      ruleName: name,
      topic: message.topic,
      clientId: message.origin.clientId,
      outcome: result.outcome,
      ...(result.outcome === 'failed' ? { reason: result.reason } : {}),
    });
    if (result.outcome !== 'matched') return;
    const invocation: ActionInvocation = {
      ruleName: name,
      payload: result.payload,
      value: result.value,
      substitute: (template) => this.parts.substitute(template, message),
      topic: message.topic,
      clientId: message.origin.clientId,
      depth: message.origin.depth,
    };
    const failures = await this.#runActions(invocation);
    if (failures.length > 0) await this.#runErrorAction(message, invocation, failures);
  }

  /** A fault of the evaluation itself must not end the process: it fails the statement. */
  async #evaluate({ context }: RuleMessage): Promise<SqlResult> {
    try {
      return await this.parts.statement.evaluate(context);
    } catch (error) {
      return { outcome: 'failed', reason: error instanceof Error ? error.message : String(error) };
    }
  }

  /** Every action runs whatever becomes of the others. */
  async #runActions(invocation: ActionInvocation): Promise<ActionFailureReport[]> {
    const { activity, observer } = this;
    const outcomes = await Promise.all(
      this.parts.actions.map((action) => runAction({ action, invocation, errorAction: false, activity, observer })),
    );
    return outcomes
      .filter((failure) => failure !== undefined)
      .map(({ failedAction, failedResource, message }) => ({ failedAction, failedResource, errorMessage: message }));
  }

  async #runErrorAction(
    message: RuleMessage,
    original: ActionInvocation,
    failures: readonly ActionFailureReport[],
  ): Promise<void> {
    const action = this.parts.errorAction;
    if (action === undefined) return;
    const value = errorActionPayload(this.identity.name, message, failures);
    const invocation = { ...original, value, payload: Buffer.from(JSON.stringify(value)) };
    await runAction({ action, invocation, errorAction: true, activity: this.activity, observer: this.observer });
  }
}

interface ActionFailureReport {
  readonly failedAction: string;
  readonly failedResource: string;
  readonly errorMessage: string;
}
