import type { Clock } from '../presence/clock';
import { LastwillError } from '../presence/errors';
import type { IncomingMessage } from './message';

interface Waiting {
  readonly responseTopic: string;
  readonly correlationData: Buffer;
  readonly resolve: (answer: IncomingMessage) => void;
}

/** Questions that wait for their answers: same response topic, same correlation data. */
export class Requests {
  readonly #waiting = new Set<Waiting>();

  constructor(private readonly clock: Clock) {}

  /**
   * Resolves to the answer to one question.
   * @throws LastwillError DELIVERY_FAILED when no answer came in time.
   */
  expect(responseTopic: string, correlationData: Buffer, timeoutSeconds: number): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const timer = this.clock.schedule(timeoutSeconds * 1000, () => {
        this.#waiting.delete(waiting);
        reject(new LastwillError('DELIVERY_FAILED', `no answer came on ${responseTopic} within ${timeoutSeconds} s`));
      });
      const waiting: Waiting = {
        responseTopic,
        correlationData,
        resolve: (answer) => {
          timer.cancel();
          this.#waiting.delete(waiting);
          resolve(answer);
        },
      };
      this.#waiting.add(waiting);
    });
  }

  /** Hands a message to the question that it answers, if there is one. */
  answered(message: IncomingMessage): void {
    const { topic, correlationData } = message;
    if (correlationData === undefined) return;
    for (const waiting of [...this.#waiting]) {
      if (waiting.responseTopic === topic && waiting.correlationData.equals(correlationData)) waiting.resolve(message);
    }
  }
}
