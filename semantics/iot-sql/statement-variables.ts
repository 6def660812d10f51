import { AWS_LIMITS } from '../../presence/limits';
import type { VariableDefinition } from './ast';
import type { CompileSettings, Evaluate } from './evaluate';
import { compileExpression } from './expression-compiler';
import type { MessageContext } from './message-context';
import { Run, type RunSettings } from './run';
import { SqlFailure } from './sql-failure';
import { type SqlValue, toJson } from './value';

/** Most bytes that the values of one SET take together. @see https://docs.aws.amazon.com/iot/latest/developerguide/iot-sql-set.html */
const MAXIMUM_VARIABLE_BYTES = AWS_LIMITS.maximumPayloadBytes;

/** The SET of a statement: its values are computed once per message, and then known to the rule's templates as well. */
export class StatementVariables {
  readonly names: ReadonlySet<string>;
  readonly #definitions: readonly Evaluate[];
  readonly #settings: RunSettings;
  readonly #values = new WeakMap<MessageContext, readonly SqlValue[]>();

  constructor(definitions: readonly VariableDefinition[], settings: CompileSettings & RunSettings) {
    this.names = new Set(definitions.map(({ name }) => name));
    this.#definitions = definitions.map(({ expression }) => compileExpression(expression, settings));
    this.#settings = settings;
  }

  /**
   * Computes the values into a run.
   * @throws SqlFailure when they are too large.
   */
  set(run: Run): void {
    if (this.#definitions.length === 0) return;
    let bytes = 0;
    for (const [index, define] of this.#definitions.entries()) {
      const value = define(run, undefined);
      bytes += Buffer.byteLength(toJson(value));
      if (bytes > MAXIMUM_VARIABLE_BYTES) {
        throw new SqlFailure(`the values of SET must be at most ${MAXIMUM_VARIABLE_BYTES} bytes`);
      }
      run.variables[index] = value;
    }
    this.#values.set(run.context, run.variables);
  }

  /** The values for a message in the order of the names: those that the statement had when it ran on it. */
  valuesFor(context: MessageContext): readonly SqlValue[] {
    if (!this.#values.has(context)) this.set(new Run(context, this.#settings));
    return this.#values.get(context) ?? [];
  }
}
