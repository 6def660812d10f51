import { EVENT_GRID_LIMITS } from '../../presence/limits';
import { renderDevice } from '../../presence/lwt-options';
import { topicNameProblem } from '../../presence/topic';
import { type AzureRule, at } from './azure-subject';

/** The will is within the limits. */
export const willLimits: AzureRule = {
  id: 'lastwill:willLimits',
  severity: 'error',
  what: `Will topics have at most 256 bytes and 15 levels, will delays at most ${EVENT_GRID_LIMITS.maximumWillDelaySeconds} seconds, keep alives at most ${EVENT_GRID_LIMITS.maximumKeepAliveSeconds} seconds.`,
  why: 'Event Grid refuses what is beyond its limits, or changes it so that a death is noticed at another time than meant.',
  see: 'https://learn.microsoft.com/en-us/azure/event-grid/quotas-limits',
  check: (subject) => {
    if (subject.wills.length === 0) return 'notApplicable';
    const { maximumWillDelaySeconds: delay, maximumKeepAliveSeconds: keepAlive } = EVENT_GRID_LIMITS;
    return subject.wills.flatMap((will) => {
      const topic = topicNameProblem(renderDevice(will.topic, 'device'), EVENT_GRID_LIMITS.topic);
      const { delaySeconds = 0, keepAliveSeconds = 0 } = will;
      return [
        ...(topic === undefined ? [] : [`will topic must be ${topic}, got '${will.topic}'`]),
        ...(delaySeconds > delay ? [`willDelaySeconds must be at most ${delay}, got ${delaySeconds}`] : []),
        ...(keepAliveSeconds > keepAlive
          ? [`keepAliveSeconds must be at most ${keepAlive}, got ${keepAliveSeconds}`]
          : []),
      ].map((message) => at(subject, undefined, message));
    });
  },
};
