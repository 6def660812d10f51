import type { Run } from './run';
import type { SqlVersion } from './sql-version';
import type { SqlValue } from './value';

/** A compiled expression. `element` is what a nested query looks at; at the top the payload is. */
export type Evaluate = (run: Run, element: SqlValue) => SqlValue;

/** What an expression is compiled for. */
export interface CompileSettings {
  readonly version: SqlVersion;
  /** Whether paths look into a nested query's element. */
  readonly nested: boolean;
  /** The name under which a nested query knows its element. */
  readonly alias?: string;
  /** Where each variable's value stands in the run. */
  readonly variables: ReadonlyMap<string, number>;
}
