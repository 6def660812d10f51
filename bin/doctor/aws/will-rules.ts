import { systemRandomness } from '../../../presence/randomness';
import { matchesTopic } from '../../../presence/topic';
import { compileStatement, isSqlVersion, MessageContext, SqlError } from '../../../semantics/iot-sql';
import type { AwsPorts, Rule } from './ports';

/** Rules that act on the will. */
export async function willRules(ports: AwsPorts): Promise<readonly Rule[]> {
  return actingOn(await ports.rulesOn(ports.subject.willTopic), ports);
}

/** Rules that act on the will; where none does, those that would if they were enabled, so that only that is wrong. */
export async function intendedRules(ports: AwsPorts): Promise<readonly Rule[]> {
  const rules = await willRules(ports);
  if (rules.length > 0) return rules;
  const all = await ports.rulesOn(ports.subject.willTopic);
  return actingOn(
    all.map((rule) => ({ ...rule, disabled: false })),
    ports,
  );
}

async function actingOn(rules: readonly Rule[], ports: AwsPorts): Promise<readonly Rule[]> {
  const verdicts = await Promise.all(rules.map((rule) => judgeRule(rule, ports)));
  return rules.filter((_, index) => verdicts[index] === undefined);
}

/** Why a rule does not act on the will; `undefined` when it does. */
export async function judgeRule(rule: Rule, { subject, clock }: AwsPorts): Promise<string | undefined> {
  if (rule.disabled) return 'is disabled';
  try {
    const version = isSqlVersion(rule.sqlVersion) ? rule.sqlVersion : '2016-03-23';
    const statement = compileStatement(rule.sql, { version });
    const { willTopic: topic, willPayload, device } = subject;
    const from = statement.fromFilter;
    if (from !== undefined && !matchesTopic(from, topic, { hashMatchesParent: false })) return `listens to ${from}`;
    const context = { topic, payload: Buffer.from(willPayload), accountId: '000000000000', clientId: device };
    const result = await statement.evaluate(new MessageContext({ ...context, clock, randomness: systemRandomness }));
    if (result.outcome === 'matched') return undefined;
    return result.outcome === 'failed'
      ? `fails on the will (${result.reason})`
      : 'has a WHERE that the will does not meet';
  } catch (error) {
    if (error instanceof SqlError) return `has a statement that cannot run (${error.message})`;
    throw error;
  }
}
