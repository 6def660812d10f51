import { SystemClock } from '../presence/clock';
import { systemRandomness } from '../presence/randomness';
import { lastWillPayload } from '../presence/will-payload';
import { compileStatement, MessageContext } from '../semantics/iot-sql';

/** What one statement costs on one message, beside what reading and writing that message's JSON costs. */
export interface SqlMeasurement {
  readonly statement: string;
  readonly nanosecondsPerMessage: number;
  readonly jsonNanosecondsPerMessage: number;
  /** How many times JSON.parse and JSON.stringify of the payload. */
  readonly ratio: number;
}

const LAST_WILL_RULE =
  "SELECT * FROM '/last/will/topic' where state.reported.last_will = 'yes' and state.reported.trigger_action = 'on'";

/** Statements from plain to busy; the first is the last-will rule. */
export const STATEMENTS: readonly string[] = [
  LAST_WILL_RULE,
  "SELECT state.reported.client_id AS device, topic(2) AS kind, timestamp() AS at FROM '/last/will/topic' WHERE state.reported.last_will = 'yes'",
  "SELECT *, concat('Device ', state.reported.client_id, ' is gone') AS default FROM '/last/will/topic'",
];

/** Measures a statement on the default will: the best of several rounds, so that a busy machine does not count. */
export function measureStatement(
  sql: string,
  options: { readonly messages?: number; readonly rounds?: number } = {},
): SqlMeasurement {
  const { messages = 100_000, rounds = 7 } = options;
  const payload = Buffer.from(lastWillPayload('lwtThing'));
  const statement = compileStatement(sql, { version: '2016-03-23' });
  const message = {
    topic: '/last/will/topic',
    payload,
    accountId: '123456789012',
    clock: new SystemClock(),
    randomness: systemRandomness,
  };
  const evaluate = (): unknown => statement.evaluate(new MessageContext(message));
  const json = (): unknown => JSON.stringify(JSON.parse(payload.toString()));
  const nanoseconds = { evaluate: Number.POSITIVE_INFINITY, json: Number.POSITIVE_INFINITY };
  for (let round = 0; round < rounds; round++) {
    nanoseconds.json = Math.min(nanoseconds.json, nanosecondsPerCall(json, messages));
    nanoseconds.evaluate = Math.min(nanoseconds.evaluate, nanosecondsPerCall(evaluate, messages));
  }
  return {
    statement: sql,
    nanosecondsPerMessage: nanoseconds.evaluate,
    jsonNanosecondsPerMessage: nanoseconds.json,
    ratio: nanoseconds.evaluate / nanoseconds.json,
  };
}

function nanosecondsPerCall(call: () => unknown, calls: number): number {
  const start = process.hrtime.bigint();
  for (let count = 0; count < calls; count++) call();
  return Number(process.hrtime.bigint() - start) / calls;
}
