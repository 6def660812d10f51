import { Token } from 'aws-cdk-lib';
import { mustBe } from '../../presence/errors';

/**
 * Applies a check to a value that is known at synth.
 * @returns what `problem` returns; `undefined` for an absent value and for one that is only known at deployment.
 */
export function whenKnown<T>(value: T | undefined, problem: (known: T) => string | undefined): string | undefined {
  return value === undefined || Token.isUnresolved(value) ? undefined : problem(value);
}

/** Checks a name against a pattern, worded `<prop> must be <rule>, got <value>`. */
export function nameProblem(
  prop: string,
  value: string | undefined,
  pattern: RegExp,
  rule: string,
): string | undefined {
  return whenKnown(value, (known) => (pattern.test(known) ? undefined : mustBe(prop, rule, known)));
}

/** The problems among results of checks. */
export function problemsIn(results: readonly (string | undefined)[]): string[] {
  return results.filter((result) => result !== undefined);
}

/**
 * The problems of a list. How long a list of a parameter is, is known only at deployment: it makes no resources and no
 * statements.
 */
export function listProblems<T>(
  prop: string,
  list: readonly T[],
  problem: (item: T, index: number) => string | undefined,
): string[] {
  if (Token.isUnresolved(list)) {
    return [`${prop} must be known at synth one by one: take them out of the list with Fn.select()`];
  }
  return problemsIn(list.map(problem));
}
