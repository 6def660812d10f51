import { booleanProblem, CONDITION_OPERATORS, conditionPattern } from '../../semantics/iot-policy/condition-operators';
import { isJsonObject } from '../json-value';

/** Values of condition keys, by key in lower case. A key that is absent has no value in the request. */
export type RequestContext = ReadonlyMap<string, readonly string[]>;

/**
 * Whether a Condition element of an IAM policy holds. An operator that does not exist makes it false, so that nothing
 * is allowed by what was not understood.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */
export function conditionHolds(condition: unknown, context: RequestContext): boolean {
  if (condition === undefined) return true;
  if (!isJsonObject(condition)) return false;
  return Object.entries(condition).every(
    ([operator, keys]) =>
      isJsonObject(keys) &&
      Object.entries(keys).every(([key, wanted]) => {
        const values = (Array.isArray(wanted) ? wanted : [wanted]).map(String);
        return holds(operator, context.get(key.toLowerCase()), values, context);
      }),
  );
}

function holds(
  written: string,
  actual: readonly string[] | undefined,
  wanted: readonly string[],
  context: RequestContext,
): boolean {
  const [, set, name = '', ifExists] = /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/.exec(written) ?? [];
  if (name === 'Null') return isAbsent(actual, wanted);
  const operator = CONDITION_OPERATORS.get(name);
  if (operator === undefined) return false;
  const { negated } = operator;
  if (actual === undefined) return ifExists !== undefined || set === 'ForAllValues' || (negated && set === undefined);
  const tests = wanted.map((value) => operator.prepare(conditionPattern(value)));
  const satisfied = (value: string): boolean =>
    tests.some((test) => test(value, (key) => context.get(key))) !== negated;
  return set === 'ForAllValues' || (negated && set === undefined) ? actual.every(satisfied) : actual.some(satisfied);
}

function isAbsent(actual: readonly string[] | undefined, wanted: readonly string[]): boolean {
  return wanted.some(
    (value) => booleanProblem(value) === undefined && (value.toLowerCase() === 'true') === (actual === undefined),
  );
}
