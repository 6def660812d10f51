import type { Span } from './ast';
import { type Token, tokenize } from './lexer';
import { SqlError } from './sql-error';

/** Words that cannot be the first word of a field: they would make a statement ambiguous. */
export const RESERVED_WORDS: ReadonlySet<string> = new Set(
  'SELECT FROM WHERE AS AND OR NOT CASE WHEN THEN ELSE END TRUE FALSE NULL'.split(' '),
);

/** Words of other SQL dialects, and what to write here. */
const FOREIGN_WORDS: ReadonlyMap<string, string> = new Map([
  ['LIKE', 'write regexp_matches(text, pattern)'],
  ['BETWEEN', 'write a >= 1 AND a <= 2'],
  ['IS', 'write isNull(a) or isUndefined(a)'],
  ['GROUP', 'AWS IoT SQL has no GROUP BY'],
  ['ORDER', 'AWS IoT SQL has no ORDER BY'],
  ['LIMIT', 'AWS IoT SQL has no LIMIT'],
  ['JOIN', 'AWS IoT SQL has no JOIN'],
  ['DISTINCT', 'AWS IoT SQL has no DISTINCT'],
  ['LET', 'AWS IoT SQL sets variables with SET'],
]);

/** Walks over the tokens of a text and complains in one voice. */
export class TokenReader {
  readonly text: string;
  readonly #tokens: readonly Token[];
  #position = 0;

  constructor(text: string) {
    this.text = text;
    this.#tokens = tokenize(text);
  }

  /** The token `ahead` places further on; past the end it is the end. */
  peek(ahead = 0): Token {
    const last = this.#tokens.length - 1;
    const token = this.#tokens[Math.min(this.#position + ahead, last)];
    if (token === undefined) throw new RangeError('a token list always ends with an end token');
    return token;
  }

  next(): Token {
    const token = this.peek();
    this.#position++;
    return token;
  }

  /** The keyword at this place in upper case, `undefined` when no word stands here. */
  keyword(ahead = 0): string | undefined {
    const token = this.peek(ahead);
    return token.kind === 'word' ? token.value.toUpperCase() : undefined;
  }

  isSymbol(symbol: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return token.kind === 'symbol' && token.value === symbol;
  }

  takeKeyword(keyword: string): boolean {
    if (this.keyword() !== keyword) return false;
    this.next();
    return true;
  }

  takeSymbol(symbol: string): boolean {
    if (!this.isSymbol(symbol)) return false;
    this.next();
    return true;
  }

  expectKeyword(keyword: string): Token {
    if (this.keyword() !== keyword) throw this.unexpected(keyword);
    return this.next();
  }

  expectSymbol(symbol: string): Token {
    if (!this.isSymbol(symbol)) throw this.unexpected(`'${symbol}'`);
    return this.next();
  }

  expectKind(kind: Token['kind'], expected: string, hint?: string): Token {
    if (this.peek().kind !== kind) throw this.unexpected(expected, hint);
    return this.next();
  }

  /** The error for the token that stands here. */
  unexpected(expected: string, hint?: string): SqlError {
    const token = this.peek();
    const found = describe(token, this.text);
    const advice = hint ?? this.#foreign(token);
    const more = advice === undefined ? '' : ` (${advice})`;
    return this.error(token.at, `found ${found}, expected ${expected}${more}`, { found, expected });
  }

  #foreign(token: Token): string | undefined {
    const comment = this.isSymbol('-') && this.isSymbol('-', 1);
    return comment ? 'a statement holds no comments' : FOREIGN_WORDS.get(token.value.toUpperCase());
  }

  error(at: Span, detail: string, more: { readonly found?: string; readonly expected?: string } = {}): SqlError {
    return new SqlError({ text: this.text, at, detail, ...more });
  }

  /** From the start of `start` to the end of the token read last. */
  spanFrom(start: Span): Span {
    const last = this.#tokens[this.#position - 1];
    return { start: start.start, end: last?.at.end ?? start.end };
  }
}

function describe(token: Token, text: string): string {
  if (token.kind === 'end') return 'the end of the statement';
  const written = text.slice(token.at.start, token.at.end);
  return token.kind === 'string' ? written : `'${written}'`;
}
