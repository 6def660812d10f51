import { childrenOf, type Expression, rootsOf, type Selection, type Statement, selectedExpressions } from './ast';
import type { CompileSettings, Evaluate } from './evaluate';
import { compileExpression } from './expression-compiler';
import { isExternal } from './functions';
import { Journal, Waiting } from './journal';
import type { MessageContext } from './message-context';
import { type NumberRules, numberRules } from './numbers';
import { parseStatement } from './parser';
import { Run } from './run';
import { compileSelection, isPlainStar } from './selection-compiler';
import { SqlFailure } from './sql-failure';
import type { SqlVersion } from './sql-version';
import { StatementVariables } from './statement-variables';
import { validateStatement } from './validation';
import { isArray, isObject, type SqlValue, toJson, toPlain } from './value';

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

/** A statement, ready to run on any number of messages. */
export interface CompiledStatement {
  readonly statement: Statement;
  readonly version: SqlVersion;
  /** The topic filter of FROM; absent in a rule that is reached through Basic Ingest only. It is not part of `evaluate`. */
  readonly fromFilter?: string;
  /** Whether it calls `aws_lambda`, `get_dynamodb` or `get_thing_shadow`. */
  readonly callsExternalFunctions: boolean;
  /** Its SET; hand it to `compileTemplate`. */
  readonly variables: StatementVariables;
  /**
   * Runs WHERE and SELECT on a message. Never throws. A promise is returned only when an external function answered
   * with one.
   */
  evaluate(context: MessageContext): SqlResult | Promise<SqlResult>;
}

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
  readonly #where: Evaluate;
  readonly #select: SelectResult;
  readonly #tooManyQueries: boolean;

  constructor(statement: Statement, version: SqlVersion) {
    const positions = new Map(statement.variables.map(({ name }, index) => [name, index]));
    const numbers = numberRules(version);
    const settings = { version, numbers, nested: false, variables: positions };
    const calls = externalCalls(statement);
    this.statement = statement;
    this.version = version;
    this.numbers = numbers;
    this.fromFilter = statement.from?.filter;
    this.variables = new StatementVariables(statement.variables, settings);
    this.#where = statement.where === undefined ? () => true : compileExpression(statement.where, settings);
    this.#select = compileSelect(statement.select, settings);
    this.callsExternalFunctions = calls.length > 0;
    this.#tooManyQueries = calls.filter((name) => name === 'get_dynamodb').length > 1;
  }

  evaluate(context: MessageContext): SqlResult | Promise<SqlResult> {
    if (this.#tooManyQueries) return failed('get_dynamodb() must be called at most once in a statement');
    return this.#evaluateWith(context, this.callsExternalFunctions ? new Journal() : undefined);
  }

  #evaluateWith(context: MessageContext, journal: Journal | undefined): SqlResult | Promise<SqlResult> {
    journal?.rewind();
    try {
      return this.#run(new Run(context, this, journal));
    } catch (error) {
      if (error instanceof Waiting) return error.promise.then(() => this.#evaluateWith(context, journal));
      return failedBy(error);
    }
  }

  #run(run: Run): SqlResult {
    this.variables.set(run);
    return this.#where(run, undefined) === true ? this.#select(run) : { outcome: 'notMatched' };
  }
}

type SelectResult = (run: Run) => SqlResult;

/** What SELECT at the top makes: unlike in a nested query, `*` alone is the payload itself. */
function compileSelect(select: Selection, settings: CompileSettings): SelectResult {
  const [first, ...more] = selectedExpressions(select);
  const stars = select.kind === 'items' ? select.items.filter(isPlainStar).length : 0;
  const isStar = more.length === 0 && (stars === 1 || (select.kind === 'value' && first?.kind === 'star'));
  if (isStar) return (run) => new PayloadMatch(run.context);
  const evaluate = compileSelection(select, settings, compileExpression);
  if (stars > 0) return (run) => (canBeAddedTo(run) ? new ValueMatch(evaluate(run, undefined)) : failed(NOT_AN_OBJECT));
  if (select.kind === 'items' || settings.version !== '2015-10-08')
    return (run) => new ValueMatch(evaluate(run, undefined));
  return (run) => {
    const value = evaluate(run, undefined);
    return isArray(value) ? failed(ARRAY_IN_2015) : new ValueMatch(value);
  };
}

const NOT_AN_OBJECT = 'SELECT *, ... can only add to a payload that is empty or a JSON object';
const ARRAY_IN_2015 = 'SELECT VALUE cannot make an array in SQL version 2015-10-08';

/** @see https://docs.aws.amazon.com/iot/latest/developerguide/binary-payloads.html */
function canBeAddedTo(run: Run): boolean {
  return run.context.message.payload.length === 0 || isObject(run.payload());
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
    return failed(`the payload is too large or too deep for this statement (${error.message})`);
  throw error;
}

function failed(reason: string): SqlResult {
  return { outcome: 'failed', reason };
}
