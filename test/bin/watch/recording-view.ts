import type { PresenceView, WatchedRow } from '../../../bin/watch/presence-view';

/** Keeps what it is shown. */
export class RecordingView implements PresenceView {
  readonly changes: WatchedRow[] = [];
  readonly notes: string[] = [];
  #waiting: (() => void)[] = [];
  readonly #rows = new Map<string, WatchedRow>();

  expected(rows: readonly WatchedRow[]): void {
    for (const row of rows) this.#rows.set(row.device, row);
  }

  changed(row: WatchedRow): void {
    this.changes.push(row);
    this.#rows.set(row.device, row);
    this.#wake();
  }

  note(text: string): void {
    this.notes.push(text);
    this.#wake();
  }

  close(): void {
    // Everything has been kept.
  }

  /** The table as it stands: device, state and cause of each row, by name. */
  rows(): string[] {
    return [...this.#rows.values()].map(({ device, state, cause }) => `${device} ${state} ${cause}`).sort();
  }

  /** Resolves as soon as a note or a row fits. */
  async until(pattern: RegExp): Promise<void> {
    while (![...this.notes, ...this.rows()].some((text) => pattern.test(text))) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }
}
