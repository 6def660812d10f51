import { castTarget } from './cast-type';
import { decimalValue, intValue, type NumberRules } from './numbers';
import { decimalOf, isNumber, type SqlValue, toBoolean, toDecimal, toText } from './value';

/** The conversion that `cast(value AS type)` makes. Unlike other conversions it takes Booleans for numbers and back. */
export function castTo(type: string): (value: SqlValue, rules: NumberRules) => SqlValue {
  switch (castTarget(type)) {
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
