import { Decimal, ExactNumber, MAXIMUM_INT_DIGITS } from './exact-number';

/** A number: a JavaScript number where that is exact. */
export type SqlNumber = number | ExactNumber;

/** A JSON object, as parsed or as SELECT builds it. Never changed once it exists. */
export interface SqlObject {
  readonly [key: string]: SqlValue;
}

/**
 * What an expression can be. `undefined` is the SQL's Undefined, which is not Null.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/iot-sql-data-types.html
 */
export type SqlValue = undefined | null | boolean | string | SqlNumber | readonly SqlValue[] | SqlObject;

/** The strings that the conversion table takes for a Decimal. */
const DECIMAL_TEXT = /^-?\d+(?:\.\d+)?(?:[eE]-?\d+)?$/;

export function isNumber(value: SqlValue): value is SqlNumber {
  return typeof value === 'number' || value instanceof ExactNumber;
}

export function isArray(value: SqlValue): value is readonly SqlValue[] {
  return Array.isArray(value);
}

export function isObject(value: SqlValue): value is SqlObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof ExactNumber);
}

export function isInt(value: SqlNumber): boolean {
  return typeof value === 'number' ? Number.isInteger(value) : value.isInt;
}

/** The value of a field; Undefined where there is none. Inherited properties are no fields. */
export function fieldOf(value: SqlValue, key: string): SqlValue {
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

export function decimalOf(value: SqlNumber): Decimal {
  return typeof value === 'number' ? new Decimal(value) : value.decimal;
}

/** Conversion to a Decimal that can be computed with; Null and whatever does not convert give `undefined`. */
export function toDecimal(value: SqlValue): Decimal | undefined {
  if (typeof value === 'string') return parseDecimal(value);
  return isNumber(value) ? decimalOf(value) : undefined;
}

/** A string as a Decimal, when it is spelled like one. */
function parseDecimal(text: string): Decimal | undefined {
  if (!DECIMAL_TEXT.test(text)) return undefined;
  const decimal = new Decimal(text).toSignificantDigits(MAXIMUM_INT_DIGITS);
  return decimal.isFinite() ? decimal : undefined;
}

/** Conversion to Int: a Decimal is rounded to the nearest, a string truncated. */
export function toInt(value: SqlValue): number | undefined {
  if (typeof value === 'number' && Number.isInteger(value)) return value;
  const decimal = toDecimal(value);
  if (decimal === undefined) return undefined;
  return (typeof value === 'string' ? decimal.trunc() : decimal.round()).toNumber();
}

/** A number, or a string that is one, rounded down: what most functions do with an argument that has to be an Int. */
export function toFloor(value: SqlValue): number | undefined {
  if (typeof value === 'number' && Number.isInteger(value)) return value;
  return toDecimal(value)?.floor().toNumber();
}

/** Conversion to Boolean: only the strings "true" and "false", in any case, convert. */
export function toBoolean(value: SqlValue): boolean | undefined {
  if (typeof value === 'boolean') return value;
  if (typeof value !== 'string') return undefined;
  const lower = value.toLowerCase();
  if (lower === 'true') return true;
  return lower === 'false' ? false : undefined;
}

/** Conversion to String: Null and Undefined do not convert, arrays and objects become compact JSON. */
export function toText(value: SqlValue): string | undefined {
  if (typeof value === 'string') return value;
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number') return numberText(value);
  if (typeof value === 'object') return toJson(value);
  return String(value);
}

/** JSON text; the empty string for Undefined. */
export function toJson(value: SqlValue): string {
  try {
    return JSON.stringify(value) ?? '';
  } catch (error) {
    if (error instanceof RangeError || !mayHoldExactNumbers(value)) throw error;
    return exactJson(value);
  }
}

/** The same data with JavaScript numbers, for code that is not about SQL. */
export function toPlain(value: SqlValue): unknown {
  if (value instanceof ExactNumber) return value.decimal.toNumber();
  if (isArray(value)) return value.map(toPlain);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, toPlain(field)]));
}

function mayHoldExactNumbers(value: SqlValue): boolean {
  return typeof value === 'object';
}

function exactJson(value: SqlValue): string {
  if (value instanceof ExactNumber) return value.toString();
  if (isArray(value)) return `[${value.map((item) => (item === undefined ? 'null' : exactJson(item))).join(',')}]`;
  if (!isObject(value)) return JSON.stringify(value) ?? '';
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  return `{${fields.map(([key, field]) => `${JSON.stringify(key)}:${exactJson(field)}`).join(',')}}`;
}

function numberText(value: number): string {
  const text = String(value);
  return text.includes('e') ? text.replace('e', 'E') : text;
}
