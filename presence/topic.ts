import type { TopicLimits } from './limits';

/** How a broker matches topics where the clouds leave the standard. */
export interface TopicMatching {
  /**
   * Whether `a/#` also matches `a`, as the standard says (MQTT 4.7.1.2). AWS IoT Core deviates: it does not.
   * @default true
   */
  readonly hashMatchesParent?: boolean;
}

/** Why `topic` is not a topic name to publish on, worded to follow "must be"; `undefined` when it is one. */
export function topicNameProblem(topic: string, limits: TopicLimits): string | undefined {
  if (/[+#]/.test(topic)) return 'a topic name without the wildcards + and #';
  return lengthProblem(topic, limits);
}

/**
 * The part of a topic that counts against AWS's limits: without the three levels of Basic Ingest.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/iot-basic-ingest.html
 */
export function countedTopic(topic: string): string {
  return topic.replace(/^\$aws\/rules\/[^/]+\//, '');
}

/** Why `filter` is not a topic filter to subscribe to, worded to follow "must be"; `undefined` when it is one. */
export function topicFilterProblem(filter: string, limits: TopicLimits): string | undefined {
  const levels = filter.split('/');
  const misplaced = levels.some(
    (level, index) =>
      (level.includes('#') && (level !== '#' || index !== levels.length - 1)) || (level.includes('+') && level !== '+'),
  );
  if (misplaced) return 'a topic filter in which + stands alone in its level and # alone in the last one';
  return lengthProblem(filter, limits);
}

/** True when the filter has a wildcard, so that it can match more than one topic. */
export function hasWildcard(filter: string): boolean {
  return /[+#]/.test(filter);
}

/**
 * Whether a topic filter matches a topic name: `+` is one level, `#` all that follow, and neither matches a first
 * level that starts with `$` [MQTT-4.7.2-1]. Both must be well formed.
 */
export function matchesTopic(filter: string, topic: string, matching: TopicMatching = {}): boolean {
  const filterLevels = filter.split('/');
  const topicLevels = topic.split('/');
  if (topic.startsWith('$') && (filterLevels[0] === '+' || filterLevels[0] === '#')) return false;
  for (let index = 0; index < filterLevels.length; index++) {
    const level = filterLevels[index];
    if (level === '#') return index < topicLevels.length || (matching.hashMatchesParent ?? true);
    if (index >= topicLevels.length) return false;
    if (level !== '+' && level !== topicLevels[index]) return false;
  }
  return filterLevels.length === topicLevels.length;
}

/** Whether some topic is matched by both of two topic filters; `a/#` and `a` have none in common, as AWS reads them. */
export function filtersOverlap(left: string, right: string): boolean {
  const rightLevels = right.split('/');
  const leftLevels = left.split('/');
  for (const [index, level] of leftLevels.entries()) {
    const other = rightLevels[index];
    if (other === undefined) return false;
    if (level === '#' || other === '#') return true;
    if (level !== '+' && other !== '+' && level !== other) return false;
  }
  return leftLevels.length === rightLevels.length;
}

function lengthProblem(topic: string, limits: TopicLimits): string | undefined {
  if (topic.length === 0) return 'at least one character long';
  if (topic.includes('\u0000')) return 'free of the null character';
  if (Buffer.byteLength(topic) > limits.maximumBytes) return `at most ${limits.maximumBytes} bytes long`;
  if (topic.split('/').length > limits.maximumLevels) {
    return `at most ${limits.maximumLevels} levels deep (${limits.maximumLevels - 1} slashes)`;
  }
  return undefined;
}
