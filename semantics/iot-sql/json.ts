import { isUtf8 } from 'node:buffer';
import { isTooDeep } from './json-depth';
import { numberFromText, numberRules } from './numbers';
import type { SqlValue } from './value';

/** Digits that a JavaScript number might not keep, an exponent, or a whole Decimal. */
const NUMBER_AT_RISK = /[\d.]{16}|\d[eE][+-]?\d|\.0+(?!\d)/;
const JSON_STRING = /"[^"\\]*(?:\\.[^"\\]*)*"/g;

/** A parsed payload. Bytes that are not JSON have no value. */
export interface ParsedPayload {
  /** The value as SQL version 2016-03-23 sees it; `undefined` when the payload is not JSON. */
  readonly value: SqlValue;
  /** The value as SQL version 2015-10-08 sees it, with whole Decimals kept. */
  readonly value2015: SqlValue;
  /** The value as JavaScript has it, its numbers included. */
  readonly plain: unknown;
}

/** Parses a message payload. Numbers keep all their digits. */
export function parsePayload(payload: Buffer): ParsedPayload {
  if (!isUtf8(payload)) return { value: undefined, value2015: undefined, plain: undefined };
  return parseJson(payload.toString('utf8'));
}

/** Parses JSON text; `undefined` when it is not JSON. Numbers keep all their digits. */
export function parseJson(text: string): ParsedPayload {
  const value = parsePlain(text);
  if (value === undefined || !hasNumberAtRisk(text)) return { value, value2015: value, plain: value };
  const exactly = { value: parseExactly(text, '2016-03-23'), value2015: parseExactly(text, '2015-10-08') };
  return { ...exactly, plain: value };
}

function parsePlain(text: string): SqlValue {
  if (isTooDeep(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function hasNumberAtRisk(text: string): boolean {
  return NUMBER_AT_RISK.test(text) && NUMBER_AT_RISK.test(text.replace(JSON_STRING, ''));
}

/** Reads text that is known to be JSON. */
function parseExactly(text: string, version: '2015-10-08' | '2016-03-23'): SqlValue {
  const rules = numberRules(version);
  const tokens = text.match(/"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\]]|-?\d[\d.eE+-]*|true|false|null/g) ?? [];
  let position = 0;
  const read = (): SqlValue => {
    const token = tokens[position++] ?? 'null';
    if (token === '[') return readArray();
    if (token === '{') return readObject();
    return /^[-\d]/.test(token) ? numberFromText(token, rules) : JSON.parse(token);
  };
  const readArray = (): SqlValue => {
    const items: SqlValue[] = [];
    while (tokens[position] !== ']') items.push(read());
    position++;
    return items;
  };
  const readObject = (): SqlValue => {
    const entries: [string, SqlValue][] = [];
    while (tokens[position] !== '}') entries.push([JSON.parse(tokens[position++] ?? '""'), read()]);
    position++;
    return Object.fromEntries(entries);
  };
  return read();
}
