import { type PatternPiece, patternPieces, TIME_NAMES } from './time-format';
import { instantIn } from './time-zone';

/** What a text says of an instant; months count from 0. */
interface TimeFields {
  year?: number;
  month?: number;
  day?: number;
  dayOfYear?: number;
  hour?: number;
  halfDayHour?: number;
  afternoon?: boolean;
  minute?: number;
  second?: number;
  millisecond?: number;
  zone?: string;
}

interface Reader {
  /** A regular expression without groups for the text. */
  readonly expression: string;
  readonly read: (text: string, fields: TimeFields) => void;
}

const NO_EFFECT = (): void => {};
const ZONE_TEXT = '[A-Za-z][A-Za-z0-9/_+:-]*|[+-]\\d{1,2}(?::?\\d{2})?';

/** @see https://docs.oracle.com/en/java/javase/11/docs/api/java.base/java/time/format/DateTimeFormatter.html */
const READERS: Readonly<Record<string, (count: number) => Reader>> = {
  y: yearReader,
  u: yearReader,
  M: monthReader,
  L: monthReader,
  d: (count) => number(count, (day, fields) => Object.assign(fields, { day })),
  D: (count) => number(count, (dayOfYear, fields) => Object.assign(fields, { dayOfYear }), 3),
  H: (count) => number(count, (hour, fields) => Object.assign(fields, { hour })),
  k: (count) => number(count, (hour, fields) => Object.assign(fields, { hour: hour % 24 })),
  h: (count) => number(count, (hour, fields) => Object.assign(fields, { halfDayHour: hour % 12 })),
  K: (count) => number(count, (hour, fields) => Object.assign(fields, { halfDayHour: hour })),
  m: (count) => number(count, (minute, fields) => Object.assign(fields, { minute })),
  s: (count) => number(count, (second, fields) => Object.assign(fields, { second })),
  S: (count) => ({
    expression: `\\d{${count}}`,
    read: (text, fields) => Object.assign(fields, { millisecond: Math.floor(Number(`0.${text}`) * 1000 + 1e-6) }),
  }),
  a: () => ({
    expression: '[AaPp][Mm]',
    read: (text, fields) => Object.assign(fields, { afternoon: /^p/i.test(text) }),
  }),
  E: (count) => ({
    expression: TIME_NAMES.weekdays.map((day) => (count < 4 ? day.slice(0, 3) : day)).join('|'),
    read: NO_EFFECT,
  }),
  G: () => ({ expression: 'AD', read: NO_EFFECT }),
  V: zoneReader,
  v: zoneReader,
  z: zoneReader,
  O: zoneReader,
  X: offsetReader,
  x: offsetReader,
  Z: offsetReader,
};

/**
 * Reads an instant by a pattern of Java's DateTimeFormatter; without a zone it is UTC, without a time midnight.
 * @returns milliseconds since 1970-01-01T00:00:00Z, `undefined` when pattern or text are wrong.
 */
export function parseTime(text: string, pattern: string): number | undefined {
  const readers = readersOf(pattern);
  if (readers === undefined) return undefined;
  const match = new RegExp(`^${readers.map(({ expression }) => expression).join('')}$`).exec(text);
  if (match === null) return undefined;
  const fields: TimeFields = {};
  const groups = match.slice(1);
  for (const reader of readers.filter(({ read }) => read !== undefined)) {
    const group = groups.shift();
    if (group !== undefined) reader.read?.(group, fields);
  }
  return instantOf(fields);
}

interface PatternReader {
  readonly expression: string;
  readonly read?: Reader['read'];
}

function readersOf(pattern: string): readonly PatternReader[] | undefined {
  const readers: PatternReader[] = [];
  for (const piece of patternPieces(pattern) ?? [UNKNOWN]) {
    const reader = readerOf(piece);
    if (reader === undefined) return undefined;
    readers.push(reader);
  }
  return hasPairedBrackets(readers) ? readers : undefined;
}

