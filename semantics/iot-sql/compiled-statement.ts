import { AWS_LIMITS } from '../../presence/limits';
import { childrenOf, type Expression, rootsOf, type Statement, selectedExpressions } from './ast';
import type { Evaluate } from './evaluate';
import { compileExpression } from './expression-compiler';
import { isExternal } from './functions';
import type { MessageContext } from './message-context';
import { type NumberRules, numberRules } from './numbers';
import { parseStatement } from './parser';
import { Journal, messageOf, Run, SqlFailure, Waiting } from './run';
import { compileSelection, isPlainStar } from './selection-compiler';
import type { SqlVersion } from './sql-version';
import { validateStatement } from './validation';
import { isObject, type SqlValue, toJson, toPlain } from './value';

/** The statement selected something: what the rule's actions receive. */
interface Matched {
  readonly outcome: 'matched';
  /** The result as an action receives it: JSON, or for `SELECT *` the payload's own bytes. */
  readonly payload: Buffer;
  /** The result as JavaScript data; `undefined` for a payload that is not JSON, and for Undefined. */
  readonly value: unknown;
}

/** What a statement made of a message. */
export type SqlResult =
  | Matched
  /** WHERE was false or Undefined. */
  | { readonly outcome: 'notMatched' }
  /** The statement could not be evaluated; AWS then runs neither the actions nor the error action. */
  | { readonly outcome: 'failed'; readonly reason: string };

/** The values of SET for one message; hand it to `compileTemplate`. */
export interface StatementVariables {
  readonly names: ReadonlySet<string>;
  /** The values in the order of the names; computed once per message. */
  valuesFor(context: MessageContext): readonly SqlValue[];
}

/** A statement, ready to run on any number of messages. */
export interface CompiledStatement {
  readonly statement: Statement;
  readonly version: SqlVersion;
  /** The topic filter of FROM; absent in a rule that is reached through Basic Ingest only. It is not part of `evaluate`. */
  readonly fromFilter?: string;
  /** Whether it calls `aws_lambda`, `get_dynamodb` or `get_thing_shadow`. */
  readonly callsExternalFunctions: boolean;
  readonly variables: StatementVariables;
  /**
   * Runs WHERE and SELECT on a message. Never throws. A promise is returned only when an external function answered
   * with one.
   */
  evaluate(context: MessageContext): SqlResult | Promise<SqlResult>;
}

/** Most bytes of a SET variable, and of all of them. @see https://docs.aws.amazon.com/iot/latest/developerguide/iot-sql-set.html */
const MAXIMUM_VARIABLE_BYTES = AWS_LIMITS.maximumPayloadBytes;

/**
 * Compiles a rule statement once, for any number of messages.
 * @throws SqlError as `parseStatement` does.
 * @example
 * const statement = compileStatement("SELECT color AS c FROM 'a/b' WHERE size > 3", { version: '2016-03-23' });
 * const result = await statement.evaluate(new MessageContext({ topic: 'a/b', payload, accountId, clock, randomness }));
 */
export function compileStatement(
  sql: string | Statement,
  options: { readonly version: SqlVersion },
): CompiledStatement {
  const statement = typeof sql === 'string' ? parseStatement(sql) : sql;
  validateStatement(statement, options.version);
  return new CompiledRuleStatement(statement, options.version);
}

class CompiledRuleStatement implements CompiledStatement {
  readonly statement: Statement;
  readonly version: SqlVersion;
  readonly numbers: NumberRules;
  readonly fromFilter?: string;
  readonly callsExternalFunctions: boolean;
  readonly variables: StatementVariables;
  readonly #definitions: readonly Evaluate[];
  readonly #variableValues = new WeakMap<MessageContext, readonly SqlValue[]>();
  readonly #select: Evaluate;
  readonly #where: Evaluate | undefined;
  readonly #passesPayload: boolean;
  readonly #addsToPayload: boolean;
  readonly #makesValue: boolean;
  readonly #tooManyQueries: boolean;

