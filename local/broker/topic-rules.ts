import type { TopicLimits } from '../../presence/limits';
import { topicFilterProblem, topicNameProblem } from '../../presence/topic';
import type { Core } from './core';

/** Why nobody may publish on a topic here, worded to follow "must be"; `undefined` when it is allowed. */
export function publishTopicProblem(core: Core, topic: string, retain: boolean): string | undefined {
  const problem = topicNameProblem(topic, limitsFor(core, topic));
  if (problem !== undefined || !topic.startsWith('$')) return problem;
  const { reservesDollarTopics, retainsDollarTopics } = core.profile.behaviour;
  if (reservesDollarTopics) return RESERVED;
  return retain && !retainsDollarTopics ? 'one that does not start with $ when it is retained' : undefined;
}

/** Why nobody may subscribe to a filter here, worded to follow "must be"; a shared subscription's without `$share/{name}/`. */
export function subscribeFilterProblem(core: Core, filter: string): string | undefined {
  const problem = topicFilterProblem(filter, limitsFor(core, filter));
  if (problem !== undefined) return problem;
  return filter.startsWith('$') && core.profile.behaviour.reservesDollarTopics ? RESERVED : undefined;
}

const RESERVED = 'one that does not start with $, which is reserved';

function limitsFor(core: Core, topic: string): TopicLimits {
  const { topic: limits, uncountedTopicPrefix } = core.profile.limits;
  if (uncountedTopicPrefix === undefined || !topic.startsWith(uncountedTopicPrefix.prefix)) return limits;
  return { ...limits, maximumLevels: limits.maximumLevels + uncountedTopicPrefix.levels };
}
