import type { Decision } from '../ports';

/**
 * The last decisions of one connection by topic. It is made when the first decision is taken, and when it is full
 * the oldest goes: a client that walks through topics costs no more than its share.
 */
export class DecisionCache {
  readonly #limit: number;
  #decisions: Map<string, Decision> | undefined;

  /** @param limit most decisions that are kept */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** The decision that was taken, or takes it. */
  decide(topic: string, take: (topic: string) => Decision): Decision {
    this.#decisions ??= new Map();
    const known = this.#decisions.get(topic);
    if (known !== undefined) return known;
    const decision = take(topic);
    if (this.#decisions.size >= this.#limit) {
      const oldest = this.#decisions.keys().next();
      if (oldest.done !== true) this.#decisions.delete(oldest.value);
    }
    this.#decisions.set(topic, decision);
    return decision;
  }

  /** Forgets everything. */
  clear(): void {
    this.#decisions = undefined;
  }
}
