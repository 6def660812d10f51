import type { Timer } from '../../presence/clock';
import type { OutboundMessage } from './outbound-message';
import type { TimerHeap } from './timer-heap';
import { TopicTree } from './topic-tree';

interface Stored {
  readonly outbound: OutboundMessage;
  readonly expiry: Timer | undefined;
}

/** The retained message of each topic (3.3.1.3). */
export class RetainedMessages {
  readonly #stored: TopicTree<Stored>;
  readonly #timers: TimerHeap;

  constructor(timers: TimerHeap, options: { readonly hashMatchesParent: boolean }) {
    this.#timers = timers;
    this.#stored = new TopicTree(options);
  }

  /** Keeps a message in place of its topic's earlier one; an empty payload removes it [MQTT-3.3.1-6]. */
  store(outbound: OutboundMessage, now: number): void {
    const { topic, payload } = outbound.message;
    this.#stored.get(topic)?.expiry?.cancel();
    if (payload.length === 0) {
      this.#stored.delete(topic);
      return;
    }
    const expiry = Number.isFinite(outbound.expiresAt)
      ? this.#timers.schedule(outbound.expiresAt - now, () => this.#stored.delete(topic))
      : undefined;
    this.#stored.set(topic, { outbound, expiry });
  }

  /** The retained message of exactly this topic. */
  get(topic: string): OutboundMessage | undefined {
    return this.#stored.get(topic)?.outbound;
  }

  /** The retained messages whose topics a filter matches. */
  match(filter: string): OutboundMessage[] {
    return this.#stored.match(filter).map(({ outbound }) => outbound);
  }

  /** Every retained message. */
  all(): OutboundMessage[] {
    return this.#stored.all().map(({ outbound }) => outbound);
  }
}
