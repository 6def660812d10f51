import { isJsonObject } from '../json-value';
import { wildcardMatches } from './wildcard';

/** Values of condition keys, by key in lower case. A key that is absent has no value in the request. */
export type RequestContext = ReadonlyMap<string, readonly string[]>;

/**
 * Whether a Condition element holds. An operator that is not known makes it false, so that nothing is allowed by
 * what was not understood.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */
export function conditionHolds(condition: unknown, context: RequestContext): boolean {
  if (condition === undefined) return true;
  if (!isJsonObject(condition)) return false;
  return Object.entries(condition).every(
    ([operator, keys]) =>
      isJsonObject(keys) &&
      Object.entries(keys).every(([key, wanted]) => holds(operator, context.get(key.toLowerCase()), asTexts(wanted))),
  );
}

type Comparison = (wanted: string, actual: string) => boolean;

const POSITIVE: Readonly<Record<string, Comparison>> = {
  StringEquals: (wanted, actual) => wanted === actual,
  StringEqualsIgnoreCase: (wanted, actual) => wanted.toLowerCase() === actual.toLowerCase(),
  StringLike: wildcardMatches,
  ArnEquals: wildcardMatches,
  ArnLike: wildcardMatches,
  Bool: (wanted, actual) => wanted.toLowerCase() === actual.toLowerCase(),
  NumericEquals: (wanted, actual) => Number(wanted) === Number(actual),
  NumericLessThan: (wanted, actual) => Number(actual) < Number(wanted),
  NumericLessThanEquals: (wanted, actual) => Number(actual) <= Number(wanted),
  NumericGreaterThan: (wanted, actual) => Number(actual) > Number(wanted),
  NumericGreaterThanEquals: (wanted, actual) => Number(actual) >= Number(wanted),
};

/** Negated operators hold when the key is absent, and only if no wanted value matches. */
const NEGATED: Readonly<Record<string, string>> = {
  StringNotEquals: 'StringEquals',
  StringNotEqualsIgnoreCase: 'StringEqualsIgnoreCase',
  StringNotLike: 'StringLike',
  ArnNotEquals: 'ArnEquals',
  ArnNotLike: 'ArnLike',
  NumericNotEquals: 'NumericEquals',
};

function holds(written: string, actual: readonly string[] | undefined, wanted: readonly string[]): boolean {
  const [, set, name = '', ifExists] = /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/.exec(written) ?? [];
  if (name === 'Null') return wanted.some((value) => (value.toLowerCase() === 'true') === (actual === undefined));
  const negated = NEGATED[name];
  const compare = POSITIVE[negated ?? name];
  if (compare === undefined) return false;
  const satisfied = (value: string): boolean => {
    const matches = wanted.some((one) => compare(one, value));
    return negated === undefined ? matches : !matches;
  };
  if (actual === undefined) return ifExists !== undefined || set === 'ForAllValues' || negated !== undefined;
  return set === 'ForAllValues' ? actual.every(satisfied) : actual.some(satisfied);
}

function asTexts(value: unknown): string[] {
  return (Array.isArray(value) ? value : [value]).map(String);
}