/** Stands for a pattern with an open quote: no reader knows it. */
const UNKNOWN: PatternPiece = { letter: '?', text: '' };

function readerOf(piece: PatternPiece): PatternReader | undefined {
  if (piece.letter === undefined) return { expression: literal(piece) };
  const reader = READERS[piece.letter]?.(piece.text.length);
  return reader && { expression: `(${reader.expression})`, read: reader.read };
}

const OPTIONAL_START = '(?:';
const OPTIONAL_END = ')?';

/** Text stands for itself, but `[` and `]` outside quotes enclose what may be absent. */
function literal({ text, quoted }: PatternPiece): string {
  const escaped = text.replace(/[\\^$.*+?(){}|]/g, '\\$&');
  const brackets = quoted === true ? ['\\[', '\\]'] : [OPTIONAL_START, OPTIONAL_END];
  return escaped.replace(/[[\]]/g, (bracket) => brackets[bracket === '[' ? 0 : 1] ?? '');
}

function hasPairedBrackets(readers: readonly PatternReader[]): boolean {
  let open = 0;
  const literals = readers
    .filter(({ read }) => read === undefined)
    .map(({ expression }) => expression.replace(/\\[\s\S]/g, ''));
  for (const [bracket] of literals.join(' ').matchAll(/\(\?:|\)\?/g)) {
    open += bracket === OPTIONAL_START ? 1 : -1;
    if (open < 0) return false;
  }
  return open === 0;
}

function number(count: number, read: (value: number, fields: TimeFields) => void, longest = 2): Reader {
  const digits = count === 1 ? `\\d{1,${longest}}` : `\\d{${count}}`;
  return { expression: digits, read: (text, fields) => read(Number(text), fields) };
}

function yearReader(count: number): Reader {
  if (count === 2) return number(2, (year, fields) => Object.assign(fields, { year: 2000 + year }));
  const expression = count === 1 ? '\\d{1,9}' : `\\d{${count}}`;
  return { expression, read: (text, fields) => Object.assign(fields, { year: Number(text) }) };
}

function monthReader(count: number): Reader {
  if (count < 3) return number(count, (month, fields) => Object.assign(fields, { month: month - 1 }));
  const names = TIME_NAMES.months.map((month) => (count === 3 ? month.slice(0, 3) : month));
  return { expression: names.join('|'), read: (text, fields) => Object.assign(fields, { month: names.indexOf(text) }) };
}

function zoneReader(): Reader {
  return { expression: ZONE_TEXT, read: (text, fields) => Object.assign(fields, { zone: text }) };
}

function offsetReader(): Reader {
  const expression = 'Z|(?:GMT)?[+-]\\d{1,2}(?::?\\d{2})?';
  return { expression, read: (text, fields) => Object.assign(fields, { zone: text }) };
}

function instantOf(fields: TimeFields): number | undefined {
  const { year, zone, minute = 0, second = 0, millisecond = 0 } = fields;
  const date = dateOf(fields);
  const hour = hourOf(fields);
  if (year === undefined || date === undefined || hour > 23 || minute > 59 || second > 59) return undefined;
  const local = date + ((hour * 60 + minute) * 60 + second) * 1000 + millisecond;
  return instantIn(zone ?? 'UTC', local);
}

function dateOf({ year = 0, month, day, dayOfYear }: TimeFields): number | undefined {
  const date = new Date(0);
  if (dayOfYear !== undefined) date.setUTCFullYear(year, 0, dayOfYear);
  else if (month === undefined || day === undefined) return undefined;
  else date.setUTCFullYear(year, month, day);
  const kept =
    dayOfYear !== undefined
      ? date.getUTCFullYear() === year
      : date.getUTCMonth() === month && date.getUTCDate() === day;
  return kept && Number.isFinite(date.getTime()) ? date.getTime() : undefined;
}

function hourOf({ hour, halfDayHour, afternoon }: TimeFields): number {
  if (hour !== undefined) return hour;
  return (halfDayHour ?? 0) + (afternoon === true ? 12 : 0);
}
