import type { Clock } from '../presence/clock';
import type { Cloud } from '../presence/lwt-options';
import type { EventLog, LogEntry, StampedEntry } from './event-log';

/** Somebody who wants every event as it happens. */
export type EventListener = (entry: StampedEntry) => void;

/** Stamps what the rooms of one engine write and hands it to whoever listens: the file, a timeline, a test. */
export class Journal {
  readonly #clock: Clock;
  readonly #listeners: EventListener[];

  constructor(clock: Clock, listeners: readonly EventListener[]) {
    this.#clock = clock;
    this.#listeners = [...listeners];
  }

  /** The event log of one cloud. */
  of(cloud: Cloud): EventLog {
    return { write: (entry) => this.#write(cloud, entry) };
  }

  #write(cloud: Cloud, entry: LogEntry): void {
    const stamped = { time: this.#clock.now(), cloud, ...entry };
    for (const listener of this.#listeners) listener(stamped);
  }
}
