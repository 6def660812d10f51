import type { Cloud } from '../presence/lwt-options';

/** The types of event that the embedded cloud logs. */
export type LogEntryType =
  | 'connect'
  | 'disconnect'
  | 'refused'
  | 'subscribe'
  | 'publish'
  | 'deliver'
  | 'will'
  | 'rule'
  | 'action'
  | 'email'
  | 'warning';

/** One line of `events.ndjson`. */
export interface LogEntry {
  readonly type: LogEntryType;
  readonly clientId?: string;
  readonly principal?: string;
  readonly topic?: string;
  readonly action?: string;
  readonly resource?: string;
  readonly decision?: 'allowed' | 'denied';
  readonly reason?: string;
  /** AWS: the deciding or nearest policy statement. */
  readonly statement?: string;
  /** Azure: the nearest topic template or permission binding. */
  readonly template?: string;
  /** Cut at 1 KB when written. */
  readonly payload?: Buffer;
  /** What else belongs to the event, e.g. `rule`, `cause`, `sessionId`. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/** An entry with its time and the cloud that it happened in. */
export interface StampedEntry extends LogEntry {
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly time: number;
  readonly cloud: Cloud;
}

/** Where the rooms of the embedded cloud write what they do. An entry is written before its effect can be seen from outside. */
export interface EventLog {
  write(entry: LogEntry): void;
}
