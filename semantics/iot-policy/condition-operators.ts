import { BlockList, isIP } from 'node:net';
import { type Lookup, Pattern } from './pattern';

/** Whether a value of the request fits one value of the policy. */
export type ValueTest = (value: string, lookup: Lookup) => boolean;

/** A condition operator of IAM's policy grammar. @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html */
export interface ConditionOperator {
  /** `StringNotEquals` and its like: true when no value of the policy fits. */
  readonly negated: boolean;
  /** Why a value cannot be used with the operator, worded to follow "must be"; values with variables are not checked. */
  readonly problem?: (value: string) => string | undefined;
  /** Reads one value of the policy. */
  readonly prepare: (pattern: Pattern) => ValueTest;
}

type Prepare = ConditionOperator['prepare'];
type Problem = (value: string) => string | undefined;

const LITERAL = { wildcards: false };
const WILD = { wildcards: true };

/** Every operator but `Null`, which asks for the key and not for its values. */
export const CONDITION_OPERATORS: ReadonlyMap<string, ConditionOperator> = new Map([
  ...pair('StringEquals', 'StringNotEquals', (pattern) => {
    const exact = new Pattern(pattern.source, LITERAL);
    return (value, lookup) => exact.matches(value, lookup);
  }),
  ...pair('StringEqualsIgnoreCase', 'StringNotEqualsIgnoreCase', (pattern) => {
    const exact = new Pattern(pattern.source, LITERAL);
    return (value, lookup) =>
      exact.resolve(lookup) !== undefined && exact.render(lookup).toLowerCase() === value.toLowerCase();
  }),
  ...pair('StringLike', 'StringNotLike', (pattern) => (value, lookup) => pattern.matches(value, lookup)),
  ...pair('ArnEquals', 'ArnNotEquals', arnTest),
  ...pair('ArnLike', 'ArnNotLike', arnTest),
  ...comparisons('Numeric', numberOf, (value) => (Number.isNaN(numberOf(value)) ? 'a number' : undefined)),
  ...comparisons('Date', dateOf, (value) =>
    Number.isNaN(dateOf(value)) ? 'an ISO 8601 date or seconds since 1970' : undefined,
  ),
  ['Bool', { negated: false, problem: booleanProblem, prepare: compareRendered((a, b) => a === b, lowerCase) }],
  ['BinaryEquals', { negated: false, prepare: compareRendered((a, b) => a === b, bytesOf) }],
  ...pair('IpAddress', 'NotIpAddress', ipTest, (value) =>
    blockListOf(value) === undefined ? 'an IP address or a range in CIDR notation' : undefined,
  ),
]);

/** The values that `Bool` and `Null` take. */
export function booleanProblem(value: string): string | undefined {
  return /^(true|false)$/i.test(value) ? undefined : `'true' or 'false'`;
}

/** Reads a value of the policy as every operator takes it first. */
export function conditionPattern(value: string): Pattern {
  return new Pattern(value, WILD);
}

function pair(
  name: string,
  negatedName: string,
  prepare: Prepare,
  problem?: Problem,
): (readonly [string, ConditionOperator])[] {
  return [
    [name, { negated: false, prepare, problem }],
    [negatedName, { negated: true, prepare, problem }],
  ];
}

function comparisons(
  family: string,
  read: (text: string) => number,
  problem: Problem,
): (readonly [string, ConditionOperator])[] {
  const operator = (compare: (value: number, bound: number) => boolean): ConditionOperator => ({
    negated: false,
    problem,
    prepare: compareRendered(compare, read),
  });
  return [
    ...pair(
      `${family}Equals`,
      `${family}NotEquals`,
      compareRendered((value, bound) => value === bound, read),
      problem,
    ),
    [`${family}LessThan`, operator((value, bound) => value < bound)],
    [`${family}LessThanEquals`, operator((value, bound) => value <= bound)],
    [`${family}GreaterThan`, operator((value, bound) => value > bound)],
    [`${family}GreaterThanEquals`, operator((value, bound) => value >= bound)],
  ];
}

function compareRendered<T>(compare: (value: T, bound: T) => boolean, read: (text: string) => T): Prepare {
  return (pattern) => (value, lookup) =>
    pattern.resolve(lookup) !== undefined && compare(read(value), read(pattern.render(lookup)));
}

function lowerCase(text: string): string {
  return text.toLowerCase();
}

function numberOf(text: string): number {
  return text.trim() === '' ? Number.NaN : Number(text);
}

// A date is ISO 8601 text or seconds since 1970.
function dateOf(text: string): number {
  return /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1_000 : Date.parse(text);
}

function bytesOf(text: string): string {
  return Buffer.from(text, 'base64').toString('base64');
}

// Each of the six parts of an ARN is compared on its own, so that a wildcard does not reach over a colon.
function arnTest(pattern: Pattern): ValueTest {
  const parts = arnParts(pattern.source).map((part) => new Pattern(part, WILD));
  return (value, lookup) => {
    const valueParts = arnParts(value);
    if (parts.length < 6) return pattern.source.endsWith('*') && pattern.matches(value, lookup);
    return valueParts.length === 6 && parts.every((part, index) => part.matches(valueParts[index] ?? '', lookup));
  };
}

// Variables hold colons too (${iot:ClientId}): only colons outside of them separate.
function arnParts(arn: string): string[] {
  const parts = [''];
  for (const piece of arn.split(/(\$\{[^}]*\}|:)/)) {
    if (piece === ':' && parts.length < 6) parts.push('');
    else parts[parts.length - 1] += piece;
  }
  return parts;
}

function ipTest(pattern: Pattern): ValueTest {
  const constant = pattern.variables.length === 0 ? blockListOf(pattern.source) : undefined;
  return (value, lookup) => {
    const range = constant ?? blockListOf(pattern.render(lookup));
    const address = value.replace(/^::ffff:(?=\d+\.)/i, '');
    const version = isIP(address);
    return range !== undefined && version !== 0 && range.check(address, version === 4 ? 'ipv4' : 'ipv6');
  };
}

function blockListOf(text: string): BlockList | undefined {
  const [address = '', prefix, ...rest] = text.split('/');
  const version = isIP(address);
  const bits = version === 4 ? 32 : 128;
  const length = prefix === undefined ? bits : /^\d{1,3}$/.test(prefix) ? Number(prefix) : -1;
  if (version === 0 || rest.length > 0 || length < 0 || length > bits) return undefined;
  const range = new BlockList();
  range.addSubnet(address, length, version === 4 ? 'ipv4' : 'ipv6');
  return range;
}
