import { AWS_LIMITS, MQTT_LIMITS } from '../../presence/limits';
import { topicFilterProblem } from '../../presence/topic';
import {
  type Expression,
  type FromClause,
  type Query,
  rootsOf,
  type SelectItem,
  type Selection,
  type Statement,
  type VariableDefinition,
} from './ast';
import { MAXIMUM_TREE_DEPTH, tooDeepIn } from './expression-depth';
import { ExpressionParser } from './expression-parser';
import { SqlError } from './sql-error';
import type { SqlVersion } from './sql-version';
import { TokenReader } from './token-reader';
import { validateExpression, validateStatement } from './validation';

/** Most variables of one SET. @see https://docs.aws.amazon.com/iot/latest/developerguide/iot-sql-set.html */
const MAXIMUM_VARIABLES = 10;
const MAXIMUM_VARIABLE_NAME_LENGTH = 64;

/**
 * Parses a rule statement.
 * @param options with a version the statement is also checked against what that version has: functions, cast types,
 *   literals, nested queries.
 * @throws SqlError with code `SQL_INVALID` when AWS would refuse it, `SQL_NOT_EMULATED` when it names something that
 *   AWS has and the embedded cloud has not.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/iot-sql-reference.html
 */
export function parseStatement(sql: string, options: { readonly version?: SqlVersion } = {}): Statement {
  const statement = new StatementParser(new TokenReader(sql)).statement();
  refuseTooDeep(rootsOf(statement), sql);
  if (options.version !== undefined) validateStatement(statement, options.version);
  return statement;
}

/**
 * Parses one expression, as it stands in a substitution template.
 * @throws SqlError as {@link parseStatement} does.
 */
export function parseExpression(
  text: string,
  options: { readonly version: SqlVersion; readonly variables: ReadonlySet<string> },
): Expression {
  const expression = new StatementParser(new TokenReader(text)).only();
  refuseTooDeep([expression], text);
  validateExpression(expression, { text, ...options });
  return expression;
}

function refuseTooDeep(roots: readonly Expression[], text: string): void {
  const deep = tooDeepIn(roots);
  if (deep === undefined) return;
  const detail = `the expression is built of more than ${MAXIMUM_TREE_DEPTH} levels of operators`;
  throw new SqlError({ text, at: deep.at, detail });
}

class StatementParser extends ExpressionParser {
  only(): Expression {
    const expression = this.expression();
    if (this.reader.peek().kind !== 'end') throw this.reader.unexpected('an operator or the end of the expression');
    return expression;
  }

  statement(): Statement {
    const variables = this.reader.keyword() === 'SET' ? this.#variables() : [];
    if (this.reader.keyword() !== 'SELECT')
      throw this.reader.unexpected(variables.length === 0 ? 'SELECT' : "',' or SELECT");
    const select = this.#selection();
    const from = this.reader.takeKeyword('FROM') ? this.#from() : undefined;
    const where = this.reader.takeKeyword('WHERE') ? this.expression() : undefined;
    if (this.reader.peek().kind !== 'end') throw this.reader.unexpected(continuation(from, where));
    const clauses = { ...(from === undefined ? {} : { from }), ...(where === undefined ? {} : { where }) };
    return Object.freeze({
      kind: 'statement',
      variables: Object.freeze(variables),
      select,
      ...clauses,
      text: this.reader.text,
    });
  }

  #variables(): readonly VariableDefinition[] {
    this.reader.next();
    const variables: VariableDefinition[] = [];
    do variables.push(this.#variable(variables));
    while (this.reader.takeSymbol(','));
    return variables;
  }

