import type { Expression } from '../ast';
import type { Evaluate } from '../evaluate';
import type { Run } from '../run';
import type { SqlValue } from '../value';

/** How a special function compiles its arguments. */
export interface ArgumentCompiler {
  readonly compile: (expression: Expression) => Evaluate;
  /** Whether `*` is a nested query's element and not the payload. */
  readonly nested: boolean;
}

interface FunctionShape {
  /** In lower case. */
  readonly name: string;
  /** The first SQL version that has it. */
  readonly since: '2015-10-08' | '2016-03-23';
  /** Fewest arguments; a call with fewer, or with more than the most, is Undefined. */
  readonly minimum: number;
  readonly maximum: number;
  /** The argument that cannot be a variable of SET: a role's ARN, or what chooses the mode. */
  readonly withoutVariable?: 'first' | 'last';
  /** Why a call with these arguments, which AWS would run, cannot run here. */
  readonly refuse?: (expressions: readonly Expression[]) => string | undefined;
}

/** A function of its arguments' values. */
export interface PlainFunction extends FunctionShape {
  readonly kind: 'plain';
  readonly evaluate: (values: readonly SqlValue[], run: Run) => SqlValue;
}

/** A function that looks at its arguments as they are written. */
export interface SpecialFunction extends FunctionShape {
  readonly kind: 'special';
  readonly compile: (expressions: readonly Expression[], compiler: ArgumentCompiler) => Evaluate;
}

export type SqlFunction = PlainFunction | SpecialFunction;

/** A function of SQL version 2015-10-08 and later. */
export function since2015(
  name: string,
  count: number | readonly [number, number],
  evaluate: PlainFunction['evaluate'],
): PlainFunction {
  const [minimum, maximum] = typeof count === 'number' ? [count, count] : count;
  return { kind: 'plain', name, since: '2015-10-08', minimum, maximum, evaluate };
}

/** A function of SQL version 2016-03-23 and later. */
export function since2016(
  name: string,
  count: number | readonly [number, number],
  evaluate: PlainFunction['evaluate'],
): PlainFunction {
  return { ...since2015(name, count, evaluate), since: '2016-03-23' };
}
