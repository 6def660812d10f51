import { closeSync, openSync, renameSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { StampedEntry } from '../event-log';
import { makeFolder } from './files';

/** Payloads are logged up to this many bytes. */
const LOGGED_PAYLOAD_BYTES = 1024;

/** Options of {@link EventLogFile}. */
export interface EventLogFileOptions {
  /** The state folder; the log is `events.ndjson` in it. */
  readonly directory: string;
  /** Bytes after which the log is renamed to `events.1.ndjson`, replacing an older one. @default 16 MiB */
  readonly maximumBytes?: number;
}

/**
 * `events.ndjson`: one line per event. A line is written before `write` returns, so before the event's effect can be
 * seen from outside.
 */
export class EventLogFile {
  readonly #path: string;
  readonly #rotatedPath: string;
  readonly #maximumBytes: number;
  #descriptor: number;
  #bytes: number;

  constructor(options: EventLogFileOptions) {
    makeFolder(options.directory);
    this.#path = join(options.directory, 'events.ndjson');
    this.#rotatedPath = join(options.directory, 'events.1.ndjson');
    this.#maximumBytes = options.maximumBytes ?? 16 * 1024 * 1024;
    this.#descriptor = openSync(this.#path, 'a', 0o600);
    this.#bytes = statSync(this.#path).size;
  }

  write(entry: StampedEntry): void {
    const line = Buffer.from(`${eventLine(entry)}\n`);
    if (this.#bytes > 0 && this.#bytes + line.length > this.#maximumBytes) this.#rotate();
    writeSync(this.#descriptor, line);
    this.#bytes += line.length;
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  #rotate(): void {
    closeSync(this.#descriptor);
    renameSync(this.#path, this.#rotatedPath);
    this.#descriptor = openSync(this.#path, 'a', 0o600);
    this.#bytes = 0;
  }
}

/** The line of an event, without its newline. Text payloads are written as text, others as `payloadBase64`. */
export function eventLine(entry: StampedEntry): string {
  const { time, cloud, type, payload, details, ...named } = entry;
  return JSON.stringify({
    time: new Date(time).toISOString(),
    cloud,
    type,
    ...named,
    ...details,
    ...loggedPayload(payload),
  });
}

function loggedPayload(payload: Buffer | undefined): Record<string, unknown> {
  if (payload === undefined) return {};
  const cut = payload.subarray(0, LOGGED_PAYLOAD_BYTES);
  const truncated = cut.length < payload.length ? { payloadBytes: payload.length } : {};
  const text = textOf(cut, cut.length < payload.length);
  return text === undefined ? { payloadBase64: cut.toString('base64'), ...truncated } : { payload: text, ...truncated };
}

function textOf(bytes: Buffer, mayEndInsideCharacter: boolean): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: mayEndInsideCharacter });
  } catch {
    return undefined;
  }
}
