import type { Clock } from '../presence/clock';
import { LastwillError } from '../presence/errors';
import { matchesTopic } from '../presence/topic';
import type { Qos } from './message';
import type { Acknowledgement } from './mqtt-link';
import { describeReason } from './reason-codes';

/** What subscriptions are made through while a connection stands. */
export interface SubscriptionLink {
  subscribe(filters: ReadonlyMap<string, Qos>): Promise<readonly Acknowledgement[] | undefined>;
  unsubscribe(filters: readonly string[]): Promise<void>;
}

interface Waiting {
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** The topic filters that the device wants, brought back whenever the broker has forgotten them. */
export class Subscriptions {
  readonly #wanted = new Map<string, Qos>();
  readonly #confirmed = new Set<string>();
  readonly #waiting = new Map<string, Waiting[]>();
  #link: SubscriptionLink | undefined;

  constructor(
    private readonly options: { readonly timeoutMilliseconds: number; readonly onTimeout: () => void },
    private readonly clock: Clock,
  ) {}

  /** Resolves when the broker has granted the filter, now or after the next connection. */
  subscribe(filter: string, qos: Qos): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#wanted.set(filter, qos);
      this.#waiting.set(filter, [...(this.#waiting.get(filter) ?? []), { resolve, reject }]);
      if (this.#link !== undefined) void this.#request(this.#link, [filter]);
    });
  }

  /** True when a filter that is wanted matches the topic. */
  covers(topic: string): boolean {
    return [...this.#wanted.keys()].some((filter) => matchesTopic(filter, topic));
  }

  /** Forgets a filter; with a connection the broker is told. */
  async unsubscribe(filter: string): Promise<void> {
    this.#wanted.delete(filter);
    this.#confirmed.delete(filter);
    this.#settle(filter, ({ resolve }) => resolve());
    await this.#link?.unsubscribe([filter]);
  }

  /** Subscribes to what the broker does not know; after a session that was not resumed that is everything. */
  async open(link: SubscriptionLink, session: { readonly resumed: boolean }): Promise<void> {
    this.#link = link;
    if (!session.resumed) this.#confirmed.clear();
    const missing = [...this.#wanted.keys()].filter((filter) => !this.#confirmed.has(filter));
    if (missing.length > 0) await this.#request(link, missing);
  }

  close(): void {
    this.#link = undefined;
  }

  /** Gives up on everything that has not been granted. */
  abandon(why: string): void {
    for (const filter of [...this.#waiting.keys()]) {
      this.#settle(filter, ({ reject }) =>
        reject(new LastwillError('DELIVERY_FAILED', `the subscription to ${filter} was not made: ${why}`)),
      );
    }
  }

  async #request(link: SubscriptionLink, filters: readonly string[]): Promise<void> {
    // AWS IoT Core takes 8 filters in one SUBSCRIBE.
    for (let start = 0; start < filters.length; start += 8) {
      const part = filters.slice(start, start + 8);
      const deadline = this.clock.schedule(this.options.timeoutMilliseconds, this.options.onTimeout);
      const answers = await link.subscribe(new Map(part.map((filter) => [filter, this.#wanted.get(filter) ?? 1])));
      deadline.cancel();
      if (answers === undefined) return;
      for (const [index, filter] of part.entries()) this.#answered(filter, answers[index]);
    }
  }

  #answered(filter: string, answer: Acknowledgement | undefined): void {
    if (answer === undefined) return;
    if (answer.reasonCode < 128) {
      if (this.#wanted.has(filter)) this.#confirmed.add(filter);
      this.#settle(filter, ({ resolve }) => resolve());
      return;
    }
    this.#wanted.delete(filter);
    const words = answer.reasonString === undefined ? '' : `: ${answer.reasonString}`;
    const message = `the broker refused the subscription to ${filter} with reason code ${describeReason(answer.reasonCode)}${words}`;
    this.#settle(filter, ({ reject }) => reject(new LastwillError('OPERATION_REFUSED', message)));
  }

  #settle(filter: string, settle: (waiting: Waiting) => void): void {
    const waiting = this.#waiting.get(filter) ?? [];
    this.#waiting.delete(filter);
    for (const each of waiting) settle(each);
  }
}
