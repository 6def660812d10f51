import type { PresenceViewOptions, WatchedRow } from './presence-view';
import { fitTo, plainBeginning, widthOf } from './terminal-text';

/** How wide the table may be, and when now is. */
export interface LayoutOptions extends PresenceViewOptions {
  readonly columns: number;
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly now: number;
}

/** A table as lines, none of them wider than it may be. */
export interface PresenceLayout {
  readonly head: string;
  readonly lines: readonly string[];
}

type Column = 'cloud' | 'device' | 'state' | 'since' | 'cause';

const GAP = '  ';

/** Below this width the date is left out of times of the last day. */
const NARROW_COLUMNS = 72;
const DAY_MILLISECONDS = 86_400_000;

/** What gives way first when the terminal is narrow, and down to which width; 0 leaves the column out. */
const GIVING_WAY: readonly (readonly [Column, number])[] = [
  ['device', 32],
  ['cause', 32],
  ['device', 16],
  ['cause', 16],
  ['cause', 0],
  ['since', 0],
  ['cloud', 0],
  ['device', 4],
];

/** Sets rows in columns; the device and its state are kept longest. */
export function layOut(rows: readonly WatchedRow[], options: LayoutOptions): PresenceLayout {
  const columns: readonly Column[] = ['cloud', 'device', 'state', 'since', 'cause'];
  const names = columns.filter((column) => column !== 'cloud' || options.namesCloud);
  const cells = rows.map((row) => names.map((column) => cellOf(row, column, options)));
  const natural = names.map((name, index) =>
    Math.max(6, widthOf(name), ...cells.map((row) => widthOf(row[index] as string))),
  );
  const widths = shrink(names, natural, options.columns);
  const line = (texts: readonly string[]): string =>
    fitTo(
      texts.flatMap((text, index) => (widths[index] === 0 ? [] : [fitTo(text, widths[index] as number)])).join(GAP),
      options.columns,
    ).trimEnd();
  return { head: line(names), lines: cells.map(line) };
}

function cellOf(row: WatchedRow, column: Column, options: LayoutOptions): string {
  return column === 'since' ? sinceOf(row, options) : plainBeginning(row[column]);
}

function sinceOf({ since, exact }: WatchedRow, { columns, now }: LayoutOptions): string {
  const text = new Date(since).toISOString().replace('T', ' ').slice(0, 19);
  const isShort = columns < NARROW_COLUMNS && Math.abs(now - since) < DAY_MILLISECONDS;
  return `${exact ? '' : 'before '}${isShort ? text.slice(11) : text}Z`;
}

function shrink(names: readonly Column[], natural: readonly number[], columns: number): readonly number[] {
  const widths = [...natural];
  for (const [name, least] of GIVING_WAY) {
    const index = names.indexOf(name);
    const excess = totalOf(widths) - columns;
    if (index === -1 || excess <= 0) continue;
    const width = (widths[index] as number) - excess;
    widths[index] = Math.min(widths[index] as number, Math.max(least, width));
    // A column of a few characters says nothing.
    if (least === 0 && width < 8) widths[index] = 0;
  }
  return widths;
}

function totalOf(widths: readonly number[]): number {
  const shown = widths.filter((width) => width > 0);
  return shown.reduce((sum, width) => sum + width, GAP.length * (shown.length - 1));
}
