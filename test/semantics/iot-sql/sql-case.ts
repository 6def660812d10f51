import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ManualClock } from '../../../presence/clock';
import { seededRandomness } from '../../../presence/randomness';
import { type ExternalFunctions, MessageContext, type SqlVersion } from '../../../semantics/iot-sql';

/** What a case, or the file for all its cases, says of the message. */
interface CaseMessage {
  readonly version?: SqlVersion;
  /** A JSON payload. */
  readonly payload?: unknown;
  /** A payload given as text, JSON or not. */
  readonly payloadText?: string;
  readonly payloadBase64?: string;
  readonly topic?: string;
  readonly clientId?: string;
  readonly principal?: string;
  readonly sourceIp?: string;
  readonly traceId?: string;
  readonly userProperties?: readonly (readonly [string, string])[];
  readonly contentType?: string;
  readonly responseTopic?: string;
  readonly correlationDataText?: string;
  readonly payloadFormatIndicator?: 0 | 1;
}

/** One statement, one message and what has to come of it: exactly one of the last six. */
export interface SqlCase extends CaseMessage {
  readonly title?: string;
  /** The whole statement, or ... */
  readonly sql?: string;
  /** ... an expression for `SELECT VALUE`, or ... */
  readonly expression?: string;
  /** ... a condition for `SELECT * ... WHERE`. */
  readonly where?: string;
  /** The result as JSON data. */
  readonly result?: unknown;
  /** The result as the action gets it, character by character. */
  readonly text?: string;
  readonly undefined?: true;
  readonly matched?: boolean;
  /** A part of the reason. */
  readonly failed?: string;
  readonly error?: {
    readonly code?: string;
    readonly line?: number;
    readonly column: number;
    readonly message: string;
  };
  /** Where it says so. @default - the file's source */
  readonly source?: string;
}

interface CaseFile extends CaseMessage {
  readonly feature: string;
  readonly source: string;
  readonly cases: readonly SqlCase[];
}

/** Every case of every file in `cases/`, by feature. */
export function readCaseFiles(): readonly CaseFile[] {
  const directory = join(__dirname, 'cases');
  const files = readdirSync(directory).filter((name) => name.endsWith('.json'));
  return files.map((name) => {
    const { cases, ...shared } = JSON.parse(readFileSync(join(directory, name), 'utf8')) as CaseFile;
    return { ...shared, cases: cases.map((one) => ({ ...shared, ...one })) };
  });
}

export function statementOf({ sql, expression, where }: SqlCase): string {
  if (sql !== undefined) return sql;
  return expression === undefined ? `SELECT * FROM 'a/b' WHERE ${where}` : `SELECT VALUE ${expression} FROM 'a/b'`;
}

/** The context of a case; time stands at 2026-01-01T00:00:00Z. */
export function contextOf(message: CaseMessage, external?: ExternalFunctions): MessageContext {
  const { correlationDataText, topic = 'a/b', ...options } = message;
  return new MessageContext({
    ...options,
    topic,
    payload: payloadOf(message),
    correlationData: correlationDataText === undefined ? undefined : Buffer.from(correlationDataText),
    accountId: '123456789012',
    clock: new ManualClock(),
    randomness: seededRandomness(1),
    external,
  });
}

function payloadOf({ payload, payloadText, payloadBase64 }: CaseMessage): Buffer {
  if (payloadBase64 !== undefined) return Buffer.from(payloadBase64, 'base64');
  return Buffer.from(payloadText ?? JSON.stringify(payload ?? {}));
}
