import type { Cloud } from '../../presence/lwt-options';
import type { PresenceSignal } from '../../presence/presence-signal';
import type { PresenceRow } from '../../presence/presence-table';

/** Hears what a {@link PresenceSource} sees. */
export interface PresenceListener {
  signal(signal: PresenceSignal): void;
  /** What the source knows from before it watched. */
  known(rows: readonly PresenceRow[]): void;
  /** From now on changes may be missed. */
  lost(): void;
  /** What a person should know. */
  note(text: string): void;
}

/** Something that sees who comes and goes in one cloud. */
export interface PresenceSource {
  readonly cloud: Cloud;
  /** Names of devices that exist, where they are known beforehand. */
  readonly names: ReadonlySet<string>;
  /**
   * Watches until it is stopped; rejects when it cannot go on.
   * @throws LastwillError CONNECTION_FAILED, CONNECTION_REFUSED, OPERATION_REFUSED
   */
  watch(listener: PresenceListener): Promise<void>;
  stop(): Promise<void>;
}
