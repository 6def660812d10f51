import type { ActionDefinition } from '../../local/rules/topic-rule-definition';
import type { CompiledStatement } from '../../semantics/iot-sql';
import { type AwsRule, atRule, type CheckedRule, listeningRules } from './aws-subject';
import { excludesTopic, isKnownTopic, mayMatch, republishedTopic } from './republished-topic';

type Listening = CheckedRule & { readonly statement: CompiledStatement };

/** What a rule republishes and to whom. */
interface Republish {
  readonly from: Listening;
  readonly path: string;
  /** As the template writes it. */
  readonly topic: string;
  readonly to: readonly Listening[];
  /** Whether every message that the rule hears is republished to those who hear it. */
  readonly isCertain: boolean;
}

/** No rule hears, directly or through others, what it republishes itself. */
export const republishLoop: AwsRule = {
  id: 'lastwill:republishLoop',
  severity: 'error',
  what: 'No rule hears, directly or through other rules, what it republishes.',
  why: 'AWS does not stop such a loop: it goes on, and every round is charged. It is a warning where a condition, an error action or a substitution template may end it.',
  see: 'https://docs.aws.amazon.com/iot/latest/developerguide/republish-rule-action.html',
  check: (subject) => {
    const rules = listeningRules(subject);
    const republished = rules.flatMap((rule) => republishOf(rule, rules));
    if (republished.length === 0) return 'notApplicable';
    return republished.flatMap((one) => {
      const way = wayBack(one, republished);
      if (way === undefined) return [];
      const severity = way.every(({ isCertain }) => isCertain) ? 'error' : 'warning';
      const names = way.map(({ from }) => from.definition.identity.name).join(' -> ');
      const message = `${names} hears '${one.topic}', which it republishes itself`;
      return [{ ...atRule(one.from, one.path, message), severity } as const];
    });
  },
};

function republishOf(from: Listening, rules: readonly Listening[]): Republish[] {
  const { actions, errorAction } = from.definition;
  const isUnconditional = from.statement.statement.where === undefined;
  return [
    ...actions.flatMap((action, index) => one(from, action, { rules, path: `.Actions[${index}]`, isUnconditional })),
    ...(errorAction === undefined
      ? []
      : one(from, errorAction, { rules, path: '.ErrorAction', isUnconditional: false })),
  ];
}

function one(
  from: Listening,
  { type, properties }: ActionDefinition,
  { rules, path, isUnconditional }: { rules: readonly Listening[]; path: string; isUnconditional: boolean },
): Republish[] {
  if (type !== 'Republish' || typeof properties.Topic !== 'string') return [];
  const topic = republishedTopic(properties.Topic, from.statement.fromFilter ?? '');
  const isCertain = isUnconditional && isKnownTopic(topic);
  const to = rules.filter((rule) => hears(rule, topic));
  return [{ from, topic: properties.Topic, to, isCertain, path: `${path}.Republish.Topic` }];
}

function hears({ statement, definition }: Listening, topic: string): boolean {
  const [ingested, published = topic] = /^\$aws\/rules\/([^/]+)\/(.*)$/s.exec(topic)?.slice(1) ?? [];
  const reaches =
    ingested === undefined ? mayMatch(statement.fromFilter ?? '', topic) : ingested === definition.identity.name;
  return reaches && !(isKnownTopic(published) && excludesTopic(statement, published));
}

/** The republishes that lead from this one back to its rule; `undefined` when none do. */
function wayBack(first: Republish, all: readonly Republish[]): readonly Republish[] | undefined {
  const ways: (readonly Republish[])[] = [[first]];
  const seen = new Set<Listening>();
  for (let way = ways.shift(); way !== undefined; way = ways.shift()) {
    const last = way[way.length - 1];
    if (last?.to.includes(first.from) === true) return way;
    for (const rule of last?.to ?? []) {
      if (seen.has(rule)) continue;
      seen.add(rule);
      for (const next of all.filter(({ from }) => from === rule)) ways.push([...way, next]);
    }
  }
  return undefined;
}
