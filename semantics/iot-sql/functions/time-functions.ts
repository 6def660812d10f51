import { type SqlValue, toInt, toText } from '../value';
import { type SqlFunction, since2016 } from './sql-function';
import { formatTime } from './time-format';
import { parseTime } from './time-parse';

/** Functions of dates and times. */
export const TIME_FUNCTIONS: readonly SqlFunction[] = [
  since2016('parse_time', [2, 3], (values) => timeText(values)),
  since2016('time_to_epoch', 2, ([text, pattern]) => epoch(toText(text), toText(pattern))),
];

function timeText(values: readonly SqlValue[]): SqlValue {
  const [pattern, milliseconds] = [toText(values[0]), toInt(values[1])];
  const zone = values.length === 3 ? toText(values[2]) : 'UTC';
  if (pattern === undefined || milliseconds === undefined || zone === undefined) return undefined;
  return formatTime(pattern, milliseconds, zone);
}

function epoch(text: string | undefined, pattern: string | undefined): SqlValue {
  return text === undefined || pattern === undefined ? undefined : parseTime(text, pattern);
}
