import type { CompiledStatement } from '../../semantics/iot-sql';
import { type AwsRule, atRule, type CheckedRule, listeningRules } from './aws-subject';

type Listening = CheckedRule & { readonly statement: CompiledStatement };

/** What a rule republishes and to whom. */
interface Republish {
  readonly from: Listening;
  readonly path: string;
  readonly topic: string;
  readonly to: readonly Listening[];
}

/** No rule hears, directly or through others, what it republishes itself. */
export const republishLoop: AwsRule = {
  id: 'lastwill:republishLoop',
  severity: 'error',
  what: 'No rule hears, directly or through other rules, what it republishes.',
  why: 'AWS does not stop such a loop: it goes on, and every round is charged.',
  see: 'https://docs.aws.amazon.com/iot/latest/developerguide/republish-rule-action.html',
  check: (subject) => {
    const rules = listeningRules(subject);
    const republished = rules.flatMap((rule) => republishOf(rule, rules));
    if (republished.length === 0) return 'notApplicable';
    return republished.flatMap((one) => {
      const way = wayBack(one, republished);
      if (way === undefined) return [];
      // A condition, or a topic that depends on the message, may end it.
      const certain = way.every(
        ({ from, topic }) => from.statement.statement.where === undefined && !topic.includes('${'),
      );
      const severity = certain ? 'error' : 'warning';
      const names = way.map(({ from }) => from.definition.identity.name).join(' -> ');
      return [
        {
          ...atRule(one.from, one.path, `${names} hears '${one.topic}', which it republishes itself`),
          severity,
        } as const,
      ];
    });
  },
};

function republishOf(from: Listening, rules: readonly Listening[]): Republish[] {
  return from.definition.actions.flatMap(({ type, properties }, index) => {
    if (type !== 'Republish' || typeof properties.Topic !== 'string') return [];
    const topic = properties.Topic.replace(/^\$\$/, '$');
    const to = rules.filter(({ statement }) => mayMatch(statement.fromFilter ?? '', topic));
    return [{ from, topic, to, path: `.Actions[${index}].Republish.Topic` }];
  });
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

/** Whether a filter may match what a topic with substitution templates becomes; a template may be any one level. */
function mayMatch(filter: string, topic: string): boolean {
  const filterLevels = filter.split('/');
  const topicLevels = topic.replace(/\$\{[^}]*\}/g, '\u0000').split('/');
  if (topic === '${topic()}') return true;
  if (topic.startsWith('$') && !topic.startsWith('${') && (filterLevels[0] === '+' || filterLevels[0] === '#'))
    return false;
  for (const [index, level] of filterLevels.entries()) {
    if (level === '#') return index < topicLevels.length;
    const other = topicLevels[index];
    if (other === undefined) return false;
    if (level !== '+' && level !== other && !mayBe(other, level)) return false;
  }
  return filterLevels.length === topicLevels.length;
}

/** Whether a level with substitution templates, each a null character, may become this text. */
function mayBe(level: string, text: string): boolean {
  if (!level.includes('\u0000')) return false;
  const [start = '', ...rest] = level.split('\u0000');
  const end = rest[rest.length - 1] ?? '';
  return text.length >= start.length + end.length && text.startsWith(start) && text.endsWith(end);
}
