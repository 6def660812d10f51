import { SystemClock } from '../presence/clock';
import { systemRandomness } from '../presence/randomness';
import { lastWillPayload } from '../presence/will-payload';
import { compileStatement, MessageContext } from '../semantics/iot-sql';
import { verdict } from './verdict';

/** How many times JSON.parse and JSON.stringify of a will the last-will rule may take. */
const LAST_WILL_RULE_BUDGET = 3;

const MESSAGES = 100_000;

const ROUNDS = 7;

const LAST_WILL_RULE =
  "SELECT * FROM '/last/will/topic' where state.reported.last_will = 'yes' and state.reported.trigger_action = 'on'";

/** What busier statements take is printed too, without a budget. */
const BUSIER_STATEMENTS = [
  "SELECT state.reported.client_id AS device, topic(2) AS kind, timestamp() AS at FROM '/last/will/topic' WHERE state.reported.last_will = 'yes'",
  "SELECT *, concat('Device ', state.reported.client_id, ' is gone') AS default FROM '/last/will/topic'",
];

/** How many times what JSON.parse and JSON.stringify of the default will take a statement takes on it. */
function timesJson(sql: string): number {
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
  // The best round counts, so that a busy machine does not.
  for (let round = 0; round < ROUNDS; round++) {
    nanoseconds.json = Math.min(nanoseconds.json, nanosecondsPerCall(json, MESSAGES));
    nanoseconds.evaluate = Math.min(nanoseconds.evaluate, nanosecondsPerCall(evaluate, MESSAGES));
  }
  return nanoseconds.evaluate / nanoseconds.json;
}

function nanosecondsPerCall(call: () => unknown, calls: number): number {
  const start = process.hrtime.bigint();
  for (let count = 0; count < calls; count++) call();
  return Number(process.hrtime.bigint() - start) / calls;
}

const ratio = timesJson(LAST_WILL_RULE);
verdict(
  `last-will rule on its will: ${ratio.toFixed(2)}x JSON.parse and JSON.stringify, budget ${LAST_WILL_RULE_BUDGET}x`,
  ratio <= LAST_WILL_RULE_BUDGET,
);
for (const sql of BUSIER_STATEMENTS) process.stdout.write(`       ${timesJson(sql).toFixed(2)}x ${sql}\n`);
