import { Token } from 'aws-cdk-lib';
import { LastwillError, mustBe, throwIfAny } from '../../presence/errors';
import { AWS_LIMITS } from '../../presence/limits';
import { topicFilterProblem } from '../../presence/topic';
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
  /** @default IotSqlVersion.VER_2016_03_23 */
  readonly version?: IotSqlVersion;
}

/**
 * Statement of a topic rule together with its SQL version.
 *
 * @example
 * const sql = IotSql.select({ from: 'clients/+/status', where: "state = 'offline'" });
 */
export abstract class IotSql {
  /** A statement as it is written. @throws LastwillError OPTION_INVALID when it is empty. */
  static fromString(sql: string, version: IotSqlVersion = IotSqlVersion.VER_2016_03_23): IotSql {
    return new WrittenSql(sql, version);
  }

  /** A statement made of its parts, to which an action can add what it needs. @throws LastwillError OPTION_INVALID */
  static select(props: IotSqlSelectProps): IotSql {
    return new SelectSql(props, []);
  }

  /** Text of the statement. */
  abstract readonly text: string;
  /** The version that decides how the text is understood. */
  abstract readonly version: IotSqlVersion;

  /**
   * The same statement, selecting one value more.
   * @throws LastwillError SQL_INVALID when the value cannot be added to this statement.
   */
  abstract withColumn(column: IotSqlColumn): IotSql;
}

class WrittenSql extends IotSql {
  constructor(
    readonly text: string,
    readonly version: IotSqlVersion,
  ) {
    super();
    throwIfAny(
      'OPTION_INVALID',
      problemsIn([whenKnown(text, (sql) => (sql.trim() === '' ? mustBe('sql', 'a statement', sql) : undefined))]),
    );
  }

  withColumn(column: IotSqlColumn): IotSql {
    const selected = new RegExp(`\\bas\\s+${column.alias}\\b`, 'i');
    if (!Token.isUnresolved(this.text) && selected.test(this.text)) return this;
    throw new LastwillError(
      'SQL_INVALID',
      `sql must be a statement that selects '${column.alias}', got '${this.text}'; add "${column.expression} AS ${column.alias}" or write it with IotSql.select()`,
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
  }

  withColumn(column: IotSqlColumn): IotSql {
    return new SelectSql(this.#props, [...this.#columns, column]);
  }
}

function fromProblem(filter: string): string | undefined {
  if (filter.includes("'")) return mustBe('from', "a topic filter without '", filter);
  const rule = topicFilterProblem(filter, AWS_LIMITS.topic);
  return rule === undefined ? undefined : mustBe('from', rule, filter);
}
