import { EVENT_GRID_LIMITS } from '../../presence/limits';
import { renderDevice } from '../../presence/lwt-options';
import { topicNameProblem } from '../../presence/topic';
import { type AzureRule, at } from './azure-subject';
import type { AzureWill } from './azure-will';

const {
  maximumQos,
  maximumWillDelaySeconds: maximumDelay,
  minimumKeepAliveSeconds: minimumKeepAlive,
  maximumKeepAliveSeconds: maximumKeepAlive,
} = EVENT_GRID_LIMITS;

/** The will is within the limits. */
export const willLimits: AzureRule = {
  id: 'lastwill:willLimits',
  severity: 'error',
  what: `Will topics have at most 256 bytes and 15 levels and do not start with $, wills a quality of service of at most ${maximumQos}, will delays at most ${maximumDelay} seconds, keep alives ${minimumKeepAlive} to ${maximumKeepAlive} seconds.`,
  why: 'Event Grid refuses what is beyond its limits, or changes it so that a death is noticed at another time than meant.',
  see: 'https://learn.microsoft.com/en-us/azure/event-grid/quotas-limits',
  check: (subject) => {
    if (subject.wills.length === 0) return 'notApplicable';
    return subject.wills.flatMap((will) => willProblems(will).map((message) => at(subject, will.logicalId, message)));
  },
};

function willProblems({ topic, leavers, qos = 0, delaySeconds = 0, keepAliveSeconds }: AzureWill): string[] {
  const keepAlive = keepAliveSeconds ?? minimumKeepAlive;
  // The longest name decides; without clients, any name shows what is wrong with the topic itself.
  const names = ['device', ...leavers.map(({ identity }) => identity.authenticationName)];
  const problems = names.map((name) => topicProblem(renderDevice(topic, name)));
  const problem = problems.find((candidate) => candidate !== undefined);
  return [
    ...(problem === undefined ? [] : [`will topic must be ${problem}, got '${topic}'`]),
    ...(qos > maximumQos ? [`qos must be at most ${maximumQos}, got ${qos}`] : []),
    ...(delaySeconds > maximumDelay ? [`willDelaySeconds must be at most ${maximumDelay}, got ${delaySeconds}`] : []),
    ...(keepAlive < minimumKeepAlive || keepAlive > maximumKeepAlive
      ? [`keepAliveSeconds must be ${minimumKeepAlive} to ${maximumKeepAlive}, got ${keepAlive}`]
      : []),
  ];
}

function topicProblem(topic: string): string | undefined {
  if (topic.startsWith('$')) return 'a topic that does not start with $, which Event Grid reserves';
  return topicNameProblem(topic, EVENT_GRID_LIMITS.topic);
}
