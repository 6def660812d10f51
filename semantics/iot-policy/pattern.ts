/**
 * The values of a policy variable or condition key for one request, or `undefined` when it has none. A `null` among
 * them is a value that AWS leaves unsubstituted: the text `${...}` stays in the policy.
 */
export type Lookup = (key: string) => readonly (string | null)[] | undefined;

type Token =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'anyRun' }
  | { readonly kind: 'anyCharacter' }
  | { readonly kind: 'variable'; readonly key: string; readonly source: string };

type ResolvedToken = Exclude<Token, { kind: 'variable' }>;

/** How the text of a {@link Pattern} is read. */
export interface PatternOptions {
  /** Whether `*` and `?` are wildcards, as in resources and `...Like` conditions, or themselves. */
  readonly wildcards: boolean;
}

/** `${*}`, `${?}` and `${$}` stand for the characters themselves. @see https://docs.aws.amazon.com/iot/latest/developerguide/iot-policy-variables.html */
const ESCAPES: readonly string[] = ['*', '?', '$'];

/**
 * A text of a policy with wildcards and policy variables. `*` is any run of characters, `/` included, `?` exactly
 * one; the MQTT wildcards `+` and `#` are ordinary characters. The value of a variable is taken literally.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/pub-sub-policy.html
 */
export class Pattern {
  /** The text as the policy has it. */
  readonly source: string;
  /** The variables in it, each once, spelled as in the policy. */
  readonly variables: readonly string[];
  readonly #tokens: readonly Token[];
  readonly #constant: readonly ResolvedToken[] | undefined;

  constructor(source: string, options: PatternOptions) {
    this.source = source;
    this.#tokens = tokenize(source, options);
    const variables = this.#tokens.filter((token) => token.kind === 'variable');
    this.variables = [...new Set(variables.map((token) => token.source))];
    this.#constant = variables.length === 0 ? (this.#tokens as readonly ResolvedToken[]) : undefined;
  }

  /** Whether the whole of `text` matches; false when a variable has no value. */
  matches(text: string, lookup: Lookup): boolean {
    const tokens = this.resolve(lookup);
    return tokens !== undefined && matchTokens(tokens, text);
  }

  /** The pattern with its variables replaced; `undefined` when one has no value. */
  resolve(lookup: Lookup): readonly ResolvedToken[] | undefined {
    if (this.#constant !== undefined) return this.#constant;
    const resolved: ResolvedToken[] = [];
    for (const token of this.#tokens) {
      const next = token.kind === 'variable' ? substitute(token, lookup) : token;
      if (next === undefined) return undefined;
      resolved.push(next);
    }
    return resolved;
  }

  /** The variables that have no value, spelled as in the policy. */
  unresolved(lookup: Lookup): readonly string[] {
    return this.variables.filter((variable) => firstOf(lookup(normalizeKey(variable))) === undefined);
  }

  /** The pattern for a person to read: variables replaced where they have a value. */
  render(lookup: Lookup): string {
    return this.#tokens.map((token) => renderToken(token, lookup)).join('');
  }
}

/**
 * Condition keys and variables are not case-sensitive, the name of a thing attribute in brackets is.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html
 */
export function normalizeKey(key: string): string {
  const bracket = key.indexOf('[');
  return bracket === -1 ? key.toLowerCase() : key.slice(0, bracket).toLowerCase() + key.slice(bracket);
}

function tokenize(source: string, options: PatternOptions): Token[] {
  const tokens: Token[] = [];
  let text = '';
  const push = (token: Token): void => {
    if (text !== '') tokens.push({ kind: 'text', text });
    text = '';
    tokens.push(token);
  };
  for (let index = 0; index < source.length; index++) {
    const character = source.charAt(index);
    const end = character === '$' && source.charAt(index + 1) === '{' ? source.indexOf('}', index) : -1;
    if (end !== -1) {
      const name = source.slice(index + 2, end);
      if (ESCAPES.includes(name)) text += name;
      else push({ kind: 'variable', key: normalizeKey(name), source: name });
      index = end;
    } else if (options.wildcards && character === '*') push({ kind: 'anyRun' });
    else if (options.wildcards && character === '?') push({ kind: 'anyCharacter' });
    else text += character;
  }
  if (text !== '') tokens.push({ kind: 'text', text });
  return tokens;
}

function firstOf(values: readonly (string | null)[] | undefined): string | null | undefined {
  return values === undefined || values.length === 0 ? undefined : values[0];
}

function substitute(token: Token & { kind: 'variable' }, lookup: Lookup): ResolvedToken | undefined {
  const value = firstOf(lookup(token.key));
  if (value === undefined) return undefined;
  return { kind: 'text', text: value ?? `\${${token.source}}` };
}

function renderToken(token: Token, lookup: Lookup): string {
  if (token.kind === 'text') return token.text;
  if (token.kind === 'anyRun') return '*';
  if (token.kind === 'anyCharacter') return '?';
  return firstOf(lookup(token.key)) ?? `\${${token.source}}`;
}

/** Whether the tokens match the whole text; time grows with the product of the lengths, never faster. */
function matchTokens(tokens: readonly ResolvedToken[], text: string): boolean {
  let position = 0;
  let index = 0;
  let retryIndex = -1;
  let retryPosition = 0;
  while (position < text.length || index < tokens.length) {
    const token = tokens[index];
    const width = token === undefined ? -1 : widthAt(token, text, position);
    if (token?.kind === 'anyRun') {
      retryIndex = ++index;
      retryPosition = position;
    } else if (width >= 0) {
      position += width;
      index++;
    } else {
      if (retryIndex === -1 || retryPosition >= text.length) return false;
      position = ++retryPosition;
      index = retryIndex;
    }
  }
  return true;
}

// How many UTF-16 units the token takes at the position, or -1 when it does not match there.
function widthAt(token: ResolvedToken, text: string, position: number): number {
  if (token.kind === 'text') return text.startsWith(token.text, position) ? token.text.length : -1;
  const codePoint = text.codePointAt(position);
  if (codePoint === undefined) return -1;
  return codePoint > 0xffff ? 2 : 1;
}
