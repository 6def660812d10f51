import type { Clock, Timer } from '../../presence/clock';
import { keyOf, type Output, type PresenceView, type PresenceViewOptions, type WatchedRow } from './presence-view';
import { plain } from './terminal-text';

/** Options of {@link PresenceLines}. */
export interface PresenceLinesOptions extends PresenceViewOptions {
  readonly json: boolean;
}

/**
 * For so long a change waits for what else is told of it: a will and the lifecycle event of the same end come within
 * milliseconds, in either order, and are one line.
 */
const SETTLING_MILLISECONDS = 300;

/** One line for each change; as JSON, one object for each. Notes go to `notes`. */
export class PresenceLines implements PresenceView {
  readonly #settling = new Map<string, WatchedRow>();
  #timer: Timer | undefined;

  constructor(
    private readonly output: Output,
    private readonly notes: Output,
    private readonly clock: Clock,
    private readonly options: PresenceLinesOptions,
  ) {}

  expected(): void {
    // A device of which nothing was heard has not changed.
  }

  changed(row: WatchedRow): void {
    const key = keyOf(row);
    const settling = this.#settling.get(key);
    if (settling !== undefined && settling.state !== row.state) this.#flush();
    this.#settling.set(key, row);
    this.#timer ??= this.clock.schedule(SETTLING_MILLISECONDS, () => this.#flush());
  }

  note(text: string): void {
    this.notes.write(`${plain(text)}\n`);
  }

  close(): void {
    this.#flush();
  }

  #flush(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    const lines = [...this.#settling.values()].map((row) => `${this.#line(row)}\n`);
    this.#settling.clear();
    if (lines.length > 0) this.output.write(lines.join(''));
  }

  #line(row: WatchedRow): string {
    const since = new Date(row.since).toISOString();
    if (this.options.json) return JSON.stringify({ ...row, since });
    const cloud = this.options.namesCloud ? `${row.cloud}  ` : '';
    return plain(`${row.exact ? '' : 'before '}${since}  ${cloud}${row.device}  ${row.state}  ${row.cause}`);
  }
}
