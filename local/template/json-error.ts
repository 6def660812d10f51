/** Where a text stops being JSON, and why. Line and column count from 1. */
export interface JsonError {
  readonly line: number;
  readonly column: number;
  readonly reason: string;
}

/** Finds the first place at which `text` is not JSON. Node's own message names no position for most mistakes. */
export function jsonErrorAt(text: string): JsonError {
  const scanner = new JsonScanner(text);
  const reason = scanner.firstProblem();
  const before = text.slice(0, scanner.position).split('\n');
  return { line: before.length, column: (before[before.length - 1] ?? '').length + 1, reason };
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON forbids exactly these in a text
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const NUMBER_OR_WORD = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
const WHITE_SPACE = /[ \t\r\n]*/y;

class JsonProblem extends Error {}

class JsonScanner {
  position = 0;

  constructor(private readonly text: string) {}

  firstProblem(): string {
    try {
      this.#value();
      this.#blanks();
      return this.position < this.text.length ? `nothing may follow the value, found ${this.#found()}` : 'unknown';
    } catch (problem) {
      if (problem instanceof JsonProblem) return problem.message;
      return 'nested too deeply';
    }
  }

  #value(): void {
    this.#blanks();
    const first = this.text[this.position];
    if (first === '{') this.#list('}', () => this.#member());
    else if (first === '[') this.#list(']', () => this.#value());
    else if (first === '"') this.#string('a value');
    else if (!this.#skip(NUMBER_OR_WORD)) this.#expected('a value');
  }

  #list(end: string, item: () => void): void {
    this.position += 1;
    this.#blanks();
    if (this.#take(end)) return;
    do item();
    while (this.#take(','));
    if (!this.#take(end)) this.#expected(`',' or '${end}'`);
  }

  #member(): void {
    this.#blanks();
    this.#string('a name in double quotes');
    if (!this.#take(':')) this.#expected("':'");
    this.#value();
  }

  #string(what: string): void {
    if (this.text[this.position] !== '"') this.#expected(what);
    if (!this.#skip(STRING)) throw new JsonProblem('the text that starts here is not closed or holds a bad character');
  }

  #take(character: string): boolean {
    this.#blanks();
    if (this.text[this.position] !== character) return false;
    this.position += 1;
    return true;
  }

  #blanks(): void {
    this.#skip(WHITE_SPACE);
  }

  #skip(pattern: RegExp): boolean {
    pattern.lastIndex = this.position;
    const found = pattern.exec(this.text);
    if (found === null) return false;
    this.position += found[0].length;
    return true;
  }

  #expected(what: string): never {
    throw new JsonProblem(`expected ${what}, found ${this.#found()}`);
  }

  #found(): string {
    const character = this.text[this.position];
    return character === undefined ? 'the end of the file' : `'${character}'`;
  }
}
