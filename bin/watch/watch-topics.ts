import { AWS_STACK_TOPICS, STATUS_TOPIC } from '../../presence/default-topics';
import type { Cloud } from '../../presence/lwt-options';
import { LIFECYCLE_FILTER, type PresenceTopic } from '../../presence/presence-signal';

/** The topics that a person named. */
export interface TopicFlags {
  readonly topic?: readonly string[];
  readonly willTopic?: readonly string[];
  readonly birthTopic?: readonly string[];
}

/** Where the stacks of this package put wills and births. */
const USUAL_TOPICS: Readonly<Record<Cloud, readonly PresenceTopic[]>> = {
  aws: [
    { filter: STATUS_TOPIC },
    { filter: AWS_STACK_TOPICS.willTopic },
    { filter: AWS_STACK_TOPICS.connectedTopic, says: 'online' },
  ],
  azure: [{ filter: STATUS_TOPIC }],
};

/** What is subscribed to: the topics that were named, else `usual`; on AWS lifecycle events too. */
export function watchedTopics(cloud: Cloud, flags: TopicFlags, usual = USUAL_TOPICS[cloud]): PresenceTopic[] {
  const { topic = [], willTopic = [], birthTopic = [] } = flags;
  const named: PresenceTopic[] = [
    ...willTopic.map((filter) => ({ filter, says: 'offline' as const })),
    ...birthTopic.map((filter) => ({ filter, says: 'online' as const })),
    ...topic.map((filter) => ({ filter })),
  ];
  const asked = named.length === 0 ? [...usual] : named;
  return cloud === 'aws' ? [{ filter: LIFECYCLE_FILTER }, ...asked] : asked;
}
