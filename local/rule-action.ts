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

/** What an action is about to do. Everything that can fail has been done by then. */
export interface ActionEffect {
  /** What is acted on: an ARN, a topic, a URL. */
  readonly resource: string;
  /** What is handed over, when it is not the SELECT result. */
  readonly payload?: Buffer;
  /** True when the action is only logged, with the parameters that it would have had in `details`. @default false */
  readonly recorded?: boolean;
  /** Parameters of the action, for the log. */
  readonly details?: Readonly<Record<string, unknown>>;
  /** Makes the effect visible to others. */
  apply?(): void | Promise<void>;
}

/** One action of a rule, ready to run. */
export interface Action {
  /** The action's name as CloudFormation spells it, e.g. `Sns`, `Republish`. */
  readonly type: string;
  /**
   * Checks and composes everything, so that only `apply` of the effect is left to do.
   * @throws ActionFailure when the cloud would report a failure; the rule engine then retries or runs the error action.
   */
  prepare(invocation: ActionInvocation): ActionEffect | Promise<ActionEffect>;
}

/** The rule that an action belongs to. */
export interface RuleIdentity {
  readonly name: string;
  readonly arn: string;
  readonly region: string;
  readonly account: string;
  readonly partition: string;
}

/** Makes the actions of rules. */
export interface ActionFactory {
  /**
   * @param type the action's key in CloudFormation, e.g. `Sns`.
   * @returns the action, or `undefined` when the type is not one that is known.
   * @throws ActionPropertyProblem when a property is missing or wrong.
   */
  create(type: string, properties: Readonly<Record<string, unknown>>, rule: RuleIdentity): Action | undefined;
}

/** A property of an action that AWS would refuse. */
export class ActionPropertyProblem extends Error {
  /** @param property e.g. `TargetArn`; `reason` follows it. */
  constructor(
    readonly property: string,
    readonly reason: string,
  ) {
    super(`${property} ${reason}`);
    this.name = 'ActionPropertyProblem';
  }
}

/** A failed action, as the error action reports it. */
export class ActionFailure extends Error {
  /** E.g. `SnsAction`. */
  readonly failedAction: string;
  readonly failedResource: string;
  /** Whether the service would try again. */
  readonly retryable: boolean;
  /** Whether somebody's permissions are what is missing. */
  readonly isDenied: boolean;

  constructor(failure: {
    failedAction: string;
    failedResource: string;
    message: string;
    retryable?: boolean;
    isDenied?: boolean;
  }) {
    super(failure.message);
    this.name = 'ActionFailure';
    this.failedAction = failure.failedAction;
    this.failedResource = failure.failedResource;
    this.retryable = failure.retryable ?? false;
    this.isDenied = failure.isDenied ?? false;
  }
}
