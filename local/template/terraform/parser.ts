import { type BinaryOperator, type Expression, type ForExpression, SPLAT_ELEMENT } from './expression';
import { ExpressionProblem, Scanner } from './scanner';

/**
 * Reads a string of Terraform JSON: text in which `${` starts an expression, `$${` and `%%{` stand for `${` and `%{`.
 * @throws ExpressionProblem when it cannot be read.
 * @see https://developer.hashicorp.com/terraform/language/syntax/json#expressions
 */
export function parseTemplateString(text: string): Expression {
  const parser = new Parser(new Scanner(text));
  return parser.template(undefined);
}

const PRECEDENCE: readonly (readonly BinaryOperator[])[] = [
  ['||'],
  ['&&'],
  ['==', '!='],
  ['<=', '>=', '<', '>'],
  ['+', '-'],
  ['*', '/', '%'],
];
const MAXIMUM_DEPTH = 200;
const PLAIN_TEXT = { json: /[^$%]+/y, quoted: /[^$%"\\]+/y };
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\' };
const WORDS: Readonly<Record<string, boolean | null>> = { true: true, false: false, null: null };

class Parser {
  readonly #scanner: Scanner;
  #depth = 0;

  constructor(scanner: Scanner) {
    this.#scanner = scanner;
  }

  /** Text with interpolations, up to `end` or the end of the text. */
  template(end: '"' | undefined): Expression {
    const parts: Expression[] = [];
    const scanner = this.#scanner;
    while (!scanner.atEnd && !(end !== undefined && scanner.takeHere(end))) {
      if (scanner.takeHere('${')) parts.push(this.#interpolation());
      else if (scanner.takeHere('%{')) scanner.fail("template directives such as '%{ if }' are not supported here");
      else parts.push({ kind: 'literal', value: this.#text(end === undefined ? 'json' : 'quoted') });
      if (scanner.atEnd && end !== undefined && scanner.text.at(-1) !== end) scanner.fail(`expected '${end}'`);
    }
    if (parts.length === 1 && parts[0] !== undefined) return parts[0];
    return parts.length === 0 ? { kind: 'literal', value: '' } : { kind: 'template', parts };
  }

  #interpolation(): Expression {
    this.#scanner.takeHere('~');
    const expression = this.expression();
    this.#scanner.take('~');
    this.#scanner.expect('}');
    return expression;
  }

  #text(context: 'json' | 'quoted'): string {
    const scanner = this.#scanner;
    if (scanner.takeHere('$${')) return '${';
    if (scanner.takeHere('%%{')) return '%{';
    if (context === 'quoted' && scanner.takeHere('\\')) return this.#escape();
    return scanner.match(PLAIN_TEXT[context]) ?? (scanner.match(/[$%]/y) as string);
  }

  #escape(): string {
    const unicode = this.#scanner.match(/u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}/y);
    if (unicode !== undefined) return String.fromCodePoint(Number.parseInt(unicode.slice(1), 16));
    const character = this.#scanner.match(/./y) ?? '';
    return ESCAPES[character] ?? this.#scanner.fail(`'\\${character}' is no escape`);
  }

  expression(): Expression {
    this.#depth++;
    if (this.#depth > MAXIMUM_DEPTH) throw new ExpressionProblem(`nested more than ${MAXIMUM_DEPTH} deep`);
    const condition = this.#binary(0);
    this.#depth--;
    if (!this.#scanner.take('?')) return condition;
    const whenTrue = this.expression();
    this.#scanner.expect(':');
    return { kind: 'conditional', condition, whenTrue, whenFalse: this.expression() };
  }

  #binary(level: number): Expression {
    const operators = PRECEDENCE[level];
    if (operators === undefined) return this.#unary();
    let left = this.#binary(level + 1);
    for (;;) {
      const operator = operators.find((candidate) => this.#scanner.take(candidate));
      if (operator === undefined) return left;
      left = { kind: 'binary', operator, left, right: this.#binary(level + 1) };
    }
  }

  #unary(): Expression {
    if (this.#scanner.take('-')) return { kind: 'unary', operator: '-', operand: this.#unary() };
    if (this.#scanner.take('!')) return { kind: 'unary', operator: '!', operand: this.#unary() };
    return this.#traversal(this.#primary());
  }

  #traversal(start: Expression): Expression {
    let expression = start;
    for (;;) {
      const next = this.#step(expression);
      if (next === undefined) return expression;
      expression = next;
    }
  }

  #step(of: Expression): Expression | undefined {
    const scanner = this.#scanner;
    if (scanner.takeHere('[*]') || scanner.takeHere('.*')) {
      return { kind: 'splat', of, each: this.#traversal({ kind: 'name', name: SPLAT_ELEMENT }) };
    }
    if (scanner.takeHere('[')) {
      const key = this.expression();
      scanner.expect(']');
      return { kind: 'index', of, key };
    }
    if (scanner.text.startsWith('...', scanner.position) || !scanner.takeHere('.')) return undefined;
    const index = scanner.match(/\d+/y);
    if (index !== undefined) return { kind: 'index', of, key: { kind: 'literal', value: Number(index) } };
    const name = scanner.identifier() ?? scanner.fail('expected a name after the dot');
    return { kind: 'attribute', of, name };
  }

  #primary(): Expression {
    const scanner = this.#scanner;
    if (scanner.take('(')) return this.#enclosed(')');
    if (scanner.take('"')) return this.template('"');
    if (scanner.take('[')) return this.#for(']') ?? this.#list();
    if (scanner.take('{')) return this.#for('}') ?? this.#object();
    const value = scanner.number();
    if (value !== undefined) return { kind: 'literal', value };
    const name = scanner.identifier() ?? scanner.fail('expected an expression');
    const word = Object.hasOwn(WORDS, name) ? WORDS[name] : undefined;
    if (word !== undefined) return { kind: 'literal', value: word };
    return this.#callOrName(name);
  }

  #callOrName(start: string): Expression {
    let name = start;
    while (this.#scanner.takeHere('::')) name += `::${this.#scanner.identifier() ?? ''}`;
    if (!this.#scanner.takeHere('(')) return { kind: 'name', name };
    const operands: Expression[] = [];
    let spread = false;
    while (!this.#scanner.take(')')) {
      operands.push(this.expression());
      spread = this.#scanner.take('...');
      if (this.#scanner.take(')')) break;
      this.#scanner.expect(',');
    }
    return { kind: 'call', name, operands, spread };
  }

  #enclosed(end: string): Expression {
    const expression = this.expression();
    this.#scanner.expect(end);
    return expression;
  }

  #list(): Expression {
    const items: Expression[] = [];
    while (!this.#scanner.take(']')) {
      items.push(this.expression());
      if (this.#scanner.take(']')) break;
      this.#scanner.expect(',');
    }
    return { kind: 'list', items };
  }

  #object(): Expression {
    const entries: [Expression, Expression][] = [];
    while (!this.#scanner.take('}')) {
      const key = this.#objectKey();
      if (!this.#scanner.take('=')) this.#scanner.expect(':');
      entries.push([key, this.expression()]);
      this.#scanner.take(',');
    }
    return { kind: 'object', entries };
  }

  // A bare word is a key, not a reference; in brackets it would be one.
  #objectKey(): Expression {
    if (this.#scanner.take('(')) return this.#enclosed(')');
    const word = this.#scanner.identifier();
    return word === undefined ? this.#primary() : { kind: 'literal', value: word };
  }

  #for(end: ']' | '}'): ForExpression | undefined {
    const scanner = this.#scanner;
    if (!scanner.takeWord('for')) return undefined;
    const first = scanner.identifier() ?? scanner.fail('expected a name');
    const second = scanner.take(',') ? (scanner.identifier() ?? scanner.fail('expected a name')) : undefined;
    if (!scanner.takeWord('in')) scanner.fail("expected 'in'");
    const source = this.expression();
    scanner.expect(':');
    const left = this.expression();
    const key = end === '}' ? left : undefined;
    if (end === '}') scanner.expect('=>');
    const value = end === '}' ? this.expression() : left;
    const grouped = scanner.take('...');
    const condition = scanner.takeWord('if') ? this.expression() : undefined;
    scanner.expect(end);
    const [keyName, valueName] = second === undefined ? [undefined, first] : [first, second];
    return { kind: 'for', keyName, valueName, source, key, value, condition, grouped };
  }
}
