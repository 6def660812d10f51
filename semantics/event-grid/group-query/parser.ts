import { type Token, tokenize } from './lexer';
import { QuerySyntaxError } from './query-syntax-error';
import type { ComparisonOperator, GroupQuery, Literal, Operand } from './syntax';

/**
 * Reads a client group query. `and` binds tighter than `or`; keywords may have any case.
 * @throws QuerySyntaxError (a LastwillError QUERY_INVALID) with line and column.
 * @see https://learn.microsoft.com/en-us/azure/event-grid/mqtt-client-groups
 */
export function parseGroupQuery(text: string): GroupQuery {
  return new Parser(text).parse();
}

const OPERATORS: Readonly<Record<string, ComparisonOperator>> = {
  '=': '=',
  '!=': '!=',
  '<>': '!=',
  '<': '<',
  '>': '>',
  '<=': '<=',
  '>=': '>=',
};
const ORDERING: readonly ComparisonOperator[] = ['<', '>', '<=', '>='];
const ATTRIBUTE = /^attributes\.([A-Za-z0-9_]+)$/;
/** Not documented; deep enough for people, shallow enough for the stack. */
const MAXIMUM_DEPTH = 100;
const LONG = { minimum: -(2n ** 63n), maximum: 2n ** 63n - 1n };

class Parser {
  readonly #text: string;
  readonly #tokens: readonly Token[];
  #position = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
    this.#tokens = tokenize(text);
  }

  parse(): GroupQuery {
    const query = this.#chain('or', () => this.#chain('and', () => this.#primary()));
    if (this.#peek().kind !== 'end') this.#fail(`expected 'and', 'or' or the end, got ${describe(this.#peek())}`);
    return query;
  }

  #chain(kind: 'and' | 'or', operand: () => GroupQuery): GroupQuery {
    const operands = [operand()];
    while (this.#takeKeyword(kind)) operands.push(operand());
    return operands.length === 1 ? (operands[0] as GroupQuery) : { kind, operands };
  }

  #primary(): GroupQuery {
    if (!this.#take('(')) return this.#comparison();
    this.#depth++;
    if (this.#depth > MAXIMUM_DEPTH) this.#fail(`brackets may be nested ${MAXIMUM_DEPTH} deep`);
    const inner = this.#chain('or', () => this.#chain('and', () => this.#primary()));
    this.#expect(')');
    this.#depth--;
    return inner;
  }

  #comparison(): GroupQuery {
    const operand = this.#operand();
    if (this.#takeKeyword('in')) return { kind: 'in', operand, literals: this.#list() };
    const operator = OPERATORS[this.#peek().text];
    if (this.#peek().kind !== 'operator' || operator === undefined) {
      return this.#fail(`expected =, !=, <>, <, >, <=, >= or IN, got ${describe(this.#peek())}`);
    }
    this.#position++;
    if (ORDERING.includes(operator) && this.#peek().kind === 'string') {
      this.#fail(`${operator} compares integers only, got ${describe(this.#peek())}`);
    }
    return { kind: 'comparison', operand, operator, literal: this.#literal() };
  }

  #operand(): Operand {
    const { kind, text } = this.#peek();
    if (kind !== 'word') this.#fail(`expected attributes.KEY or authenticationName, got ${describe(this.#peek())}`);
    const key = ATTRIBUTE.exec(text)?.[1];
    if (key === undefined && text !== 'authenticationName') this.#fail(unknownWord(text));
    this.#position++;
    return key === undefined ? { kind: 'authenticationName' } : { kind: 'attribute', key };
  }

  #list(): Literal[] {
    this.#expect('[');
    const literals = [this.#literal()];
    while (this.#take(',')) literals.push(this.#literal());
    this.#expect(']');
    return literals;
  }

  #literal(): Literal {
    const { kind, text } = this.#peek();
    if (kind === 'string') {
      this.#position++;
      return text;
    }
    if (kind !== 'integer') this.#fail(`expected text in quotes or an integer, got ${describe(this.#peek())}`);
    const value = BigInt(text.replace(/^\+/, ''));
    if (value < LONG.minimum || value > LONG.maximum) this.#fail('an integer must fit in 64 bits');
    this.#position++;
    return Number(value);
  }

  #peek(): Token {
    return this.#tokens[this.#position] as Token;
  }

  #take(punctuation: string): boolean {
    const found = this.#peek().kind === 'punctuation' && this.#peek().text === punctuation;
    if (found) this.#position++;
    return found;
  }

  #takeKeyword(keyword: string): boolean {
    const found = this.#peek().kind === 'word' && this.#peek().text.toLowerCase() === keyword;
    if (found) this.#position++;
    return found;
  }

  #expect(punctuation: string): void {
    if (!this.#take(punctuation)) this.#fail(`expected '${punctuation}', got ${describe(this.#peek())}`);
  }

  #fail(reason: string): never {
    throw new QuerySyntaxError(this.#text, this.#peek().offset, reason);
  }
}

function describe(token: Token): string {
  return token.kind === 'end' ? 'the end of the query' : `'${token.text}'`;
}

function unknownWord(word: string): string {
  if (word.toLowerCase() === 'not') return 'the query language has no NOT: turn the comparison around, e.g. with !=';
  if (word.startsWith('client.')) return `write '${word.slice('client.'.length)}' instead of '${word}'`;
  return `expected attributes.KEY or authenticationName, got '${word}'`;
}
