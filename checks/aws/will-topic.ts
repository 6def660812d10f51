import { AWS_LIMITS } from '../../presence/limits';
import { topicNameProblem } from '../../presence/topic';
import { type AwsRule, atPolicy, willTopicOf } from './aws-subject';
import { SOME_DEVICE } from './device-under-policies';

/** The will topic is one that AWS takes and acts on. */
export const willTopic: AwsRule = {
  id: 'lastwill:willTopic',
  severity: 'error',
  what: 'Will topics are topic names within the limits of AWS, and not reserved ones.',
  why: 'AWS refuses the connection for a topic beyond its limits, and the shadow service ignores a will that is sent to a shadow topic: let a rule republish it there.',
  see: 'https://docs.aws.amazon.com/iot/latest/developerguide/device-shadow-comms-app.html',
  check: ({ wills }) => {
    if (wills.length === 0) return 'notApplicable';
    return wills.flatMap((will) => {
      const topic = willTopicOf(will, SOME_DEVICE);
      if (topic.startsWith('$aws/rules/')) {
        const message = `will topic '${will.topic}' is one of Basic Ingest: that a will may use one is not documented`;
        return [{ ...atPolicy([], will, message), severity: 'warning' } as const];
      }
      const rule =
        topicNameProblem(topic, AWS_LIMITS.topic) ??
        (topic.startsWith('$') ? 'a topic that does not start with $' : undefined);
      return rule === undefined ? [] : [atPolicy([], will, `will topic must be ${rule}, got '${will.topic}'`)];
    });
  },
};
