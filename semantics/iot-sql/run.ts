import type { Journal } from './journal';
import { parseJson } from './json';
import type { MessageContext } from './message-context';
import type { NumberRules } from './numbers';
import { SqlFailure } from './sql-failure';
import type { SqlVersion } from './sql-version';
import type { SqlValue } from './value';

/** What every run of a statement has in common. */
export interface RunSettings {
  readonly version: SqlVersion;
  readonly numbers: NumberRules;
}

/** One evaluation of one statement on one message. */
export class Run {
  readonly context: MessageContext;
  readonly version: SqlVersion;
  readonly numbers: NumberRules;
  /** Values of SET, filled in order. */
  readonly variables: SqlValue[] = [];
  readonly #journal: Journal | undefined;

  constructor(context: MessageContext, settings: RunSettings, journal?: Journal) {
    this.context = context;
    this.version = settings.version;
    this.numbers = settings.numbers;
    this.#journal = journal;
  }

  /** The payload's value. */
  payload(): SqlValue {
    return this.context.json(this.version);
  }

  /** Draws a lot that stays the same when the statement is evaluated again. */
  chance<Result extends SqlValue>(draw: () => Result): SqlValue {
    return this.#journal === undefined ? draw() : (this.#journal.ask(draw) as Result);
  }

  /** Asks an external function; its answer is plain JSON data. */
  external(name: string, question: (() => unknown) | undefined): SqlValue {
    if (question === undefined) throw new SqlFailure(`${name}() has nothing to answer it here`);
    if (this.#journal === undefined) throw new SqlFailure(`${name}() cannot be called here`);
    const answer = this.#journal.ask(question);
    if (answer === undefined) return undefined;
    const { value, value2015 } = parseJson(JSON.stringify(answer) ?? '');
    return this.version === '2015-10-08' ? value2015 : value;
  }
}
