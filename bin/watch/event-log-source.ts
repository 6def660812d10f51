import { join } from 'node:path';
import type { Clock, Timer } from '../../presence/clock';
import type { Cloud } from '../../presence/lwt-options';
import { type PresenceRow, PresenceTable } from '../../presence/presence-table';
import { devicesOf, type LocalCloud, readLocalCloud, runningLocalCloud } from '../device/local-cloud';
import { readIfPresent } from '../store/store';
import { EventLogReader } from './event-log-reader';
import { FollowedFile } from './followed-file';
import { isObserver } from './observer-name';
import type { PresenceListener, PresenceSource } from './presence-source';

/** Which log is read. */
export interface EventLogSourceOptions {
  readonly cloud: Cloud;
  /** State folder of the embedded cloud. */
  readonly state: string;
  readonly clock: Clock;
}

const LOG_FILE = 'events.ndjson';
const ROTATED_LOG_FILE = 'events.1.ndjson';
const POLL_MILLISECONDS = 200;

/** Watches presence in the event log of the embedded cloud: needs no client, and knows what was before. */
export class EventLogSource implements PresenceSource {
  readonly cloud: Cloud;
  readonly names: ReadonlySet<string>;
  readonly #file: FollowedFile;
  #reader: EventLogReader;
  #startedAt: number;
  #isLost = false;
  #timer: Timer | undefined;

  constructor(private readonly options: EventLogSourceOptions) {
    const { cloud, state } = options;
    const local = readLocalCloud(state);
    this.cloud = cloud;
    this.names = new Set(devicesOf(local, cloud).map(({ name }) => name));
    this.#startedAt = startOf(local);
    this.#reader = new EventLogReader(cloud, this.#startedAt);
    this.#file = new FollowedFile(join(state, LOG_FILE));
  }

  watch(listener: PresenceListener): Promise<never> {
    listener.known(rowsOf(this.#reader, [...rotatedLines(this.options.state), ...this.#file.read()]));
    listener.note(`watching the event log in ${this.options.state}`);
    return new Promise((_resolve, reject) => {
      const poll = (): void => {
        try {
          this.#poll(listener);
          this.#pollLater(poll);
        } catch (error) {
          reject(error);
        }
      };
      this.#pollLater(poll);
    });
  }

  async stop(): Promise<void> {
    this.#timer?.cancel();
    this.#file.close();
  }

  #pollLater(poll: () => void): void {
    this.#timer = this.options.clock.schedule(POLL_MILLISECONDS, poll);
  }

  #poll(listener: PresenceListener): void {
    const running = runningLocalCloud(this.options.state);
    const startedAt = running === undefined ? undefined : startOf(running);
    if (startedAt !== this.#startedAt) this.#lost(listener);
    if (startedAt !== undefined && this.#isLost) this.#again(listener, startedAt);
    for (const line of this.#file.read()) {
      const signal = this.#reader.read(line)?.signal;
      if (signal !== undefined && !isObserver(signal.device)) listener.signal(signal);
    }
  }

  #lost(listener: PresenceListener): void {
    if (this.#isLost) return;
    this.#isLost = true;
    listener.lost();
    listener.note('the embedded cloud has ended; waiting until it runs again');
  }

  #again(listener: PresenceListener, startedAt: number): void {
    this.#isLost = false;
    this.#startedAt = startedAt;
    this.#reader = new EventLogReader(this.cloud, startedAt);
    listener.note(`watching the event log in ${this.options.state} again`);
  }
}

/** What the event log of a running embedded cloud knows of each client; nothing when none runs. */
export function loggedPresence(state: string, cloud: Cloud): readonly PresenceRow[] {
  const running = runningLocalCloud(state);
  if (running === undefined) return [];
  const file = new FollowedFile(join(state, LOG_FILE));
  try {
    return rowsOf(new EventLogReader(cloud, startOf(running)), [...rotatedLines(state), ...file.read()]);
  } finally {
    file.close();
  }
}

function rowsOf(reader: EventLogReader, lines: readonly string[]): readonly PresenceRow[] {
  const table = new PresenceTable();
  for (const line of lines) {
    const told = reader.read(line);
    if (told !== undefined) table.apply(told.signal, told.at);
  }
  return table.rows.filter(({ device }) => !isObserver(device));
}

function rotatedLines(state: string): string[] {
  return readIfPresent(join(state, ROTATED_LOG_FILE))?.split('\n') ?? [];
}

function startOf({ startedAt }: LocalCloud): number {
  // Clients that were waiting for it come back while it is still writing down that it runs.
  return startedAt === undefined ? 0 : Date.parse(startedAt) - 500;
}
