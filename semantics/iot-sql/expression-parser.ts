import type { BinaryOperator, Call, CaseBranch, Expression, ObjectEntry, Query, Span } from './ast';
import { RESERVED_WORDS, type TokenReader } from './token-reader';

/**
 * Binds from loose to tight. The order is not documented; this one is that of other SQL dialects, except that NOT,
 * as a sign would, belongs to the operand that follows it.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/iot-sql-operators.html
 */
export const BINARY_OPERATORS: readonly (readonly BinaryOperator[])[] = [
  ['OR'],
  ['AND'],
  ['=', '<>', '<', '<=', '>', '>=', 'IN'],
  ['+', '-'],
  ['*', '/', '%'],
];

/** Deeper nesting is refused: no rule needs it, and a stack would overflow. */
const MAXIMUM_DEPTH = 200;

/** Recursive descent over expressions; a subclass knows nested queries. */
export abstract class ExpressionParser {
  protected readonly reader: TokenReader;
  #depth = 0;

  constructor(reader: TokenReader) {
    this.reader = reader;
  }

  protected abstract query(): Query;

  expression(): Expression {
    return this.#binary(0);
  }

  #binary(level: number): Expression {
    const operators = BINARY_OPERATORS[level];
    if (operators === undefined) return this.#nested(() => this.#unary());
    let left = this.#binary(level + 1);
    for (let found = this.#operator(operators); found !== undefined; found = this.#operator(operators)) {
      this.reader.next();
      const right = this.#binary(level + 1);
      const at = { start: left.at.start, end: right.at.end };
      left = Object.freeze({ kind: 'binary', operator: found, left, right, at });
    }
    return left;
  }

  #operator(operators: readonly BinaryOperator[]): BinaryOperator | undefined {
    const token = this.reader.peek();
    if (token.kind !== 'symbol' && token.kind !== 'word') return undefined;
    const spelling = token.value.toUpperCase();
    return operators.find((operator) => operator === spelling);
  }

  #unary(): Expression {
    const start = this.reader.peek().at;
    if (this.reader.takeKeyword('NOT')) {
      const operand = this.#nested(() => this.#unary());
      return Object.freeze({ kind: 'not', operand, at: this.reader.spanFrom(start) });
    }
    if (this.reader.takeSymbol('-')) {
      const operand = this.#nested(() => this.#unary());
      return Object.freeze({ kind: 'negate', operand, at: this.reader.spanFrom(start) });
    }
    return this.postfix();
  }

  /** A value and the fields taken from it. */
  protected postfix(): Expression {
    const start = this.reader.peek().at;
    let object = this.#primary();
    while (this.reader.takeSymbol('.')) {
      const key = this.#fieldName();
      const at = this.reader.spanFrom(start);
      object =
        object.kind === 'path'
          ? Object.freeze({ kind: 'path', keys: Object.freeze([...object.keys, key]), at })
          : Object.freeze({ kind: 'member', object, key, at });
    }
    if (this.reader.isSymbol('[')) throw this.reader.unexpected('an operator', 'write get(list, 0) for an element');
    return object;
  }

  #fieldName(): string {
    return this.reader.expectKind('word', 'a field name', "write get(object, 'key') for a key that is not a plain word")
      .value;
  }

  #primary(): Expression {
    const token = this.reader.peek();
    switch (token.kind) {
      case 'string':
        this.reader.next();
        return Object.freeze({ kind: 'string', value: token.value, at: token.at });
      case 'number':
        this.reader.next();
        return Object.freeze({ kind: 'number', text: token.value, at: token.at });
      case 'variable':
        this.reader.next();
        return Object.freeze({ kind: 'variable', name: token.value, at: token.at });
      case 'word':
        return this.#word();
      default:
        return this.#bracketed();
    }
  }

  #bracketed(): Expression {
    if (this.reader.isSymbol('[')) return this.#array();
    if (this.reader.isSymbol('{')) return this.#object();
    if (!this.reader.isSymbol('(')) throw this.reader.unexpected('an expression');
    return this.reader.keyword(1) === 'SELECT' ? this.query() : this.#grouped();
  }

  #grouped(): Expression {
    this.reader.next();
    const inner = this.expression();
    if (this.reader.isSymbol(',')) throw this.reader.unexpected("')'", 'a list stands in brackets, e.g. [1, 2]');
    this.reader.expectSymbol(')');
    return inner;
  }

  #word(): Expression {
    const keyword = this.reader.keyword() ?? '';
    if (keyword === 'CASE') return this.#case();
    if (keyword === 'TRUE' || keyword === 'FALSE' || keyword === 'NULL') return this.#constant(keyword);
    if (RESERVED_WORDS.has(keyword)) throw this.reader.unexpected('an expression');
    if (!this.reader.isSymbol('(', 1)) return this.#path();
    if (keyword === 'EXISTS' && this.reader.keyword(2) === 'SELECT') return this.#exists();
    return keyword === 'CAST' ? this.#cast() : this.#call();
  }

  #constant(keyword: 'TRUE' | 'FALSE' | 'NULL'): Expression {
    const { at } = this.reader.next();
    if (keyword === 'NULL') return Object.freeze({ kind: 'null', at });
    return Object.freeze({ kind: 'boolean', value: keyword === 'TRUE', at });
  }

  #path(): Expression {
    const token = this.reader.next();
    const keys = [token.value];
    while (this.reader.takeSymbol('.')) keys.push(this.#fieldName());
    return Object.freeze({ kind: 'path', keys: Object.freeze(keys), at: this.reader.spanFrom(token.at) });
  }

  #exists(): Expression {
    const start = this.reader.next().at;
    const query = this.query();
    return Object.freeze({ kind: 'exists', query, at: this.reader.spanFrom(start) });
  }

  #call(): Call {
    const name = this.reader.next();
    this.reader.next();
    const list = this.#listUntil(')', () => this.#argument());
    return Object.freeze({ kind: 'call', name: name.value, arguments: list, at: this.reader.spanFrom(name.at) });
  }

  #argument(): Expression {
    const token = this.reader.peek();
    if (!this.reader.isSymbol('*')) return this.expression();
    this.reader.next();
    return Object.freeze({ kind: 'star', at: token.at });
  }

  #cast(): Expression {
    const start = this.reader.next().at;
    this.reader.next();
    const value = this.expression();
    this.reader.expectKeyword('AS');
    const type = this.reader.expectKind('word', 'a type, e.g. Int, Decimal, String or Boolean').value;
    this.reader.expectSymbol(')');
    return Object.freeze({ kind: 'cast', value, type, at: this.reader.spanFrom(start) });
  }

  #case(): Expression {
    const start = this.reader.next().at;
    if (this.reader.keyword() === 'WHEN') {
      throw this.reader.unexpected('the value to compare', 'write CASE true WHEN condition THEN ... for conditions');
    }
    const value = this.expression();
    const branches: CaseBranch[] = [];
    do branches.push(this.#branch());
    while (this.reader.keyword() === 'WHEN');
    const otherwise = this.reader.takeKeyword('ELSE') ? this.expression() : undefined;
    if (!this.reader.takeKeyword('END'))
      throw this.reader.unexpected(otherwise === undefined ? 'WHEN, ELSE or END' : 'END');
    const shape = { kind: 'case', value, branches: Object.freeze(branches), at: this.reader.spanFrom(start) } as const;
    return Object.freeze(otherwise === undefined ? shape : { ...shape, otherwise });
  }

  #branch(): CaseBranch {
    this.reader.expectKeyword('WHEN');
    const when = this.expression();
    this.reader.expectKeyword('THEN');
    return Object.freeze({ when, result: this.expression() });
  }

  #array(): Expression {
    const start = this.reader.next().at;
    const items = this.#listUntil(']', () => this.expression());
    return Object.freeze({ kind: 'array', items, at: this.reader.spanFrom(start) });
  }

  #object(): Expression {
    const start = this.reader.next().at;
    const entries = this.#listUntil('}', () => this.#entry());
    return Object.freeze({ kind: 'object', entries, at: this.reader.spanFrom(start) });
  }

  #entry(): ObjectEntry {
    const key = this.reader.expectKind('string', "a key in quotes, e.g. {'key': value}").value;
    this.reader.expectSymbol(':');
    return Object.freeze({ key, value: this.expression() });
  }

  #listUntil<Item>(closing: ')' | ']' | '}', item: () => Item): readonly Item[] {
    const items: Item[] = [];
    if (this.reader.takeSymbol(closing)) return Object.freeze(items);
    do items.push(item());
    while (this.reader.takeSymbol(','));
    if (!this.reader.takeSymbol(closing)) throw this.reader.unexpected(`',' or '${closing}'`);
    return Object.freeze(items);
  }

  #nested<Result>(parse: () => Result): Result {
    if (++this.#depth > MAXIMUM_DEPTH) throw this.#tooDeep();
    const result = parse();
    this.#depth--;
    return result;
  }

  #tooDeep(): Error {
    const at: Span = this.reader.peek().at;
    return this.reader.error(at, `the expression is nested more than ${MAXIMUM_DEPTH} levels deep`);
  }
}
