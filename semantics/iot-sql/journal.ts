import { SqlFailure } from './sql-failure';

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

/** What an error says of itself. */
function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
