import { Decimal, ExactNumber, MAXIMUM_INT_DIGITS } from './exact-number';
import type { SqlVersion } from './sql-version';
import type { SqlNumber } from './value';

/**
 * How results of arithmetic become values. SQL version 2015-10-08 keeps a whole Decimal (`10.0`); later versions make
 * it an Int (`10`).
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/iot-sql-functions.html#iot-sql-function-cast
 */
export interface NumberRules {
  readonly keepsWholeDecimals: boolean;
}

export function numberRules(version: SqlVersion): NumberRules {
  return { keepsWholeDecimals: version === '2015-10-08' };
}

/** An Int result; `undefined` when it is not finite. */
export function intValue(decimal: Decimal): SqlNumber | undefined {
  if (!decimal.isFinite()) return undefined;
  const number = decimal.toNumber();
  if (Number.isSafeInteger(number)) return number === 0 ? 0 : number;
  return new ExactNumber(decimal, decimal.e < MAXIMUM_INT_DIGITS ? 'Int' : 'Decimal');
}

/** A Decimal result; `undefined` when it is not finite. */
export function decimalValue(decimal: Decimal, rules: NumberRules): SqlNumber | undefined {
  if (!decimal.isFinite()) return undefined;
  if (decimal.isInteger() && decimal.e < MAXIMUM_INT_DIGITS) {
    return rules.keepsWholeDecimals ? new ExactNumber(decimal, 'Decimal') : intValue(decimal);
  }
  const number = decimal.toNumber();
  const exact = Number.isFinite(number) && !Number.isInteger(number) && new Decimal(number).eq(decimal);
  return exact ? number : new ExactNumber(decimal, 'Decimal');
}

/** A Decimal result with double precision; `undefined` for what is not a number, imaginary results included. */
export function doubleValue(number: number, rules: NumberRules): SqlNumber | undefined {
  return Number.isFinite(number) ? decimalValue(new Decimal(number), rules) : undefined;
}

/** The value of a number as it is written, in a statement or in JSON. */
export function numberFromText(text: string, rules: NumberRules): SqlNumber | undefined {
  const decimal = new Decimal(text).toSignificantDigits(MAXIMUM_INT_DIGITS);
  return /[.eE]/.test(text) ? decimalValue(decimal, rules) : intValue(decimal);
}
