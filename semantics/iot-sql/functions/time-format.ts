import { offsetText, zoneName, zoneOffset } from './time-zone';

const DAY = 86_400_000;
const LATEST_EPOCH_MILLISECONDS = 8_640_000_000_000_000 - DAY;

const MONTHS = 'January February March April May June July August September October November December'.split(' ');
const WEEKDAYS = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ');

/** The English names that patterns write and read; a short name is the first three letters. */
export const TIME_NAMES = { months: MONTHS, weekdays: WEEKDAYS } as const;

/** A time as a zone's clocks show it: a Date whose UTC fields are the local ones. */
interface LocalTime {
  readonly local: Date;
  readonly epochMilliseconds: number;
  readonly zone: string;
  readonly offset: number;
}

type Field = (time: LocalTime, count: number) => string;

/** @see https://www.joda.org/joda-time/apidocs/org/joda/time/format/DateTimeFormat.html */
const FIELDS: Readonly<Record<string, Field>> = {
  G: ({ local }) => (local.getUTCFullYear() > 0 ? 'AD' : 'BC'),
  C: ({ local }, count) => pad(Math.floor(yearOfEra(local) / 100), count),
  Y: ({ local }, count) => year(yearOfEra(local), count),
  y: ({ local }, count) => year(local.getUTCFullYear(), count),
  x: ({ local }, count) => year(isoWeek(local).year, count),
  w: ({ local }, count) => pad(isoWeek(local).week, count),
  e: ({ local }, count) => pad(local.getUTCDay() || 7, count),
  E: ({ local }, count) => name(WEEKDAYS[local.getUTCDay()] ?? '', count),
  D: ({ local }, count) => pad(dayOfYear(local), count),
  M: ({ local }, count) =>
    count < 3 ? pad(local.getUTCMonth() + 1, count) : name(MONTHS[local.getUTCMonth()] ?? '', count),
  d: ({ local }, count) => pad(local.getUTCDate(), count),
  a: ({ local }) => (local.getUTCHours() < 12 ? 'AM' : 'PM'),
  K: ({ local }, count) => pad(local.getUTCHours() % 12, count),
  h: ({ local }, count) => pad(local.getUTCHours() % 12 || 12, count),
  H: ({ local }, count) => pad(local.getUTCHours(), count),
  k: ({ local }, count) => pad(local.getUTCHours() || 24, count),
  m: ({ local }, count) => pad(local.getUTCMinutes(), count),
  s: ({ local }, count) => pad(local.getUTCSeconds(), count),
  S: ({ local }, count) => pad(local.getUTCMilliseconds(), 3).padEnd(count, '0').slice(0, count),
  z: ({ zone, epochMilliseconds }, count) => zoneName(zone, epochMilliseconds, count < 4 ? 'short' : 'long'),
  Z: ({ zone, offset }, count) => (count > 2 ? zone : offsetText(offset, count === 2 ? ':' : '')),
};

/**
 * Writes an instant by a Joda-Time pattern.
 * @returns `undefined` for an unknown letter, an unknown zone, an open quote or an instant that a date cannot hold.
 */
export function formatTime(pattern: string, epochMilliseconds: number, zone: string): string | undefined {
  if (Math.abs(epochMilliseconds) > LATEST_EPOCH_MILLISECONDS) return undefined;
  const offset = zoneOffset(zone, epochMilliseconds);
  const pieces = patternPieces(pattern);
  if (offset === undefined || pieces === undefined) return undefined;
  const time = { local: new Date(epochMilliseconds + offset), epochMilliseconds, zone, offset };
  const texts = pieces.map((piece) =>
    piece.letter === undefined ? piece.text : FIELDS[piece.letter]?.(time, piece.text.length),
  );
  return texts.includes(undefined) ? undefined : texts.join('');
}

/** A run of one letter, or text that stands for itself. */
export interface PatternPiece {
  readonly letter?: string;
  readonly text: string;
  /** Whether the text stood in quotes, where no character has a meaning. */
  readonly quoted?: true;
}

/** Cuts a pattern; text in single quotes stands for itself and `''` for a quote. `undefined` for an open quote. */
export function patternPieces(pattern: string): readonly PatternPiece[] | undefined {
  const pieces: PatternPiece[] = [];
  for (const [piece] of pattern.matchAll(/''|'(?:[^']|'')+'|([A-Za-z])\1*|[^A-Za-z']+|'/g)) {
    if (piece === "'") return undefined;
    pieces.push(pieceOf(piece));
  }
  return pieces;
}

function pieceOf(piece: string): PatternPiece {
  if (piece === "''") return { text: "'", quoted: true };
  if (piece.startsWith("'")) return { text: piece.slice(1, -1).replaceAll("''", "'"), quoted: true };
  return /^[A-Za-z]/.test(piece) ? { letter: piece.charAt(0), text: piece } : { text: piece };
}

function pad(number: number, count: number): string {
  return String(number).padStart(count, '0');
}

function name(full: string, count: number): string {
  return count < 4 ? full.slice(0, 3) : full;
}

function year(number: number, count: number): string {
  return count === 2 ? pad(Math.abs(number) % 100, 2) : pad(number, count);
}

function yearOfEra(date: Date): number {
  const number = date.getUTCFullYear();
  return number > 0 ? number : 1 - number;
}

function dayOfYear(date: Date): number {
  return Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / DAY) + 1;
}

/** ISO 8601: a week belongs to the year that holds its Thursday. */
function isoWeek(date: Date): { readonly year: number; readonly week: number } {
  const thursday = new Date(date.getTime() + (4 - (date.getUTCDay() || 7)) * DAY);
  return { year: thursday.getUTCFullYear(), week: Math.ceil(dayOfYear(thursday) / 7) };
}
