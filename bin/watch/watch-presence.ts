import type { Clock } from '../../presence/clock';
import type { PresenceSignal } from '../../presence/presence-signal';
import { type PresenceRow, PresenceTable } from '../../presence/presence-table';
import { nameFlags } from '../device/flags';
import type { PresenceListener, PresenceSource } from './presence-source';
import type { PresenceView } from './presence-view';

/** What is watched, and where it is shown. */
interface Watching {
  readonly sources: readonly PresenceSource[];
  readonly view: PresenceView;
  readonly clock: Clock;
  /** Resolves when a person asks for the end. */
  readonly interrupted: Promise<void>;
}

/**
 * Shows presence until a person asks for the end.
 * @throws LastwillError CONNECTION_FAILED, CONNECTION_REFUSED; OPERATION_REFUSED when not one topic may be watched.
 * @public loaded where it is needed
 */
export async function watchPresence({ sources, view, clock, interrupted }: Watching): Promise<void> {
  const watched = sources.map((source) => {
    const presence = new CloudPresence(source, view, clock, sources.length > 1);
    presence.expect();
    return source.watch(presence);
  });
  try {
    await Promise.race([interrupted, Promise.all(watched)]);
  } catch (error) {
    throw nameFlags(error);
  } finally {
    await Promise.allSettled(sources.map((source) => source.stop()));
    view.close();
  }
}

/** What is known of the devices of one cloud. */
class CloudPresence implements PresenceListener {
  readonly #table = new PresenceTable();

  constructor(
    private readonly source: PresenceSource,
    private readonly view: PresenceView,
    private readonly clock: Clock,
    private readonly namesCloud: boolean,
  ) {}

  expect(): void {
    this.#table.expect(this.source.names, this.clock.now());
    this.view.expected(this.#table.rows.map((row) => ({ ...row, cloud: this.source.cloud })));
  }

  signal(signal: PresenceSignal): void {
    const wasFull = this.#table.isFull;
    const row = this.#table.apply(signal, this.clock.now());
    if (row !== undefined) this.#show([row]);
    if (this.#table.isFull && !wasFull) this.note('there are too many devices: others are not shown');
  }

  known(rows: readonly PresenceRow[]): void {
    this.#show(rows.filter((row) => this.#table.adopt(row)));
  }

  lost(): void {
    this.#show(this.#table.lost(this.clock.now()));
  }

  note(text: string): void {
    this.view.note(this.namesCloud ? `${this.source.cloud}: ${text}` : text);
  }

  #show(rows: readonly PresenceRow[]): void {
    for (const row of rows) this.view.changed({ ...row, cloud: this.source.cloud });
  }
}
