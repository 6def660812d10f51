import type { Cloud } from '../../presence/lwt-options';
import type { PresenceRow } from '../../presence/presence-table';

/** What is known of one device, and in which cloud. */
export interface WatchedRow extends PresenceRow {
  readonly cloud: Cloud;
}

/** Where presence is shown. */
export interface PresenceView {
  /** Devices that exist, before anything was told of them. */
  expected(rows: readonly WatchedRow[]): void;
  /** A device's presence has changed. */
  changed(row: WatchedRow): void;
  /** What a person should know besides. */
  note(text: string): void;
  /** Shows what is still to be shown; nothing follows. */
  close(): void;
}

/** How presence is shown. */
export interface PresenceViewOptions {
  /** Whether it is said of each device in which cloud it is. */
  readonly namesCloud: boolean;
}

/** A terminal, or what is none: standard output and standard error. */
export interface Output {
  readonly write: (text: string) => void;
  readonly columns?: number;
  readonly rows?: number;
  /** A terminal says when its size changes. */
  readonly on?: (event: 'resize', listener: () => void) => unknown;
  readonly off?: (event: 'resize', listener: () => void) => unknown;
}

/** Tells devices of the same name in two clouds apart. */
export function keyOf({ cloud, device }: WatchedRow): string {
  return `${cloud}/${device}`;
}