  constructor(statement: Statement, version: SqlVersion) {
    const names = statement.variables.map(({ name }) => name);
    const settings = { version, nested: false, variables: new Map(names.map((name, index) => [name, index])) };
    const stars = statement.select.kind === 'items' ? statement.select.items.filter(isPlainStar).length : 0;
    this.statement = statement;
    this.version = version;
    this.numbers = numberRules(version);
    this.fromFilter = statement.from?.filter;
    this.variables = { names: new Set(names), valuesFor: (context) => this.#valuesFor(context) };
    this.#definitions = statement.variables.map(({ expression }) => compileExpression(expression, settings));
    this.#select = compileSelection(statement.select, settings, compileExpression);
    this.#where = statement.where === undefined ? undefined : compileExpression(statement.where, settings);
    this.#makesValue = statement.select.kind === 'value';
    this.#passesPayload = selectedExpressions(statement.select).length === 1 && (stars === 1 || isStarValue(statement));
    this.#addsToPayload = stars > 0 && !this.#passesPayload;
    const calls = externalCalls(statement);
    this.callsExternalFunctions = calls.length > 0;
    this.#tooManyQueries = calls.filter((name) => name === 'get_dynamodb').length > 1;
  }

  evaluate(context: MessageContext): SqlResult | Promise<SqlResult> {
    if (!this.callsExternalFunctions) return this.#attempt(context, undefined) as SqlResult;
    if (this.#tooManyQueries) return failed('get_dynamodb() must be called at most once in a statement');
    return this.#evaluateWith(context, new Journal());
  }

  #evaluateWith(context: MessageContext, journal: Journal): SqlResult | Promise<SqlResult> {
    journal.rewind();
    const result = this.#attempt(context, journal);
    return result instanceof Waiting ? result.promise.then(() => this.#evaluateWith(context, journal)) : result;
  }

  #attempt(context: MessageContext, journal: Journal | undefined): SqlResult | Waiting {
    try {
      return this.#evaluateOnce(context, new Run(context, this, journal));
    } catch (error) {
      return error instanceof Waiting ? error : failedBy(error);
    }
  }

  #evaluateOnce(context: MessageContext, run: Run): SqlResult {
    if (this.#definitions.length > 0) this.#setVariables(context, run);
    if (this.#where !== undefined && this.#where(run, undefined) !== true) return { outcome: 'notMatched' };
    if (this.#passesPayload) return new PayloadMatch(context);
    if (this.#addsToPayload) checkCanBeAddedTo(context, run);
    const value = this.#select(run, undefined);
    if (this.#makesValue && this.version === '2015-10-08' && Array.isArray(value)) {
      return failed('SELECT VALUE cannot make an array in SQL version 2015-10-08');
    }
    return new ValueMatch(value);
  }

  #setVariables(context: MessageContext, run: Run): void {
    let total = 0;
    for (const [index, define] of this.#definitions.entries()) {
      run.variables[index] = define(run, undefined);
      total += Buffer.byteLength(toJson(run.variables[index]));
      if (total > MAXIMUM_VARIABLE_BYTES)
        throw new SqlFailure(`the values of SET must be at most ${MAXIMUM_VARIABLE_BYTES} bytes`);
    }
    this.#variableValues.set(context, run.variables);
  }

  #valuesFor(context: MessageContext): readonly SqlValue[] {
    if (this.#definitions.length === 0) return [];
    if (!this.#variableValues.has(context)) this.#setVariables(context, new Run(context, this));
    return this.#variableValues.get(context) ?? [];
  }
}

/** `SELECT *` hands the payload on as it came, JSON or not. */
class PayloadMatch implements Matched {
  readonly outcome = 'matched';
  readonly #context: MessageContext;

  constructor(context: MessageContext) {
    this.#context = context;
  }

  get payload(): Buffer {
    return this.#context.message.payload;
  }

  get value(): unknown {
    return this.#context.plainJson;
  }
}

class ValueMatch implements Matched {
  readonly outcome = 'matched';
  readonly payload: Buffer;
  readonly #value: SqlValue;

  constructor(value: SqlValue) {
    this.#value = value;
    this.payload = Buffer.from(toJson(value));
  }

  get value(): unknown {
    return toPlain(this.#value);
  }
}

function isStarValue(statement: Statement): boolean {
  return statement.select.kind === 'value' && statement.select.expression.kind === 'star';
}

/** @see https://docs.aws.amazon.com/iot/latest/developerguide/binary-payloads.html */
function checkCanBeAddedTo(context: MessageContext, run: Run): void {
  if (context.message.payload.length === 0 || isObject(run.payload())) return;
  throw new SqlFailure('SELECT *, ... can only add to a payload that is empty or a JSON object');
}

function externalCalls(statement: Statement): readonly string[] {
  const names: string[] = [];
  const visit = (expression: Expression): void => {
    if (expression.kind === 'call' && isExternal(expression.name)) names.push(expression.name.toLowerCase());
    childrenOf(expression).forEach(visit);
  };
  rootsOf(statement).forEach(visit);
  return names;
}

function failedBy(error: unknown): SqlResult {
  if (error instanceof SqlFailure) return failed(error.message);
  if (error instanceof RangeError)
    return failed(`the payload is too large or too deep for this statement (${messageOf(error)})`);
  throw error;
}

function failed(reason: string): SqlResult {
  return { outcome: 'failed', reason };
}
