import type { Expression, SelectItem, Selection } from './ast';
import type { CompileSettings, Evaluate } from './evaluate';
import { printExpression } from './printer';
import { isObject, type SqlValue } from './value';

type CompileExpression = (expression: Expression, settings: CompileSettings) => Evaluate;
type Fields = Record<string, SqlValue>;
type WriteItem = (fields: Fields, value: SqlValue) => void;

/** Compiles what SELECT makes of a payload or element. */
export function compileSelection(select: Selection, settings: CompileSettings, compile: CompileExpression): Evaluate {
  if (select.kind === 'value') return compile(select.expression, settings);
  const [only] = select.items;
  if (only !== undefined && isPlainStar(only) && select.items.length === 1) return compile(only.expression, settings);
  const items = select.items.map((item) => ({ evaluate: compile(item.expression, settings), write: writerOf(item) }));
  return (run, element) => {
    const fields: Fields = Object.create(null);
    for (const { evaluate, write } of items) write(fields, evaluate(run, element));
    return fields;
  };
}

/** Whether an item is `*` without an alias. */
export function isPlainStar(item: SelectItem): boolean {
  return item.expression.kind === 'star' && item.alias === undefined;
}

/**
 * The key of an item without alias: the last word of a path, the name of a function, else the expression's own text.
 * AWS documents no such key.
 */
function defaultKey(expression: Expression): string {
  switch (expression.kind) {
    case 'path':
      return expression.keys.at(-1) ?? '';
    case 'member':
      return expression.key;
    case 'variable':
    case 'call':
      return expression.name;
    case 'cast':
      return 'cast';
    default:
      return printExpression(expression);
  }
}

function writerOf(item: SelectItem): WriteItem {
  if (isPlainStar(item)) return (fields, value) => void (isObject(value) && Object.assign(fields, value));
  const [first = '', ...rest] = item.alias ?? [defaultKey(item.expression)];
  return (fields, value) => {
    if (value !== undefined) fields[first] = rest.length === 0 ? value : nest(fields[first], rest, value);
  };
}

/** A copy of `base` with `value` at the path `keys`: what came from the payload is never written to. */
function nest(base: SqlValue, keys: readonly string[], value: SqlValue): SqlValue {
  const [first, ...rest] = keys;
  if (first === undefined) return value;
  const fields: Fields = Object.assign(Object.create(null), isObject(base) ? base : undefined);
  fields[first] = nest(fields[first], rest, value);
  return fields;
}
