import { describe } from '../../json-value';
import { ExpressionProblem } from './scanner';

/** A value that only a deployment would show, such as an attribute of a resource that is not run here. */
export class Unknown {
  /** @param address what it is, e.g. `azurerm_resource_group.rg.id`. */
  constructor(readonly address: string) {}
}

/** Something whose members are looked up by name when they are needed, such as `var` or all resources of a type. */
export class Members {
  constructor(readonly get: (name: string) => Value) {}
}

/** A value while expressions are evaluated. */
export type Value =
  | string
  | number
  | boolean
  | null
  | Unknown
  | Members
  | readonly Value[]
  | { readonly [key: string]: Value };

/** A value of named values. */
export type ValueObject = { readonly [key: string]: Value };

/** Whether a value is an object with members that are there already. */
export function isObject(value: Value): value is ValueObject {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Unknown) &&
    !(value instanceof Members)
  );
}

/** Whether a value is a list. */
export function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

/** Text as a template would show the value. @throws ExpressionProblem for a value that is no text. */
export function textOf(value: Value): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new ExpressionProblem(`text was expected, got ${describeValue(value)}`);
}

/** @throws ExpressionProblem for a value that is no number. */
export function numberOf(value: Value): number {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number === 'number' && Number.isFinite(number)) return number;
  throw new ExpressionProblem(`a number was expected, got ${describeValue(value)}`);
}

/** @throws ExpressionProblem for a value that is no truth value. */
export function booleanOf(value: Value): boolean {
  if (value === true || value === 'true') return true;
  if (value === false || value === 'false') return false;
  throw new ExpressionProblem(`true or false was expected, got ${describeValue(value)}`);
}

/** @throws ExpressionProblem for a value that is no list. */
export function listOf(value: Value): readonly Value[] {
  if (isList(value)) return value;
  throw new ExpressionProblem(`a list was expected, got ${describeValue(value)}`);
}

/** @throws ExpressionProblem for a value that has no members. */
export function objectOf(value: Value): ValueObject {
  if (isObject(value)) return value;
  throw new ExpressionProblem(`an object was expected, got ${describeValue(value)}`);
}

/** What a value is, for a message. */
export function describeValue(value: Value): string {
  if (value instanceof Unknown) return `${value.address}, which only a deployment shows`;
  return value instanceof Members ? 'a group of things' : describe(value);
}

/** Whether a value, or anything in it, is known only once deployed; the first such. */
export function firstUnknown(value: Value): Unknown | undefined {
  if (value instanceof Unknown) return value;
  if (isList(value)) return value.map(firstUnknown).find((found) => found !== undefined);
  return isObject(value) ? firstUnknown(Object.values(value)) : undefined;
}
