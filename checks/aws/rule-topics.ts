import type { ActionDefinition } from '../../local/rules/topic-rule-definition';
import { AWS_LIMITS } from '../../presence/limits';
import { countedTopic, topicFilterProblem, topicNameProblem } from '../../presence/topic';
import type { Finding } from '../check-rule';
import { type AwsRule, atRule, type CheckedRule } from './aws-subject';

/** Topics of rules within the limits. */
export const ruleTopics: AwsRule = {
  id: 'lastwill:ruleTopics',
  severity: 'error',
  what: 'What a rule listens on and republishes to is within the limits of AWS: 256 bytes, 7 slashes, wildcards where they may stand.',
  why: 'A filter beyond them never matches anything that a device can publish, and a republish to such a topic fails.',
  see: 'https://docs.aws.amazon.com/general/latest/gr/iot-core.html',
  check: ({ rules }) => {
    if (rules.length === 0) return 'notApplicable';
    return rules.flatMap((rule) => {
      const filter = rule.statement?.fromFilter;
      const wrong = filter === undefined ? undefined : topicFilterProblem(filter, AWS_LIMITS.topic);
      const from = wrong === undefined ? [] : [atRule(rule, '.Sql', `FROM must be ${wrong}, got '${filter ?? ''}'`)];
      const { actions, errorAction } = rule.definition;
      const republished = actions.flatMap((action, index) => wrongTopic(rule, action, `.Actions[${index}]`));
      const failures = errorAction === undefined ? [] : wrongTopic(rule, errorAction, '.ErrorAction');
      return [...from, ...republished, ...failures];
    });
  },
};

function wrongTopic(rule: CheckedRule, { type, properties }: ActionDefinition, path: string): Finding[] {
  if (type !== 'Republish' || typeof properties.Topic !== 'string') return [];
  // A template becomes at least one character; a topic in a reserved tree is written with two dollars.
  const topic = properties.Topic.replace(/^\$\$/, '$').replace(/\$\{[^}]*\}/g, 'x');
  const problem = topicNameProblem(countedTopic(topic), AWS_LIMITS.topic);
  if (problem === undefined) return [];
  return [atRule(rule, `${path}.Republish.Topic`, `Topic must be ${problem}, got '${properties.Topic}'`)];
}
