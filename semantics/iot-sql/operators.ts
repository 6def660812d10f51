import type { BinaryOperator } from './ast';
import type { Decimal } from './exact-number';
import { decimalValue, intValue, type NumberRules } from './numbers';
import {
  decimalOf,
  isArray,
  isInt,
  isNumber,
  isObject,
  type SqlNumber,
  type SqlValue,
  toBoolean,
  toDecimal,
  toText,
} from './value';

/** A binary operator on values. @see https://docs.aws.amazon.com/iot/latest/developerguide/iot-sql-operators.html */
export type Operation = (left: SqlValue, right: SqlValue, rules: NumberRules) => SqlValue;

/**
 * Whether Int / Int is an Int, truncated. The operators page says so; an example on the page of SET shows
 * `(75 - 32) * 5 / 9` as 23.89.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/iot-sql-operators.html#iot-sql-operators-div
 */
const INT_DIVISION_TRUNCATES = true;

export const OPERATIONS: Readonly<Record<BinaryOperator, Operation>> = {
  AND: (left, right) => logical(left, right, (a, b) => a && b),
  OR: (left, right) => logical(left, right, (a, b) => a || b),
  '=': (left, right) => equality(left, right),
  '<>': (left, right) => not(equality(left, right)),
  '<': (left, right) => ordered(left, right, (order) => order < 0),
  '<=': (left, right) => ordered(left, right, (order) => order <= 0),
  '>': (left, right) => ordered(left, right, (order) => order > 0),
  '>=': (left, right) => ordered(left, right, (order) => order >= 0),
  IN: isIn,
  '+': add,
  '-': (left, right, rules) => arithmetic(left, right, rules, subtraction),
  '*': (left, right, rules) => arithmetic(left, right, rules, multiplication),
  '/': divide,
  '%': remainder,
};

/** NOT: the opposite of a Boolean or of "true" and "false"; anything else is Undefined. */
export function not(value: SqlValue): SqlValue {
  const boolean = toBoolean(value);
  return boolean === undefined ? undefined : !boolean;
}

/** `=`: Undefined when a side is, false when the types differ. */
export function equality(left: SqlValue, right: SqlValue): boolean | undefined {
  if (left === undefined || right === undefined) return undefined;
  return areEqual(left, right);
}

/** `IN`: whether a value is one of a list's; Undefined when it is Undefined itself, or when there is no list. */
function isIn(left: SqlValue, right: SqlValue): SqlValue {
  return left === undefined || !isArray(right) ? undefined : right.some((item) => equality(left, item) === true);
}

/** The opposite number. */
export function negate(value: SqlValue, rules: NumberRules): SqlValue {
  if (typeof value === 'number') return value === 0 ? 0 : -value;
  if (isNumber(value)) return value.isInt ? intValue(value.decimal.neg()) : decimalValue(value.decimal.neg(), rules);
  const decimal = toDecimal(value);
  return decimal === undefined ? undefined : decimalValue(decimal.neg(), rules);
}

/** `%`, and the functions `mod` and `remainder`. */
export function remainder(left: SqlValue, right: SqlValue, rules: NumberRules): SqlValue {
  return arithmetic(left, right, rules, modulo);
}

function areEqual(left: SqlValue, right: SqlValue): boolean {
  if (left === right) return true;
  if (isNumber(left) && isNumber(right)) return decimalOf(left).eq(decimalOf(right));
  if (isArray(left))
    return isArray(right) && left.length === right.length && left.every((item, at) => areEqual(item, right[at]));
  if (!isObject(left) || !isObject(right)) return false;
  const keys = definedKeys(left);
  return (
    keys.length === definedKeys(right).length &&
    keys.every((key) => Object.hasOwn(right, key) && areEqual(left[key], right[key]))
  );
}

function definedKeys(value: { readonly [key: string]: SqlValue }): readonly string[] {
  return Object.keys(value).filter((key) => value[key] !== undefined);
}

function logical(left: SqlValue, right: SqlValue, combine: (left: boolean, right: boolean) => boolean): SqlValue {
  const [a, b] = [toBoolean(left), toBoolean(right)];
  return a === undefined || b === undefined ? undefined : combine(a, b);
}

function ordered(left: SqlValue, right: SqlValue, accept: (order: number) => boolean): SqlValue {
  if (typeof left === 'number' && typeof right === 'number') return accept(left - right);
  const [a, b] = [toDecimal(left), toDecimal(right)];
  return a === undefined || b === undefined ? undefined : accept(a.cmp(b));
}

interface Arithmetic {
  /** The result for two Ints that a JavaScript number holds, when it is one as well. */
  readonly small: (left: number, right: number) => number;
  readonly exact: (left: Decimal, right: Decimal) => Decimal;
}

const addition: Arithmetic = { small: (left, right) => left + right, exact: (left, right) => left.plus(right) };
const subtraction: Arithmetic = { small: (left, right) => left - right, exact: (left, right) => left.minus(right) };
const multiplication: Arithmetic = { small: (left, right) => left * right, exact: (left, right) => left.times(right) };
const division: Arithmetic = { small: (left, right) => left / right, exact: (left, right) => left.div(right) };
const modulo: Arithmetic = { small: (left, right) => left % right, exact: (left, right) => left.mod(right) };

function add(left: SqlValue, right: SqlValue, rules: NumberRules): SqlValue {
  if (typeof left !== 'string' && typeof right !== 'string') {
    return isNumber(left) && isNumber(right) ? compute(left, right, rules, addition) : undefined;
  }
  const [a, b] = [toText(left), toText(right)];
  return a === undefined || b === undefined ? undefined : a + b;
}

function divide(left: SqlValue, right: SqlValue, rules: NumberRules): SqlValue {
  if (INT_DIVISION_TRUNCATES && isNumber(left) && isNumber(right) && isInt(left) && isInt(right)) {
    return intValue(decimalOf(left).divToInt(decimalOf(right)));
  }
  return arithmetic(left, right, rules, division);
}

function arithmetic(left: SqlValue, right: SqlValue, rules: NumberRules, operation: Arithmetic): SqlValue {
  if (isNumber(left) && isNumber(right)) return compute(left, right, rules, operation);
  const [a, b] = [toDecimal(left), toDecimal(right)];
  return a === undefined || b === undefined ? undefined : decimalValue(operation.exact(a, b), rules);
}

function compute(left: SqlNumber, right: SqlNumber, rules: NumberRules, operation: Arithmetic): SqlValue {
  const ints = isInt(left) && isInt(right);
  if (ints && typeof left === 'number' && typeof right === 'number') {
    const result = operation.small(left, right);
    if (Number.isSafeInteger(result)) return result === 0 ? 0 : result;
  }
  const exact = operation.exact(decimalOf(left), decimalOf(right));
  return ints ? intValue(exact) : decimalValue(exact, rules);
}
