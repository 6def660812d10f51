import { isUtf8 } from 'node:buffer';
import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import type { Command } from 'commander';
import { SystemClock } from '../../presence/clock';
import { LastwillError, mustBe } from '../../presence/errors';
import { MQTT_LIMITS } from '../../presence/limits';
import { systemRandomness } from '../../presence/randomness';
import { matchesTopic, topicNameProblem } from '../../presence/topic';
import {
  type CompiledStatement,
  compileStatement,
  isSqlVersion,
  MessageContext,
  pointAt,
  SQL_VERSIONS,
  SqlError,
  type SqlResult,
  type SqlVersion,
} from '../../semantics/iot-sql';
import { jsonLine } from '../json-line';

interface SqlFlags {
  readonly topic: string;
  readonly payload: string;
  readonly clientId?: string;
  readonly principal?: string;
  readonly sourceIp?: string;
  readonly accountId: string;
  readonly sqlVersion: SqlVersion;
  readonly json?: boolean;
}

/** `lastwill sql`: what a rule statement makes of a message. */
export function addSqlCommand(program: Command): void {
  program
    .command('sql')
    .description('evaluate an AWS IoT rule statement on a message, as the rules engine would')
    .argument('<QUERY>', `the statement, e.g. "SELECT color FROM 'a/+' WHERE size > 3"`)
    .requiredOption('--topic <TOPIC>', 'the topic of the message')
    .requiredOption('--payload <FILE>', 'the payload of the message; - reads it from standard input')
    .option('--client-id <ID>', 'what clientid() answers; without it n/a, as for a message over HTTP')
    .option('--principal <ID>', 'what principal() answers')
    .option('--source-ip <ADDRESS>', 'what sourceip() answers', sourceIpOption)
    .option('--account-id <ID>', 'what accountid() answers', '123456789012')
    .option('--sql-version <VERSION>', SQL_VERSIONS.join(', '), sqlVersionOption, '2016-03-23')
    .option('--json', 'print one JSON line')
    .action(runSql);
}

async function runSql(query: string, flags: SqlFlags): Promise<void> {
  const context = await contextOf(flags);
  const statement = compile(query, flags);
  const result = matchesFrom(statement, flags.topic) ? await statement.evaluate(context) : OTHER_TOPIC;
  if (flags.json === true) printJson(resultJson(result));
  if (result.outcome === 'failed') throw new LastwillError('SQL_FAILED', `the statement failed: ${result.reason}`);
  if (flags.json !== true) printResult(result, statement, flags);
}

function compile(query: string, flags: SqlFlags): CompiledStatement {
  try {
    return compileStatement(query, { version: flags.sqlVersion });
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    if (flags.json === true) printJson({ error: errorJson(error) });
    const place = indent(pointAt(error, query));
    throw new LastwillError(error.code, `${error.message}\n\n${place}`, { cause: error });
  }
}

const OTHER_TOPIC = { outcome: 'otherTopic' } as const;
type Outcome = SqlResult | typeof OTHER_TOPIC;

function printResult(result: Outcome, statement: CompiledStatement, flags: SqlFlags): void {
  if (result.outcome === 'matched') process.stdout.write(Buffer.concat([result.payload, Buffer.from('\n')]));
  else process.stdout.write(`no match: ${whyNot(result, statement, flags)}\n`);
}

function whyNot(result: Outcome, statement: CompiledStatement, flags: SqlFlags): string {
  if (result.outcome === 'otherTopic')
    return `FROM '${statement.fromFilter}' does not match the topic '${flags.topic}'`;
  return 'WHERE is not true';
}

function resultJson(result: Outcome): unknown {
  if (result.outcome === 'failed') return { error: { code: 'SQL_FAILED', message: result.reason } };
  if (result.outcome !== 'matched') return { matched: false, result: null };
  const { payload, value } = result;
  if (value !== undefined || payload.length === 0) return { matched: true, result: value ?? null };
  return {
    matched: true,
    result: payload.toString(),
    ...(isUtf8(payload) ? {} : { base64: payload.toString('base64') }),
  };
}

function errorJson({ code, detail, line, column, found, expected }: SqlError): unknown {
  return { code, message: detail, line, column, found, expected };
}

function printJson(value: unknown): void {
  process.stdout.write(jsonLine(value));
}

/** A statement without FROM sees every topic, as it does behind Basic Ingest. AWS's `a/#` does not match `a`. */
function matchesFrom(statement: CompiledStatement, topic: string): boolean {
  const { fromFilter } = statement;
  return fromFilter === undefined || matchesTopic(fromFilter, topic, { hashMatchesParent: false });
}

async function contextOf(flags: SqlFlags): Promise<MessageContext> {
  const problem = topicNameProblem(flags.topic, MQTT_LIMITS.topic);
  if (problem !== undefined) throw new LastwillError('OPTION_INVALID', mustBe('--topic', problem, flags.topic));
  const { topic, clientId, principal, sourceIp, accountId } = flags;
  const payload = await readPayload(flags.payload);
  const traceId = systemRandomness.uuid();
  const environment = { accountId, clock: new SystemClock(), randomness: systemRandomness, traceId };
  return new MessageContext({ topic, payload, clientId, principal, sourceIp, ...environment });
}

async function readPayload(file: string): Promise<Buffer> {
  if (file === '-') return Buffer.concat(await process.stdin.toArray());
  try {
    return await readFile(file);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new LastwillError('FILE_UNREADABLE', `--payload must be a readable file or -, got '${file}' (${reason})`);
  }
}

function sqlVersionOption(text: string): SqlVersion {
  if (isSqlVersion(text)) return text;
  throw new LastwillError('OPTION_INVALID', mustBe('--sql-version', `one of ${SQL_VERSIONS.join(', ')}`, text));
}

function sourceIpOption(text: string): string {
  if (isIP(text) !== 0) return text;
  throw new LastwillError('OPTION_INVALID', mustBe('--source-ip', 'an IP address', text));
}

function indent(text: string): string {
  return text.replace(/^/gm, '  ');
}
