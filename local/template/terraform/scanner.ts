/** Text that cannot be read as a Terraform expression. */
export class ExpressionProblem extends Error {}

const BLANKS = /(?:\s+|#[^\n]*|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*/y;
const IDENTIFIER = /[A-Za-z_][\w-]*/y;
const NUMBER = /\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

/** Reads a text from left to right. */
export class Scanner {
  position = 0;

  constructor(readonly text: string) {}

  get atEnd(): boolean {
    return this.position >= this.text.length;
  }

  skipBlanks(): void {
    this.match(BLANKS);
  }

  /** Takes `symbol` when it comes next, after blanks. */
  take(symbol: string): boolean {
    this.skipBlanks();
    return this.takeHere(symbol);
  }

  /** Takes `symbol` when it comes next, without blanks before it. */
  takeHere(symbol: string): boolean {
    if (!this.text.startsWith(symbol, this.position)) return false;
    this.position += symbol.length;
    return true;
  }

  /** Takes the word when it comes next as a whole. */
  takeWord(word: string): boolean {
    const start = this.position;
    if (this.identifier() === word) return true;
    this.position = start;
    return false;
  }

  expect(symbol: string): void {
    if (!this.take(symbol)) this.fail(`expected '${symbol}'`);
  }

  identifier(): string | undefined {
    this.skipBlanks();
    return this.match(IDENTIFIER);
  }

  number(): number | undefined {
    this.skipBlanks();
    const text = this.match(NUMBER);
    return text === undefined ? undefined : Number(text);
  }

  /** What `pattern`, which must be sticky, matches here. */
  match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.position;
    const found = pattern.exec(this.text)?.[0];
    if (found !== undefined) this.position += found.length;
    return found;
  }

  fail(reason: string): never {
    const rest = this.text.slice(this.position, this.position + 20);
    throw new ExpressionProblem(`${reason}, found ${rest === '' ? 'the end' : `'${rest}'`} in '${this.text}'`);
  }
}
