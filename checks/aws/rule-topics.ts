import { AWS_LIMITS } from '../../presence/limits';
import { topicFilterProblem, topicNameProblem } from '../../presence/topic';
import { type AwsRule, atRule } from './aws-subject';

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
      const republished = rule.definition.actions.flatMap(({ type, properties }, index) => {
        if (type !== 'Republish' || typeof properties.Topic !== 'string') return [];
        // A template becomes at least one character; a topic in a reserved tree is written with two dollars.
        const topic = properties.Topic.replace(/^\$\$/, '$').replace(/\$\{[^}]*\}/g, 'x');
        const problem = topicNameProblem(topic, AWS_LIMITS.topic);
        const path = `.Actions[${index}].Republish.Topic`;
        return problem === undefined ? [] : [atRule(rule, path, `Topic must be ${problem}, got '${properties.Topic}'`)];
      });
      return [...from, ...republished];
    });
  },
};
