import { ManualClock } from '../../presence/clock';
import { renderDevice } from '../../presence/lwt-options';
import { seededRandomness } from '../../presence/randomness';
import { matchesTopic } from '../../presence/topic';
import { type CompiledStatement, MessageContext, type SqlResult } from '../../semantics/iot-sql';
import { childrenOf, rootsOf } from '../../semantics/iot-sql/ast';
import type { DeclaredWill, TemplateWill } from '../declared-will';
import {
  type AwsRule,
  type AwsSubject,
  atRule,
  type CheckedRule,
  filterOfForeignSql,
  listeningRules,
  willTopicOf,
} from './aws-subject';
import { devicesOf, SOME_DEVICE } from './device-under-policies';

type Listening = CheckedRule & { readonly statement: CompiledStatement };

/** A rule that listens to wills can match them. */
export const ruleCannotMatchWill: AwsRule = {
  id: 'lastwill:ruleCannotMatchWill',
  severity: 'error',
  what: 'Of the rules that listen on the topic of the will, one matches the payload of the will.',
  why: 'A WHERE that is false for the will, or a statement that fails on it, makes the rule silent for ever: no action runs, and no error action either.',
  see: 'https://docs.aws.amazon.com/iot/latest/developerguide/iot-sql-where.html',
  check: (subject) => {
    const known = subject.wills.filter(({ payload }) => payload !== undefined);
    if (known.length === 0) return 'notApplicable';
    return known.flatMap((will) => {
      const topic = willTopicOf(will, SOME_DEVICE);
      const foreign = subject.rules.map(filterOfForeignSql).filter((filter) => filter !== undefined);
      if (foreign.some((filter) => matchesTopic(filter, topic, { hashMatchesParent: false }))) return [];
      const results = rulesFor(subject, will).map((rule) => ({ rule, result: proved(subject, rule, will) }));
      if (results.some(({ result }) => result === undefined || result.outcome === 'matched')) return [];
      return results.map(({ rule, result }) =>
        atRule(
          rule,
          '.Sql',
          `${rule.definition.identity.name} never matches the will ${will.payload ?? ''}: ${describe(result)}`,
        ),
      );
    });
  },
};

/** Devices that each rule is tried with. */
const MOST_DEVICES = 100;
/** What a statement learns from the moment, the connection or the message's properties, not from topic and payload. */
const UNKNOWN = [
  'timestamp',
  'rand',
  'newuuid',
  'traceid',
  'sourceip',
  'principal',
  'get_mqtt_property',
  'get_user_properties',
];
/** What it learns from the name of the device. */
const NAMED = ['clientid', 'topic'];

/** What a statement makes of the will of some device; `undefined` when that cannot be known before there is one. */
function proved(
  subject: AwsSubject,
  { statement }: Listening,
  will: DeclaredWill | TemplateWill,
): SqlResult | undefined {
  const devices = devicesOf(subject, will).slice(0, MOST_DEVICES);
  const isDeclared = devices.some(({ thing }) => thing !== undefined);
  const names = isDeclared ? devices.map(({ name }) => name) : [SOME_DEVICE];
  const results = names.map((name) => evaluateWill(statement, will, { name, accountId: accountOf(subject) }));
  const matched = results.find((result) => result === undefined || result.outcome === 'matched');
  if (matched !== undefined) return matched;
  return calls(statement, isDeclared ? UNKNOWN : [...UNKNOWN, ...NAMED]) ? undefined : results[0];
}

function calls({ statement }: CompiledStatement, names: readonly string[]): boolean {
  const waiting = [...rootsOf(statement)];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (next.kind === 'call' && names.includes(next.name.toLowerCase())) return true;
    waiting.push(...childrenOf(next));
  }
  return false;
}

function accountOf({ registry }: AwsSubject): string {
  return registry.arnPrefix.split(':')[4] ?? '';
}

/** The rules whose FROM matches the will's topic. */
export function rulesFor(subject: AwsSubject, will: DeclaredWill): Listening[] {
  const topic = willTopicOf(will, SOME_DEVICE);
  return listeningRules(subject).filter(({ statement }) =>
    matchesTopic(statement.fromFilter ?? '', topic, { hashMatchesParent: false }),
  );
}

/** What a statement makes of a will; `undefined` when that depends on what is outside of the message. */
export function evaluateWill(
  statement: CompiledStatement,
  will: DeclaredWill,
  { name, accountId }: { readonly name: string; readonly accountId: string } = {
    name: SOME_DEVICE,
    accountId: '123456789012',
  },
): SqlResult | undefined {
  if (statement.callsExternalFunctions) return undefined;
  const result = statement.evaluate(
    new MessageContext({
      topic: willTopicOf(will, name),
      payload: Buffer.from(renderDevice(will.payload ?? '', name)),
      accountId,
      clientId: name,
      clock: new ManualClock(),
      randomness: seededRandomness(1),
    }),
  );
  return result instanceof Promise ? undefined : result;
}

function describe(result: SqlResult | undefined): string {
  return result?.outcome === 'failed' ? result.reason : 'its WHERE is not true';
}
