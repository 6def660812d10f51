import type { Span } from './ast';
import { SqlError } from './sql-error';

/** The smallest piece of a statement. `text` is what stood there, `value` what it means. */
export interface Token {
  readonly kind: 'word' | 'variable' | 'string' | 'number' | 'symbol' | 'end';
  /** A word or symbol as written, a string without quotes and escapes, a variable without `@`. */
  readonly value: string;
  readonly at: Span;
}

const SYMBOLS = ['<>', '<=', '>=', '<', '>', '=', '+', '-', '*', '/', '%', '(', ')', '[', ']', '{', '}', ',', '.', ':'];

/** Words hold letters of any script: JSON keys do. */
const WORD = /[\p{L}_][\p{L}\p{N}_]*/uy;
const VARIABLE = /@([A-Za-z0-9_]+)/y;
const NUMBER = /\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const SPACE = /\s+/y;

/** What people write from other SQL dialects, and what stands for it here. */
const FOREIGN_SYMBOLS: Readonly<Record<string, string>> = {
  '!': 'write <> for "not equal"',
  '|': 'write concat(a, b) or a + b',
  ';': 'a statement ends without a semicolon',
  '`': 'string literals stand in single quotes',
  '\u2013': 'this is an en dash, minus is -',
  '\u2018': 'this is a typographic quote, write a straight one',
  '\u2019': 'this is a typographic quote, write a straight one',
  '\u201c': 'this is a typographic quote, write a straight one',
  '\u201d': 'this is a typographic quote, write a straight one',
};

/**
 * Cuts a text into tokens; the last one is always of kind `end`.
 * @throws SqlError at a character that begins no token and at a string that does not end.
 */
export function tokenize(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let offset = skipSpace(text, 0);
  while (offset < text.length) {
    const token = readToken(text, offset);
    tokens.push(token);
    offset = skipSpace(text, token.at.end);
  }
  tokens.push({ kind: 'end', value: '', at: { start: text.length, end: text.length } });
  return tokens;
}

function skipSpace(text: string, offset: number): number {
  return offset + (matchAt(SPACE, text, offset)?.[0].length ?? 0);
}

function readToken(text: string, start: number): Token {
  const first = text.charAt(start);
  if (first === "'" || first === '"') return readString(text, start, first);
  return (
    readPattern(text, start, 'word', WORD) ?? readPattern(text, start, 'number', NUMBER) ?? readSigned(text, start)
  );
}

function readSigned(text: string, start: number): Token {
  const variable = matchAt(VARIABLE, text, start);
  if (variable !== undefined) return token('variable', variable[1] ?? '', start, start + variable[0].length);
  const symbol = SYMBOLS.find((candidate) => text.startsWith(candidate, start));
  if (symbol !== undefined) return token('symbol', symbol, start, start + symbol.length);
  throw unexpectedCharacter(text, start);
}

function readPattern(text: string, start: number, kind: Token['kind'], pattern: RegExp): Token | undefined {
  const match = matchAt(pattern, text, start);
  return match === undefined ? undefined : token(kind, match[0], start, start + match[0].length);
}

/** Both quotes make strings; the quote is doubled or escaped inside, `\\` is a backslash, any other backslash is itself. */
function readString(text: string, start: number, quote: string): Token {
  let value = '';
  for (let offset = start + 1; offset < text.length; offset++) {
    const character = text.charAt(offset);
    const next = text.charAt(offset + 1);
    if (character === quote && next !== quote) return token('string', value, start, offset + 1);
    if (character === quote || (character === '\\' && (next === '\\' || next === quote))) offset++;
    value += text.charAt(offset);
  }
  throw new SqlError({
    text,
    at: { start, end: text.length },
    detail: `the string that begins here does not end, expected ${quote}`,
    found: 'the end of the statement',
    expected: quote,
  });
}

function unexpectedCharacter(text: string, start: number): SqlError {
  const found = String.fromCodePoint(text.codePointAt(start) ?? 0);
  const hint = FOREIGN_SYMBOLS[found];
  return new SqlError({
    text,
    at: { start, end: start + found.length },
    detail: `unexpected character '${found}'${hint === undefined ? '' : ` (${hint})`}`,
    found: `'${found}'`,
  });
}

function token(kind: Token['kind'], value: string, start: number, end: number): Token {
  return { kind, value, at: { start, end } };
}

/** Patterns are sticky; every use sets where it starts, so none carries state from one call to the next. */
function matchAt(pattern: RegExp, text: string, offset: number): RegExpExecArray | undefined {
  pattern.lastIndex = offset;
  return pattern.exec(text) ?? undefined;
}
