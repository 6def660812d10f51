import { QuerySyntaxError } from './query-syntax-error';

/** The words and signs of the query language. */
type TokenKind = 'word' | 'string' | 'integer' | 'operator' | 'punctuation' | 'end';

/** One token and where it starts. */
export interface Token {
  readonly kind: TokenKind;
  /** A string without its quotes, anything else as written. */
  readonly text: string;
  readonly offset: number;
}

const TOKEN =
  /(?<space>\s+)|(?<word>[A-Za-z_][\w.]*)|(?<integer>[+-]?\d+(?![\w.]))|(?<operator><=|>=|<>|!=|=|<|>)|(?<punctuation>[()[\],])|(?<string>'[^']*'|"[^"]*")/y;

/**
 * Splits a query into tokens, the last of which is `end`.
 * @throws QuerySyntaxError at the first character that starts no token.
 */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  const pattern = new RegExp(TOKEN);
  while (pattern.lastIndex < text.length) {
    const offset = pattern.lastIndex;
    const match = pattern.exec(text);
    if (match === null) throw new QuerySyntaxError(text, offset, unreadable(text.slice(offset)));
    const found = Object.entries(match.groups ?? {}).find(([, value]) => value !== undefined);
    const [kind, value] = found as [TokenKind | 'space', string];
    if (kind !== 'space') tokens.push({ kind, text: kind === 'string' ? value.slice(1, -1) : value, offset });
  }
  return [...tokens, { kind: 'end', text: '', offset: text.length }];
}

function unreadable(rest: string): string {
  const character = rest.charAt(0);
  if (character === "'" || character === '"') return `the text that starts with ${character} is never closed`;
  if (/^[+-]?\d/.test(rest)) return 'a number must be whole: attributes are text, integers or lists of text';
  return `unexpected '${character}'`;
}
