import type { PresenceRow } from '../../presence/presence-table';
import type { Style } from '../style';

/** Where presence is shown. */
export interface PresenceView {
  /** A device's presence has changed. */
  changed(row: PresenceRow, rows: readonly PresenceRow[]): void;
  /** What a person should know besides. */
  note(text: string): void;
}

/** A terminal, or what is none: standard output and standard error. */
export interface Output {
  readonly write: (text: string) => void;
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
}

/** One line for each change; as JSON, one object for each. Notes go to `notes`. */
export class PresenceLines implements PresenceView {
  constructor(
    private readonly output: Output,
    private readonly notes: Output,
    private readonly options: { readonly json: boolean },
  ) {}

  changed(row: PresenceRow): void {
    const since = new Date(row.since).toISOString();
    const line = this.options.json
      ? JSON.stringify({ ...row, since })
      : plain(`${row.exact ? '' : 'before '}${since}  ${row.device}  ${row.state}  ${row.cause}`);
    this.output.write(`${line}\n`);
  }

  note(text: string): void {
    this.notes.write(`${plain(text)}\n`);
  }
}

/** Lines that the table keeps free: its head, what does not fit and the note. */
const OTHER_LINES = 4;

/** One table, drawn anew with each change. */
export class PresenceScreen implements PresenceView {
  #drawn = 0;
  #rows: readonly PresenceRow[] = [];
  #note = '';

  constructor(
    private readonly terminal: Output,
    private readonly style: Style,
  ) {}

  changed(_row: PresenceRow, rows: readonly PresenceRow[]): void {
    this.#rows = rows;
    this.#draw();
  }

  note(text: string): void {
    this.#note = text;
    this.#draw();
  }

  #draw(): void {
    const lines = this.#lines();
    const back = this.#drawn === 0 ? '' : `\u001b[${this.#drawn}A\u001b[0J`;
    this.terminal.write(`${back}${lines.join('\n')}\n`);
    this.#drawn = lines.length;
  }

  #lines(): string[] {
    const room = Math.max(1, (this.terminal.rows ?? 24) - OTHER_LINES);
    // Whoever is gone matters most where not everybody fits.
    const gone = this.#rows.filter(({ state }) => state !== 'connected');
    const shown = [...gone, ...this.#rows.filter(({ state }) => state === 'connected')].slice(0, room);
    const cells = shown.map((row) => [row.device, row.state, sinceOf(row), row.cause].map(plain));
    const widths = [0, 1, 2].map((column) => Math.max(6, ...cells.map((row) => (row[column] as string).length)));
    const line = (row: readonly string[]): string =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .slice(0, (this.terminal.columns ?? 80) - 1);
    const table = cells.map((row, index) => this.#paint(line(row), shown[index] as PresenceRow));
    const hidden = this.#rows.length - shown.length;
    const connected = this.#rows.length - gone.length;
    const summary = `${connected} connected, ${gone.length} not${hidden === 0 ? '' : `; ${hidden} more not shown`}`;
    const head = this.style.bold(line(['device', 'state', 'since', 'cause']));
    return [head, ...table, this.style.dim(shorten(`${summary}. ${this.#note}`, this.terminal.columns))];
  }

  #paint(text: string, { state }: PresenceRow): string {
    if (state === 'connected') return this.style.green(text);
    return state === 'refused' ? this.style.yellow(text) : this.style.red(text);
  }
}

function shorten(text: string, columns = 80): string {
  return plain(text).slice(0, columns - 1);
}

function sinceOf({ since, exact }: PresenceRow): string {
  const text = new Date(since).toISOString().replace('T', ' ').slice(0, 19);
  return exact ? `${text}Z` : `before ${text}Z`;
}

/** Names and topics come from outside: nothing in them may steer the terminal. */
function plain(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, '\u{FFFD}');
}
