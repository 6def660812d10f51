/** What a rule action receives: the result of the rule's SELECT, and what the message was. */
export interface ActionInvocation {
  readonly ruleName: string;
  /** The SELECT result, serialised as AWS hands it to an action. */
  readonly payload: Buffer;
  /** The parsed SELECT result; absent for a binary payload passed through by `SELECT *`. */
  readonly value?: unknown;
  /** Fills a substitution template against the original message. @see https://docs.aws.amazon.com/iot/latest/developerguide/iot-substitution-templates.html */
  substitute(template: string): string;
  readonly topic: string;
  readonly clientId?: string;
  /** How many republishes led here. */
  readonly depth: number;
}

/** One action of a rule, ready to run. */
export interface Action {
  /** The action's name as CloudFormation spells it, e.g. `Sns`, `Republish`. */
  readonly type: string;
  /**
   * Runs the action once.
   * @throws ActionFailure when the cloud would report a failure; the rule engine then retries or runs the error action.
   */
  run(invocation: ActionInvocation): void | Promise<void>;
}

/** A failed action, as the error action reports it. */
export class ActionFailure extends Error {
  readonly failedAction: string;
  readonly failedResource: string;
  /** Whether the service would try again. */
  readonly retryable: boolean;

  constructor(failure: { failedAction: string; failedResource: string; message: string; retryable?: boolean }) {
    super(failure.message);
    this.name = 'ActionFailure';
    this.failedAction = failure.failedAction;
    this.failedResource = failure.failedResource;
    this.retryable = failure.retryable ?? false;
  }
}

/** Something that the rule engine did; reported before its effect can be seen from outside. */
export type RuleEvent =
  | {
      readonly kind: 'rule';
      readonly ruleName: string;
      readonly topic: string;
      readonly clientId?: string;
      readonly outcome: 'matched' | 'notMatched' | 'failed' | 'loopStopped';
      readonly reason?: string;
    }
  | {
      readonly kind: 'action';
      readonly ruleName: string;
      readonly type: string;
      readonly topic: string;
      readonly outcome: 'succeeded' | 'failed' | 'recorded';
      readonly resource?: string;
      readonly reason?: string;
      readonly payload?: Buffer;
      readonly errorAction: boolean;
    }
  | { readonly kind: 'warning'; readonly ruleName?: string; readonly reason: string };

/** Hears what the rule engine does. */
export interface RuleObserver {
  observe(event: RuleEvent): void;
}
