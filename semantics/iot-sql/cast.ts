import { decimalValue, intValue, type NumberRules } from './numbers';
import type { SqlVersion } from './sql-version';
import { decimalOf, isNumber, type SqlValue, toBoolean, toDecimal, toText } from './value';

type Target = 'String' | 'Int' | 'Decimal' | 'Boolean';

/** @see https://docs.aws.amazon.com/iot/latest/developerguide/iot-sql-functions.html#iot-sql-function-cast */
const TYPES_OF_2015: Readonly<Record<string, Target>> = {
  string: 'String',
  nvarchar: 'String',
  text: 'String',
  ntext: 'String',
  varchar: 'String',
  int: 'Int',
  integer: 'Int',
  double: 'Decimal',
};
const TYPES: Readonly<Record<string, Target>> = {
  ...TYPES_OF_2015,
  decimal: 'Decimal',
  bool: 'Boolean',
  boolean: 'Boolean',
};

/** The types that `cast` knows in a version, in lower case. */
export function castTypeNames(version: SqlVersion): readonly string[] {
  return Object.keys(version === '2015-10-08' ? TYPES_OF_2015 : TYPES);
}

export function isCastType(type: string, version: SqlVersion): boolean {
  return castTypeNames(version).includes(type.toLowerCase());
}

/** The conversion that `cast(value AS type)` makes. Unlike other conversions it takes Booleans for numbers and back. */
export function castTo(type: string): (value: SqlValue, rules: NumberRules) => SqlValue {
  switch (TYPES[type.toLowerCase()]) {
    case 'String':
      return toText;
    case 'Int':
      return castToInt;
    case 'Boolean':
      return castToBoolean;
    default:
      return castToDecimal;
  }
}

function castToInt(value: SqlValue): SqlValue {
  if (typeof value === 'boolean') return value ? 1 : 0;
  const decimal = toDecimal(value);
  return decimal === undefined ? undefined : intValue(decimal.floor());
}

function castToDecimal(value: SqlValue, rules: NumberRules): SqlValue {
  if (isNumber(value)) return value;
  const decimal = typeof value === 'boolean' ? toDecimal(value ? '1' : '0') : toDecimal(value);
  return decimal === undefined ? undefined : decimalValue(decimal, rules);
}

function castToBoolean(value: SqlValue): SqlValue {
  return isNumber(value) ? !decimalOf(value).isZero() : toBoolean(value);
}
