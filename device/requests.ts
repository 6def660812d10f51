import type { Clock, Timer } from '../presence/clock';
import { LastwillError } from '../presence/errors';
import type { IncomingMessage } from './message';

interface Waiting {
  readonly responseTopic: string;
  readonly correlationData: Buffer;
  readonly timer: Timer;
  readonly resolve: (answer: IncomingMessage) => void;
  readonly reject: (error: Error) => void;
}

/** A question that waits for its answer. */
export interface PendingRequest {
  /** Rejects with LastwillError DELIVERY_FAILED when no answer came in time or the agent ended. */
  readonly answer: Promise<IncomingMessage>;
  /** Waits no longer; `answer` then never settles. */
  cancel(): void;
}

/** Questions that wait for their answers: same response topic, same correlation data. */
export class Requests {
  readonly #waiting = new Set<Waiting>();

  constructor(private readonly clock: Clock) {}

  /** Waits for the answer to one question. */
  expect(responseTopic: string, correlationData: Buffer, timeoutSeconds: number): PendingRequest {
    const { promise: answer, resolve, reject } = withResolvers<IncomingMessage>();
    const timer = this.clock.schedule(timeoutSeconds * 1000, () => {
      this.#waiting.delete(waiting);
      reject(new LastwillError('DELIVERY_FAILED', `no answer came on ${responseTopic} within ${timeoutSeconds} s`));
    });
    const waiting: Waiting = { responseTopic, correlationData, timer, resolve, reject };
    this.#waiting.add(waiting);
    return { answer, cancel: () => this.#forget(waiting) };
  }

  /** Hands a message to the question that it answers, if there is one. */
  answered(message: IncomingMessage): void {
    const { topic, correlationData } = message;
    if (correlationData === undefined) return;
    for (const waiting of [...this.#waiting]) {
      if (waiting.responseTopic !== topic || !waiting.correlationData.equals(correlationData)) continue;
      this.#forget(waiting);
      waiting.resolve(message);
    }
  }

  /** Gives up every question. */
  abandon(why: string): void {
    for (const waiting of [...this.#waiting]) {
      this.#forget(waiting);
      const message = `no answer came on ${waiting.responseTopic}: ${why}`;
      waiting.reject(new LastwillError('DELIVERY_FAILED', message));
    }
  }

  #forget(waiting: Waiting): void {
    waiting.timer.cancel();
    this.#waiting.delete(waiting);
  }
}

function withResolvers<T>(): {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (error: Error) => void;
} {
  let resolve: (value: T) => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}
