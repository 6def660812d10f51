import { isJsonObject, type JsonObject } from '../json-value';
import { cidrContains } from './cidr';

/**
 * Whether a subscription's filter policy lets a message through. Every key must be satisfied by one of its conditions.
 * @param candidate the message body as JSON (scope `MessageBody`) or the message attributes by name (`MessageAttributes`).
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html
 */
export function matchesFilterPolicy(policy: JsonObject, candidate: unknown): boolean {
  return Object.entries(policy).every(([key, conditions]) => {
    if (key === '$or' && Array.isArray(conditions)) {
      return conditions.some((one: unknown) => isJsonObject(one) && matchesFilterPolicy(one, candidate));
    }
    const value = isJsonObject(candidate) && Object.hasOwn(candidate, key) ? candidate[key] : undefined;
    if (isJsonObject(conditions)) return nested(conditions, value);
    return Array.isArray(conditions) && conditions.some((condition: unknown) => matchesAny(condition, value));
  });
}

/** A key of the body may hold a list of objects: one of them must satisfy the nested policy. */
function nested(policy: JsonObject, value: unknown): boolean {
  if (Array.isArray(value)) return value.some((item: unknown) => matchesFilterPolicy(policy, item));
  return matchesFilterPolicy(policy, value);
}

function matchesAny(condition: unknown, value: unknown): boolean {
  if (isJsonObject(condition) && typeof condition.exists === 'boolean')
    return condition.exists === (value !== undefined);
  if (value === undefined) return false;
  return (Array.isArray(value) ? value : [value]).some((item: unknown) => matchesOne(condition, item));
}

function matchesOne(condition: unknown, value: unknown): boolean {
  if (!isJsonObject(condition)) return condition === value;
  return Object.entries(condition).every(([operator, operand]) => OPERATORS[operator]?.(operand, value) ?? false);
}

type Operator = (operand: unknown, value: unknown) => boolean;

const OPERATORS: Readonly<Record<string, Operator | undefined>> = {
  prefix: (operand, value) => onTexts(operand, value, (wanted, text) => text.startsWith(wanted)),
  suffix: (operand, value) => onTexts(operand, value, (wanted, text) => text.endsWith(wanted)),
  'equals-ignore-case': (operand, value) =>
    onTexts(operand, value, (wanted, text) => text.toLowerCase() === wanted.toLowerCase()),
  wildcard: (operand, value) => onTexts(operand, value, asterisksMatch),
  cidr: (operand, value) => onTexts(operand, value, cidrContains),
  numeric,
  'anything-but': anythingBut,
};

function onTexts(operand: unknown, value: unknown, test: (wanted: string, text: string) => boolean): boolean {
  return typeof operand === 'string' && typeof value === 'string' && test(operand, value);
}

/** Only `*` is a wildcard here. */
function asterisksMatch(pattern: string, text: string): boolean {
  const parts = pattern.split('*');
  const [first = '', ...rest] = parts;
  if (rest.length === 0) return text === pattern;
  const last = rest.pop() ?? '';
  if (!text.startsWith(first) || text.length < first.length + last.length || !text.endsWith(last)) return false;
  let from = first.length;
  const end = text.length - last.length;
  return rest.every((part) => {
    const at = text.indexOf(part, from);
    from = at + part.length;
    return at >= 0 && from <= end;
  });
}

function anythingBut(operand: unknown, value: unknown): boolean {
  if (isJsonObject(operand)) return !matchesOne(operand, value);
  return !(Array.isArray(operand) ? operand : [operand]).includes(value);
}

const COMPARISONS: Readonly<Record<string, (value: number, bound: number) => boolean>> = {
  '=': (value, bound) => value === bound,
  '<': (value, bound) => value < bound,
  '<=': (value, bound) => value <= bound,
  '>': (value, bound) => value > bound,
  '>=': (value, bound) => value >= bound,
};

/** `["=", 5]` or `[">", 0, "<=", 100]`. */
function numeric(operand: unknown, value: unknown): boolean {
  if (!Array.isArray(operand) || operand.length === 0 || typeof value !== 'number') return false;
  for (let index = 0; index < operand.length; index += 2) {
    const bound: unknown = operand[index + 1];
    if (typeof bound !== 'number' || COMPARISONS[String(operand[index])]?.(value, bound) !== true) return false;
  }
  return true;
}