  #variable(earlier: readonly VariableDefinition[]): VariableDefinition {
    const { value: name, at } = this.reader.expectKind('variable', 'a variable, e.g. @name');
    if (name.length > MAXIMUM_VARIABLE_NAME_LENGTH) {
      throw this.reader.error(
        at,
        `the variable's name must be at most ${MAXIMUM_VARIABLE_NAME_LENGTH} characters long`,
      );
    }
    if (earlier.some((other) => other.name === name)) throw this.reader.error(at, `@${name} is set twice`);
    if (earlier.length === MAXIMUM_VARIABLES) {
      throw this.reader.error(at, `SET must hold at most ${MAXIMUM_VARIABLES} variables`);
    }
    this.reader.expectSymbol('=');
    return Object.freeze({ name, expression: this.expression(), at });
  }

  #selection(): Selection {
    this.reader.expectKeyword('SELECT');
    if (this.#valueKeywordStandsHere()) return this.#value();
    const items: SelectItem[] = [];
    do items.push(this.#item());
    while (this.reader.takeSymbol(','));
    return Object.freeze({ kind: 'items', items: Object.freeze(items) });
  }

  /** `value` is a common field name too: it is the keyword only where an expression follows it. */
  #valueKeywordStandsHere(): boolean {
    if (this.reader.keyword() !== 'VALUE') return false;
    const next = this.reader.peek(1);
    if (next.kind === 'symbol')
      return ['(', '[', '{'].includes(next.value) || (next.value === '*' && this.#selectionEndsAt(2));
    if (next.kind === 'word') return !['FROM', 'AS', 'AND', 'OR', 'WHERE'].includes(next.value.toUpperCase());
    return next.kind !== 'end';
  }

  #selectionEndsAt(ahead: number): boolean {
    return this.reader.peek(ahead).kind === 'end' || ['FROM', 'WHERE'].includes(this.reader.keyword(ahead) ?? '');
  }

  #value(): Selection {
    this.reader.next();
    const expression = this.#starOrExpression();
    if (this.reader.isSymbol(',')) throw this.reader.unexpected('FROM', 'SELECT VALUE takes one expression');
    if (this.reader.keyword() === 'AS') throw this.reader.unexpected('FROM', 'SELECT VALUE takes no alias');
    return Object.freeze({ kind: 'value', expression });
  }

  #item(): SelectItem {
    const expression = this.#starOrExpression();
    if (!this.reader.takeKeyword('AS')) return Object.freeze({ expression });
    const alias = [this.#aliasName()];
    while (this.reader.takeSymbol('.')) alias.push(this.#aliasName());
    return Object.freeze({ expression, alias: Object.freeze(alias) });
  }

  #starOrExpression(): Expression {
    const { at } = this.reader.peek();
    if (!this.reader.takeSymbol('*')) return this.expression();
    return Object.freeze({ kind: 'star', at });
  }

  #aliasName(): string {
    return this.reader.expectKind('word', 'an alias', 'an alias is a plain word, without quotes').value;
  }

  #from(): FromClause {
    const { value: filter, at } = this.reader.expectKind('string', 'a topic filter in quotes', "e.g. FROM 'a/+/b'");
    const limits = filter.startsWith('$')
      ? { ...MQTT_LIMITS.topic, maximumBytes: AWS_LIMITS.topic.maximumBytes }
      : AWS_LIMITS.topic;
    const problem = topicFilterProblem(filter, limits);
    if (problem !== undefined) throw this.reader.error(at, `FROM must be ${problem}, got '${filter}'`);
    return Object.freeze({ filter, at });
  }

  protected override query(): Query {
    const start = this.reader.next().at;
    const select = this.#selection();
    if (!this.reader.takeKeyword('FROM')) throw this.reader.unexpected("',' or FROM");
    if (this.reader.peek().kind === 'string') {
      throw this.reader.unexpected(
        'a field without quotes',
        'a nested query selects from the payload, not from a topic',
      );
    }
    const from = this.postfix();
    const alias = this.reader.takeKeyword('AS') ? this.#aliasName() : undefined;
    const where = this.reader.takeKeyword('WHERE') ? this.expression() : undefined;
    this.reader.expectSymbol(')');
    return Object.freeze({
      kind: 'query',
      select,
      from,
      ...(alias === undefined ? {} : { alias }),
      ...(where === undefined ? {} : { where }),
      at: this.reader.spanFrom(start),
    });
  }
}

function continuation(from: FromClause | undefined, where: Expression | undefined): string {
  if (where !== undefined) return 'an operator or the end of the statement';
  return from === undefined ? "',', AS, FROM or WHERE" : 'WHERE or the end of the statement';
}
