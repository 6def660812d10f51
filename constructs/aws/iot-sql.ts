import { Token } from 'aws-cdk-lib';
import { LastwillError, mustBe, throwIfAny } from '../../presence/errors';
import { AWS_LIMITS } from '../../presence/limits';
import { topicFilterProblem } from '../../presence/topic';
import type { Statement } from '../../semantics/iot-sql/ast';
import { parseStatement } from '../../semantics/iot-sql/parser';
import { SqlError } from '../../semantics/iot-sql/sql-error';
import { problemsIn, whenKnown } from './prop-check';

/** Versions of the SQL of rules. @see https://docs.aws.amazon.com/iot/latest/developerguide/iot-rule-sql-version.html */
export enum IotSqlVersion {
  /** What AWS assumes where no version is given: no nested queries, no object or array literals, fewer functions. */
  VER_2015_10_08 = '2015-10-08',
  /** What AWS recommends. */
  VER_2016_03_23 = '2016-03-23',
  /** Whatever is newest; may change without notice. */
  NEWEST_UNSTABLE = 'beta',
}

/** A value that a statement selects. */
export interface IotSqlColumn {
  /** Expression, e.g. `topic(2)`. */
  readonly expression: string;
  /** Key under which the value appears in the result. */
  readonly alias: string;
}

/** The parts of a statement. */
export interface IotSqlSelectProps {
  /** Topic filter. */
  readonly from: string;
  /** Select list. @default * */
  readonly select?: string;
  /** Condition, without the keyword. @default - every message on the topics */
  readonly where?: string;
  /** Version of the rules' SQL. @default IotSqlVersion.VER_2016_03_23 */
  readonly version?: IotSqlVersion;
}

/**
 * Statement of a topic rule together with its SQL version.
 *
 * @example
 * const sql = IotSql.select({ from: 'clients/+/status', where: "state = 'offline'" });
 */
export abstract class IotSql {
  /** A statement as it is written. @throws LastwillError SQL_INVALID, with line and column, when AWS would refuse it. */
  static fromString(sql: string, version: IotSqlVersion = IotSqlVersion.VER_2016_03_23): IotSql {
    return new WrittenSql(sql, version);
  }

  /** A statement made of its parts, to which an action can add what it needs. @throws LastwillError OPTION_INVALID or SQL_INVALID */
  static select(props: IotSqlSelectProps): IotSql {
    return new SelectSql(props, []);
  }

  /** Text of the statement. */
  abstract readonly text: string;
  /** The version that decides how the text is understood. */
  abstract readonly version: IotSqlVersion;
  /** Topic filter of FROM. `undefined` without one, or when it is only known at deployment. */
  abstract readonly fromFilter: string | undefined;

  /**
   * The same statement, selecting one value more.
   * @throws LastwillError SQL_INVALID when the value cannot be added to this statement.
   */
  abstract withColumn(column: IotSqlColumn): IotSql;
}

class WrittenSql extends IotSql {
  /** `undefined` when the text is only known at deployment, or beyond what the parser knows. */
  readonly #statement: Statement | undefined;

  constructor(
    readonly text: string,
    readonly version: IotSqlVersion,
  ) {
    super();
    this.#statement = Token.isUnresolved(text) ? parseAroundTokens(text, version) : parse(text, version);
  }

  get fromFilter(): string | undefined {
    return Token.isUnresolved(this.text) ? undefined : this.#statement?.from?.filter;
  }

  withColumn(column: IotSqlColumn): IotSql {
    const { select, from } = this.#statement ?? {};
    if (select?.kind !== 'items' || from === undefined) throw this.#cannotSelect(column);
    if (select.items.some((item) => item.alias?.join('.') === column.alias)) return this;
    const list = this.text.slice(0, from.at.start).replace(/\s*\bfrom\s*$/i, '');
    const rest = this.text.slice(list.length);
    return new WrittenSql(`${list}, ${column.expression} AS ${column.alias}${rest}`, this.version);
  }

  #cannotSelect(column: IotSqlColumn): LastwillError {
    const text = Token.isUnresolved(this.text) ? 'one that is known only at deployment' : `'${this.text}'`;
    return new LastwillError(
      'SQL_INVALID',
      `sql must be a statement that can select "${column.expression} AS ${column.alias}" too, got ${text}; select it there, without VALUE`,
    );
  }
}

class SelectSql extends IotSql {
  readonly text: string;
  readonly version: IotSqlVersion;
  readonly #props: IotSqlSelectProps;
  readonly #columns: readonly IotSqlColumn[];

  constructor(props: IotSqlSelectProps, columns: readonly IotSqlColumn[]) {
    super();
    throwIfAny('OPTION_INVALID', problemsIn([whenKnown(props.from, fromProblem)]));
    this.#props = props;
    this.#columns = columns;
    this.version = props.version ?? IotSqlVersion.VER_2016_03_23;
    const list = [props.select ?? '*', ...columns.map(({ expression, alias }) => `${expression} AS ${alias}`)];
    const where = props.where === undefined ? '' : ` where ${props.where}`;
    this.text = `SELECT ${list.join(', ')} FROM '${props.from}'${where}`;
    if (!Token.isUnresolved(this.text)) parse(this.text, this.version);
  }

  get fromFilter(): string | undefined {
    return Token.isUnresolved(this.#props.from) ? undefined : this.#props.from;
  }

  withColumn(column: IotSqlColumn): IotSql {
    return new SelectSql(this.#props, [...this.#columns, column]);
  }
}

/** A statement that AWS has and the parser does not know passes: AWS decides. */
function parse(text: string, version: IotSqlVersion): Statement | undefined {
  try {
    return parseStatement(text, { version });
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    if (error.code === 'SQL_NOT_EMULATED') return undefined;
    throw new LastwillError('SQL_INVALID', `${mustBe('sql', 'a statement that AWS accepts', text)}: ${error.message}`, {
      cause: error,
    });
  }
}

/**
 * What is known of a statement with parts that are only known at deployment: their places are filled, so that positions
 * stay; a part may stand for more than the parser can guess.
 */
function parseAroundTokens(text: string, version: IotSqlVersion): Statement | undefined {
  try {
    const filled = text.replace(/[$#]\{Token\[[^\]]*\]\}/g, (token) => 'x'.repeat(token.length));
    return parseStatement(filled, { version });
  } catch (error) {
    if (error instanceof SqlError) return undefined;
    throw error;
  }
}

function fromProblem(filter: string): string | undefined {
  if (filter.includes("'")) return mustBe('from', "a topic filter without '", filter);
  const rule = topicFilterProblem(filter, AWS_LIMITS.topic);
  return rule === undefined ? undefined : mustBe('from', rule, filter);
}
