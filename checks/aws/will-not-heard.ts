import { matchesTopic } from '../../presence/topic';
import { type AwsRule, atPolicy, filterOfForeignSql, listeningRules, willTopicOf } from './aws-subject';
import { SOME_DEVICE } from './device-under-policies';

/** Some rule listens to the will. */
export const willNotHeard: AwsRule = {
  id: 'lastwill:willNotHeard',
  severity: 'warning',
  what: 'Some rule listens on the topic of the will.',
  why: 'Otherwise a will reaches only those who happen to be subscribed, and nobody is told.',
  see: 'https://docs.aws.amazon.com/iot/latest/developerguide/iot-rules.html',
  check: (subject) => {
    if (subject.wills.length === 0 || subject.rules.length === 0) return 'notApplicable';
    const filters = [
      ...listeningRules(subject).map(({ statement }) => statement.fromFilter),
      ...subject.rules.map(filterOfForeignSql),
    ].filter((filter) => filter !== undefined);
    return subject.wills.flatMap((will) => {
      const topic = willTopicOf(will, SOME_DEVICE);
      if (filters.some((filter) => matchesTopic(filter, topic, { hashMatchesParent: false }))) return [];
      const heard =
        filters.length === 0 ? 'no rule is enabled' : `rules listen on ${filters.map((one) => `'${one}'`).join(', ')}`;
      return [atPolicy([], will, `no rule hears the will on '${will.topic}': ${heard}`)];
    });
  },
};
