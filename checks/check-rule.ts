/** How much a finding weighs: an error cannot work or is unsafe for certain, a warning is legal but risky. */
export type Severity = 'error' | 'warning';

/** One place where a template breaks a rule. */
export interface Finding {
  /** The template's file or stack name. */
  readonly template: string;
  /** E.g. `LwtRule`. @default - the finding is about the template as a whole */
  readonly logicalId?: string;
  /** Where in the resource, e.g. `Properties.PolicyDocument.Statement[0]`. @default - the resource as a whole */
  readonly path?: string;
  /** What is wrong there and, where it is one step, the fix. */
  readonly message: string;
  /** @default - the rule's */
  readonly severity?: Severity;
}

/** What a rule found: nothing wrong is an empty list; `notApplicable` when there was nothing to look at. */
export type CheckResult = readonly Finding[] | 'notApplicable';

/** One rule: what it demands of a template, and why. */
export interface CheckRule<Subject> {
  /** Stable, e.g. `lastwill:ruleCannotMatchWill`; by it a finding is acknowledged. */
  readonly id: string;
  readonly severity: Severity;
  /** What must hold, in one sentence. */
  readonly what: string;
  /** What goes wrong otherwise. */
  readonly why: string;
  /** The page that says so. */
  readonly see: string;
  check(subject: Subject): CheckResult;
}

/** A finding with the rule that it breaks. */
export interface RuleFinding extends Finding {
  readonly ruleId: string;
  readonly severity: Severity;
}
