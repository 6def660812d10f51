import type { Decimal } from '../exact-number';
import { Decimal as DecimalConstructor } from '../exact-number';
import { decimalValue, doubleValue, intValue, type NumberRules } from '../numbers';
import { remainder } from '../operators';
import { isInt, isNumber, type SqlValue, toDecimal, toFloor } from '../value';
import { type PlainFunction, type SqlFunction, since2015 } from './sql-function';

/** Decimal places that `trunc` keeps at most. */
const MAXIMUM_PLACES = 34;

/** Functions of numbers; a string that is spelled like a number is one, anything else makes them Undefined. */
export const NUMBER_FUNCTIONS: readonly SqlFunction[] = [
  since2015('abs', 1, ([value], { numbers }) => absolute(value, numbers)),
  since2015(
    'ceil',
    1,
    toWhole((decimal) => decimal.ceil()),
  ),
  since2015(
    'floor',
    1,
    toWhole((decimal) => decimal.floor()),
  ),
  since2015(
    'round',
    1,
    toWhole((decimal) => decimal.round()),
  ),
  since2015(
    'sign',
    1,
    toWhole((decimal) => new DecimalConstructor(decimal.isZero() ? 0 : decimal.s)),
  ),
  since2015('trunc', 2, ([value, places], { numbers }) => truncated(value, places, numbers)),
  since2015('mod', 2, ([left, right], { numbers }) => remainder(left, right, numbers)),
  since2015('remainder', 2, ([left, right], { numbers }) => remainder(left, right, numbers)),
  double2('power', (base, exponent) => base ** exponent),
  double2('atan2', Math.atan2),
  double('sqrt', Math.sqrt),
  double('exp', Math.exp),
  double('ln', Math.log),
  double('log', Math.log10),
  double('sin', Math.sin),
  double('cos', Math.cos),
  double('tan', Math.tan),
  double('asin', Math.asin),
  double('acos', Math.acos),
  double('atan', Math.atan),
  double('sinh', Math.sinh),
  double('cosh', Math.cosh),
  double('tanh', Math.tanh),
  bitwise('bitand', (left, right) => left & right),
  bitwise('bitor', (left, right) => left | right),
  bitwise('bitxor', (left, right) => left ^ right),
  since2015('bitnot', 1, ([value]) => fromBits(bitsOf(value), invertOwnBits)),
  since2015('nanvl', 2, ([value, fallback]) => (value === undefined || value === null ? fallback : value)),
];

/** A function with double precision. */
function double(name: string, compute: (value: number) => number): PlainFunction {
  return since2015(name, 1, ([value], { numbers }) => {
    const decimal = toDecimal(value);
    return decimal === undefined ? undefined : doubleValue(compute(decimal.toNumber()), numbers);
  });
}

function double2(name: string, compute: (first: number, second: number) => number): PlainFunction {
  return since2015(name, 2, ([first, second], { numbers }) => {
    const [a, b] = [toDecimal(first), toDecimal(second)];
    return a === undefined || b === undefined ? undefined : doubleValue(compute(a.toNumber(), b.toNumber()), numbers);
  });
}

function toWhole(compute: (decimal: Decimal) => Decimal): PlainFunction['evaluate'] {
  return ([value]) => {
    const decimal = toDecimal(value);
    return decimal === undefined ? undefined : intValue(compute(decimal));
  };
}

function absolute(value: SqlValue, rules: NumberRules): SqlValue {
  const decimal = toDecimal(value);
  if (decimal === undefined) return undefined;
  return isNumber(value) && isInt(value) ? intValue(decimal.abs()) : decimalValue(decimal.abs(), rules);
}

/** Trailing zeros are stripped, so a whole result is an Int in every version. */
function truncated(value: SqlValue, places: SqlValue, rules: NumberRules): SqlValue {
  const [decimal, wanted] = [toDecimal(value), toFloor(places)];
  if (decimal === undefined || wanted === undefined) return undefined;
  const kept = Math.min(MAXIMUM_PLACES, Math.max(0, wanted));
  const result = decimal.toDecimalPlaces(kept, DecimalConstructor.ROUND_DOWN);
  return result.isInteger() ? intValue(result) : decimalValue(result, rules);
}

function bitwise(name: string, compute: (left: bigint, right: bigint) => bigint): PlainFunction {
  return since2015(name, 2, ([left, right]) => {
    const [a, b] = [bitsOf(left), bitsOf(right)];
    return a === undefined || b === undefined ? undefined : fromBits(compute(a, b));
  });
}

function bitsOf(value: SqlValue): bigint | undefined {
  const decimal = toDecimal(value);
  return decimal === undefined ? undefined : BigInt(decimal.floor().toFixed());
}

function fromBits(bits: bigint | undefined, change: (bits: bigint) => bigint = (same) => same): SqlValue {
  return bits === undefined ? undefined : intValue(new DecimalConstructor(change(bits).toString()));
}

/**
 * AWS's one example is `bitnot(13) = 2`: the four bits 1101 inverted are 0010, not the -14 of two's complement.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/iot-sql-functions.html#iot-func-bitnot
 */
function invertOwnBits(bits: bigint): bigint {
  if (bits < 0n) return ~bits;
  return bits ^ ((1n << BigInt(bits.toString(2).length)) - 1n);
}
