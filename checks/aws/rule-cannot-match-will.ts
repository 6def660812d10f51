import { ManualClock } from '../../presence/clock';
import { renderDevice } from '../../presence/lwt-options';
import { seededRandomness } from '../../presence/randomness';
import { matchesTopic } from '../../presence/topic';
import { type CompiledStatement, MessageContext, type SqlResult } from '../../semantics/iot-sql';
import type { DeclaredWill } from '../declared-will';
import {
  type AwsRule,
  type AwsSubject,
  atRule,
  type CheckedRule,
  listeningRules,
  SOME_DEVICE,
  willTopicOf,
} from './aws-subject';

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
      const hearing = rulesFor(subject, will);
      const results = hearing.map((rule) => ({ rule, result: evaluateWill(rule.statement, will) }));
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

/** The rules whose FROM matches the will's topic. */
export function rulesFor(
  subject: AwsSubject,
  will: DeclaredWill,
): (CheckedRule & { readonly statement: CompiledStatement })[] {
  const topic = willTopicOf(will, SOME_DEVICE);
  return listeningRules(subject).filter(({ statement }) =>
    matchesTopic(statement.fromFilter ?? '', topic, { hashMatchesParent: false }),
  );
}

/** What a statement makes of a will; `undefined` when that depends on what is outside of the message. */
export function evaluateWill(statement: CompiledStatement, will: DeclaredWill): SqlResult | undefined {
  if (statement.callsExternalFunctions) return undefined;
  const result = statement.evaluate(
    new MessageContext({
      topic: willTopicOf(will, SOME_DEVICE),
      payload: Buffer.from(renderDevice(will.payload ?? '', SOME_DEVICE)),
      accountId: '123456789012',
      clientId: SOME_DEVICE,
      clock: new ManualClock(),
      randomness: seededRandomness(1),
    }),
  );
  return result instanceof Promise ? undefined : result;
}

function describe(result: SqlResult | undefined): string {
  return result?.outcome === 'failed' ? result.reason : 'its WHERE is not true';
}
