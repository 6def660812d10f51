import type { ScenarioStep } from '../../device';
import type { StampedEntry } from '../../local/event-log';
import type { Reporter } from './scenario';
import { type Seen, Watch } from './watch';

/** Something that a scenario can see: a message at an observer, or an event of the embedded cloud. */
export type Sight = { readonly observer: string; readonly message: SeenMessage } | { readonly entry: StampedEntry };

/** A message at an observer. */
export interface SeenMessage {
  readonly topic: string;
  readonly payload: Buffer;
}

/** A message that should arrive. */
export interface ExpectedMessage {
  readonly what: string;
  readonly topic: string;
  readonly payload: string;
  /** Who should see it. @default - any observer */
  readonly observer?: string;
}

/** An event that should happen. */
export interface ExpectedEvent {
  readonly what: string;
  readonly fits: (entry: StampedEntry) => boolean;
  /** Says more of the event that was seen. */
  readonly detail?: (entry: StampedEntry) => string;
}

/** How long something may take before it counts as not happened. */
const PATIENCE_MILLISECONDS = 10_000;

/** Waits for what a scenario expects and reports it, in the order in which it happened. */
export class Expectations {
  readonly #watch = new Watch<Sight>();
  readonly #reporter: Reporter;

  constructor(reporter: Reporter) {
    this.#reporter = reporter;
  }

  /** Shows an event of the embedded cloud. */
  seeEvent(entry: StampedEntry): void {
    this.#watch.show({ entry });
  }

  /** Shows a message that an observer received. */
  seeMessage(observer: string, message: SeenMessage): void {
    this.#watch.show({ observer, message });
  }

  /** Waits for everything and reports each, the earliest first, with the time since `since`. */
  async expect(since: number, ...expected: readonly (ExpectedMessage | ExpectedEvent)[]): Promise<void> {
    const steps = await Promise.all(
      expected.map((one) => ('fits' in one ? this.#event(since, one) : this.#message(since, one))),
    );
    const inTime = [...steps].sort((a, b) => (a.milliseconds ?? Infinity) - (b.milliseconds ?? Infinity));
    for (const step of inTime) this.#reporter.step(step);
  }

  /** Reports that nothing of a kind was seen since a moment, or what was. */
  expectNothing(what: string, since: number, isUnwanted: (sight: Sight) => boolean): void {
    const unwanted = this.#watch.since(since).filter(({ item }) => isUnwanted(item));
    const seen = unwanted.map(({ item }) => ('entry' in item ? item.entry.type : item.message.topic));
    this.#reporter.step({
      what,
      ok: unwanted.length === 0,
      ...(seen.length === 0 ? {} : { detail: `seen: ${seen.join(', ')}` }),
    });
  }

  /** Reports whether an observer saw messages on exactly these topics since a moment, in this order. */
  expectOrder(what: string, since: number, topics: readonly string[]): void {
    const seen = this.#watch.since(since).flatMap(({ item }) => ('message' in item ? [item.message.topic] : []));
    const ok = seen.join() === topics.join();
    this.#reporter.step({ what, ok, ...(ok ? {} : { detail: `seen: ${seen.join(', ')}` }) });
  }

  /** The first event since a moment that fits, if one was seen. */
  findEvent(since: number, fits: (entry: StampedEntry) => boolean): StampedEntry | undefined {
    const seen = this.#watch.since(since).find(({ item }) => 'entry' in item && fits(item.entry));
    return entryOf(seen);
  }

  async #message(since: number, { what, topic, payload, observer }: ExpectedMessage): Promise<ScenarioStep> {
    const fits = (item: Sight): boolean =>
      'message' in item &&
      (observer === undefined || item.observer === observer) &&
      item.message.topic === topic &&
      item.message.payload.toString() === payload;
    const seen = await this.#until(since, fits);
    return { what, ok: seen !== undefined, detail: topic, ...timeOf(seen, since) };
  }

  async #event(since: number, { what, fits, detail }: ExpectedEvent): Promise<ScenarioStep> {
    const seen = await this.#until(since, (item) => 'entry' in item && fits(item.entry));
    const entry = entryOf(seen);
    const more = entry === undefined || detail === undefined ? {} : { detail: detail(entry) };
    return { what, ok: entry !== undefined, ...more, ...timeOf(seen, since) };
  }

  #until(since: number, fits: (item: Sight) => boolean): Promise<Seen<Sight> | undefined> {
    return this.#watch.until(fits, { since, withinMilliseconds: PATIENCE_MILLISECONDS });
  }
}

function entryOf(seen: Seen<Sight> | undefined): StampedEntry | undefined {
  return seen !== undefined && 'entry' in seen.item ? seen.item.entry : undefined;
}

function timeOf(seen: Seen<Sight> | undefined, since: number): { readonly milliseconds?: number } {
  return seen === undefined ? {} : { milliseconds: seen.at - since };
}
