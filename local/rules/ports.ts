/** Something that the rule engine did; reported before its effect can be seen from outside. */
export type RuleEvent =
  | {
      readonly kind: 'rule';
      readonly ruleName: string;
      readonly topic: string;
      readonly clientId?: string;
      /** `notFound`: basic ingest named a rule that does not exist or is disabled. */
      readonly outcome: 'matched' | 'notMatched' | 'failed' | 'loopStopped' | 'notFound';
      readonly reason?: string;
    }
  | {
      readonly kind: 'action';
      readonly ruleName: string;
      /** As CloudFormation spells it, e.g. `Sns`. */
      readonly type: string;
      readonly topic: string;
      readonly clientId?: string;
      readonly outcome: 'succeeded' | 'failed' | 'retried' | 'recorded';
      readonly resource?: string;
      readonly reason?: string;
      readonly payload?: Buffer;
      readonly details?: Readonly<Record<string, unknown>>;
      readonly errorAction: boolean;
    }
  | { readonly kind: 'warning'; readonly ruleName?: string; readonly reason: string };

/** Hears what the rule engine does. */
export interface RuleObserver {
  observe(event: RuleEvent): void;
}
