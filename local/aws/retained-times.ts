import type { Clock } from '../../presence/clock';
import type { Message } from '../ports';

/** When the retained message of each topic came. */
export class RetainedTimes {
  readonly #byTopic = new Map<string, number>();

  constructor(private readonly clock: Clock) {}

  /** Takes note of a message that was published. */
  accept({ topic, retain, payload }: Message): void {
    if (!retain) return;
    if (payload.length === 0) this.#byTopic.delete(topic);
    else this.#byTopic.set(topic, this.clock.now());
  }

  /** Milliseconds since 1970; now when it is not known. */
  storedAt(topic: string): number {
    return this.#byTopic.get(topic) ?? this.clock.now();
  }
}
