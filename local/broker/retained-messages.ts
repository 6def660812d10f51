import type { Timer } from '../../presence/clock';
import { hasWildcard, matchesTopic } from '../../presence/topic';
import type { OutboundMessage } from './outbound-message';
import type { TimerHeap } from './timer-heap';

interface Stored {
  readonly outbound: OutboundMessage;
  readonly expiry: Timer | undefined;
}

/** The retained message of each topic (3.3.1.3). */
export class RetainedMessages {
  readonly #byTopic = new Map<string, Stored>();
  readonly #timers: TimerHeap;
  readonly #hashMatchesParent: boolean;

  constructor(timers: TimerHeap, options: { readonly hashMatchesParent: boolean }) {
    this.#timers = timers;
    this.#hashMatchesParent = options.hashMatchesParent;
  }

  /** Topics with a retained message. */
  get size(): number {
    return this.#byTopic.size;
  }

  /** Keeps a message in place of its topic's earlier one; an empty payload removes it [MQTT-3.3.1-6]. */
  store(outbound: OutboundMessage, now: number): void {
    const { topic, payload } = outbound.message;
    this.#byTopic.get(topic)?.expiry?.cancel();
    this.#byTopic.delete(topic);
    if (payload.length === 0) return;
    const expiry = Number.isFinite(outbound.expiresAt)
      ? this.#timers.schedule(outbound.expiresAt - now, () => this.#byTopic.delete(topic))
      : undefined;
    this.#byTopic.set(topic, { outbound, expiry });
  }

  /** The retained message of exactly this topic. */
  get(topic: string): OutboundMessage | undefined {
    return this.#byTopic.get(topic)?.outbound;
  }

  /** The retained messages whose topics a filter matches. */
  match(filter: string): OutboundMessage[] {
    if (!hasWildcard(filter)) {
      const exact = this.get(filter);
      return exact === undefined ? [] : [exact];
    }
    const matching = { hashMatchesParent: this.#hashMatchesParent };
    const found: OutboundMessage[] = [];
    for (const [topic, stored] of this.#byTopic) {
      if (matchesTopic(filter, topic, matching)) found.push(stored.outbound);
    }
    return found;
  }

  /** Every retained message. */
  all(): OutboundMessage[] {
    return [...this.#byTopic.values()].map((stored) => stored.outbound);
  }
}
