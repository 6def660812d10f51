import { parseJson } from './json';
import type { MessageContext } from './message-context';
import type { NumberRules } from './numbers';
import type { SqlVersion } from './sql-version';
import type { SqlValue } from './value';

/** A statement that could not be evaluated to the end; the rule runs no action, its error action included. */
export class SqlFailure extends Error {}

/** Thrown out of an evaluation that has to wait for an external function; the evaluation is then run again. */
export class Waiting {
  readonly promise: Promise<void>;

  constructor(promise: Promise<void>) {
    this.promise = promise;
  }
}

type Answer = { readonly value: unknown } | { readonly failure: string };

/**
 * What the outside world answered to one statement and one message, in the order asked. A statement that had to wait
 * is evaluated again from its start and then finds the same answers here, chance included, so that closures can stay
 * synchronous.
 */
export class Journal {
  readonly #answers: Answer[] = [];
  #position = 0;

  rewind(): void {
    this.#position = 0;
  }

  /** The answer given before at this place, or a new one. */
  ask(question: () => unknown): unknown {
    const position = this.#position++;
    const answer = this.#answers[position] ?? this.#put(position, question);
    if ('failure' in answer) throw new SqlFailure(answer.failure);
    return answer.value;
  }

  #put(position: number, question: () => unknown): Answer {
    try {
      const value = question();
      if (value instanceof Promise) throw this.#waiting(position, value);
      this.#answers[position] = { value };
    } catch (error) {
      if (error instanceof Waiting) throw error;
      this.#answers[position] = { failure: messageOf(error) };
    }
    return this.#answers[position] ?? { value: undefined };
  }

  #waiting(position: number, promise: Promise<unknown>): Waiting {
    const settle = (answer: Answer): void => {
      this.#answers[position] = answer;
    };
    return new Waiting(
      promise.then(
        (value) => settle({ value }),
        (error: unknown) => settle({ failure: messageOf(error) }),
      ),
    );
  }
}

/** One evaluation of one statement on one message. */
export class Run {
  readonly context: MessageContext;
  readonly version: SqlVersion;
  readonly numbers: NumberRules;
  /** Values of SET, filled in order. */
  readonly variables: SqlValue[] = [];
  readonly #journal: Journal | undefined;

  constructor(
    context: MessageContext,
    settings: { readonly version: SqlVersion; readonly numbers: NumberRules },
    journal?: Journal,
  ) {
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

/** What an error says of itself. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
