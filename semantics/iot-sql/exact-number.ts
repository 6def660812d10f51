import Decimal34 from 'decimal.js';

/**
 * Decimals as the rules engine has them: 34 digits, from 1E-999 to 9.99E999.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/iot-sql-data-types.html
 */
export const Decimal = Decimal34.clone({
  defaults: true,
  precision: 34,
  rounding: Decimal34.ROUND_HALF_UP,
  minE: -999,
  maxE: 999,
});
export type Decimal = Decimal34;

/** Most digits of an Int. */
export const MAXIMUM_INT_DIGITS = 34;

/** Thrown while `JSON.stringify` walks a value, to say that it cannot write that value exactly. */
class InexactJson extends Error {}

/** A number that a JavaScript number would change: too many digits, or a whole Decimal that has to stay `10.0`. */
export class ExactNumber {
  readonly decimal: Decimal;
  readonly isInt: boolean;

  constructor(decimal: Decimal, type: 'Int' | 'Decimal') {
    this.decimal = decimal;
    this.isInt = type === 'Int';
  }

  /** JSON text, which is also the SQL string conversion. */
  toString(): string {
    if (this.isInt) return this.decimal.toFixed();
    if (this.decimal.isInteger() && this.decimal.e < MAXIMUM_INT_DIGITS) return `${this.decimal.toFixed()}.0`;
    return this.decimal.toString().replace('e', 'E');
  }

  toJSON(): never {
    throw new InexactJson();
  }
}
