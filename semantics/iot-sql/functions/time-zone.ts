/** A Date holds no more. */
const LATEST_EPOCH_MILLISECONDS = 8_640_000_000_000_000;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const OFFSET = /^(?:UTC|GMT|UT)?([+-])(\d{1,2})(?::?(\d{2}))?(?::?\d{2})?$/;

/** Abbreviations that stand for a region with its summer time. */
const ABBREVIATIONS: Readonly<Record<string, string>> = {
  Z: 'UTC',
  UT: 'UTC',
  EST: 'America/New_York',
  EDT: 'America/New_York',
  CST: 'America/Chicago',
  CDT: 'America/Chicago',
  MST: 'America/Denver',
  MDT: 'America/Denver',
  PST: 'America/Los_Angeles',
  PDT: 'America/Los_Angeles',
  CET: 'Europe/Paris',
  CEST: 'Europe/Paris',
  BST: 'Europe/London',
  JST: 'Asia/Tokyo',
};

/** Milliseconds that a zone's clocks are ahead of UTC at an instant; `undefined` when there is no such zone. */
export function zoneOffset(zone: string, epochMilliseconds: number): number | undefined {
  if (Math.abs(epochMilliseconds) > LATEST_EPOCH_MILLISECONDS) return undefined;
  const name = ABBREVIATIONS[zone] ?? zone;
  if (name === 'UTC' || name === 'GMT') return 0;
  const match = OFFSET.exec(name);
  if (match !== null) return fixedOffset(match);
  const format = formatIn(name, { timeZoneName: 'longOffset' });
  const text = format && partOf(format, epochMilliseconds, 'timeZoneName');
  if (text === undefined) return undefined;
  const offset = OFFSET.exec(text);
  return offset === null ? 0 : fixedOffset(offset);
}

/** The instant at which a zone's clocks show a time, given as if it were UTC. */
export function instantIn(zone: string, localMilliseconds: number): number | undefined {
  const guess = zoneOffset(zone, localMilliseconds);
  if (guess === undefined) return undefined;
  const offset = zoneOffset(zone, localMilliseconds - guess) ?? guess;
  return localMilliseconds - offset;
}

/** Where people speak English in different zones: each locale knows the abbreviations of its own. */
const LOCALES = ['en-US', 'en-GB', 'en-AU', 'en-IN'] as const;

/** A zone's name at an instant, e.g. `CST` or `Central Standard Time`; its offset where no abbreviation is known. */
export function zoneName(zone: string, epochMilliseconds: number, length: 'short' | 'long'): string {
  const name = ABBREVIATIONS[zone] ?? zone;
  if (name === 'UTC' && length === 'short') return 'UTC';
  const names = LOCALES.map((locale) => {
    const format = formatIn(name, { timeZoneName: length }, locale);
    return format && partOf(format, epochMilliseconds, 'timeZoneName');
  });
  return names.find((found) => found !== undefined && !/^GMT[+-]/.test(found)) ?? names[0] ?? zone;
}

/** `+01:00`, or with an empty separator `+0100`. */
export function offsetText(offsetMilliseconds: number, separator: '' | ':'): string {
  const minutes = Math.abs(Math.trunc(offsetMilliseconds / MINUTE));
  const two = (number: number): string => String(number).padStart(2, '0');
  return `${offsetMilliseconds < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}${separator}${two(minutes % 60)}`;
}

function fixedOffset([, sign, hours, minutes]: RegExpExecArray): number | undefined {
  const offset = Number(hours) * HOUR + Number(minutes ?? 0) * MINUTE;
  if (offset > 18 * HOUR) return undefined;
  return sign === '-' ? -offset : offset;
}

function formatIn(
  timeZone: string,
  options: Intl.DateTimeFormatOptions,
  locale: (typeof LOCALES)[number] = 'en-US',
): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat(locale, { timeZone, ...options });
  } catch {
    return undefined;
  }
}

function partOf(format: Intl.DateTimeFormat, epochMilliseconds: number, type: string): string | undefined {
  return format.formatToParts(epochMilliseconds).find((part) => part.type === type)?.value;
}
