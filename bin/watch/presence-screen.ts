import type { Clock, Timer } from '../../presence/clock';
import type { PresenceRow } from '../../presence/presence-table';
import type { Style } from '../style';
import { layOut } from './presence-columns';
import { keyOf, type Output, type PresenceView, type PresenceViewOptions, type WatchedRow } from './presence-view';
import { fitTo, plainBeginning } from './terminal-text';

/** Lines that the table leaves besides the notes: its head, the counts, and the one on which the cursor stands. */
const OTHER_LINES = 3;

/** The latest notes that are shown: one for each cloud, and what was refused. */
const SHOWN_NOTES = 3;

/** A storm of changes draws the table this often, not once for each of them. */
const REDRAW_MILLISECONDS = 150;

/** A second screen, so that what was on the first comes back: what editors and pagers use. */
const ENTER = '\u001b[?1049h';
const LEAVE = '\u001b[?1049l';
const HOME = '\u001b[H';
const CLEAR_LINE = '\u001b[K';
const CLEAR_BELOW = '\u001b[J';

const STATES: readonly PresenceRow['state'][] = ['connected', 'disconnected', 'refused', 'unknown'];

const BY_NAME = new Intl.Collator('en', { numeric: true });

/** One table, drawn anew with each change and each change of the terminal's size; the last one stays when it closes. */
export class PresenceScreen implements PresenceView {
  readonly #rows = new Map<string, WatchedRow>();
  readonly #leave = (): void => this.#leaveScreen();
  readonly #resized = (): void => this.#drawSoon();
  #notes: readonly string[] = [];
  #isEntered = false;
  #timer: Timer | undefined;
  #drawnAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly terminal: Output,
    private readonly style: Style,
    private readonly clock: Clock,
    private readonly options: PresenceViewOptions,
  ) {
    terminal.on?.('resize', this.#resized);
  }

  expected(rows: readonly WatchedRow[]): void {
    for (const row of rows) this.#rows.set(keyOf(row), row);
    this.#drawSoon();
  }

  changed(row: WatchedRow): void {
    this.#rows.set(keyOf(row), row);
    this.#drawSoon();
  }

  note(text: string): void {
    this.#notes = [...this.#notes.filter((note) => note !== text), text].slice(-SHOWN_NOTES);
    this.#drawSoon();
  }

  close(): void {
    this.terminal.off?.('resize', this.#resized);
    this.#timer?.cancel();
    this.#timer = undefined;
    if (!this.#isEntered) return;
    this.#leaveScreen();
    this.terminal.write(`${this.#lines().join('\n')}\n`);
  }

  #drawSoon(): void {
    if (this.#timer !== undefined) return;
    const wait = this.#drawnAt + REDRAW_MILLISECONDS - this.clock.now();
    if (wait <= 0) this.#draw();
    else this.#timer = this.clock.schedule(wait, () => this.#draw());
  }

  #draw(): void {
    this.#timer = undefined;
    this.#drawnAt = this.clock.now();
    const lines = this.#lines().map((line) => `${line}${CLEAR_LINE}\n`);
    this.terminal.write(`${this.#enterScreen()}${HOME}${lines.join('')}${CLEAR_BELOW}`);
  }

  /** However the process ends, the terminal gets its first screen back. */
  #enterScreen(): string {
    if (this.#isEntered) return '';
    this.#isEntered = true;
    process.once('exit', this.#leave);
    return ENTER;
  }

  #leaveScreen(): void {
    process.off('exit', this.#leave);
    if (this.#isEntered) this.terminal.write(LEAVE);
    this.#isEntered = false;
  }

  #lines(): string[] {
    // A terminal of unknown size says 0.
    const height = this.terminal.rows || 24;
    const columns = (this.terminal.columns || 80) - 1;
    const rows = [...this.#rows.values()];
    const shown = mostTelling(rows, Math.max(1, height - OTHER_LINES - this.#notes.length));
    const { head, lines } = layOut(shown, { ...this.options, columns, now: this.clock.now() });
    const table = lines.map((line, index) => this.#paint(line, shown[index] as WatchedRow));
    const counts = fitTo(countsOf(rows, rows.length - shown.length), columns).trimEnd();
    const notes = this.#notes.map((note) => fitTo(plainBeginning(note), columns).trimEnd());
    const below = [counts, ...notes].map((text) => this.style.dim(text));
    return [this.style.bold(head), ...table, ...below].slice(0, Math.max(1, height - 1));
  }

  #paint(text: string, { state }: WatchedRow): string {
    if (state === 'connected') return this.style.green(text);
    return state === 'disconnected' ? this.style.red(text) : this.style.yellow(text);
  }
}

/** Whoever is gone matters most where not everybody fits, the latest first; then the others by name. */
function mostTelling(rows: readonly WatchedRow[], count: number): WatchedRow[] {
  const byName = (left: WatchedRow, right: WatchedRow): number => BY_NAME.compare(left.device, right.device);
  const of = (...states: readonly PresenceRow['state'][]) => rows.filter(({ state }) => states.includes(state));
  const gone = of('disconnected', 'refused').sort((left, right) => right.since - left.since || byName(left, right));
  if (gone.length >= count) return gone.slice(0, count);
  const others = [...of('unknown').sort(byName), ...of('connected').sort(byName)];
  return [...gone, ...others].slice(0, count);
}

function countsOf(rows: readonly WatchedRow[], hidden: number): string {
  const counts = STATES.map((state) => ({ state, count: rows.filter((row) => row.state === state).length }))
    .filter(({ state, count }) => count > 0 || state === 'connected')
    .map(({ state, count }) => `${count} ${state}`);
  return `${counts.join(', ')}${hidden === 0 ? '' : `; ${hidden} more not shown`}`;
}
