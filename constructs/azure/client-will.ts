import { mustBe } from '../../presence/errors';
import { EVENT_GRID_LIMITS } from '../../presence/limits';
import { renderDevice } from '../../presence/lwt-options';
import { topicNameProblem } from '../../presence/topic';
import type { JsonValue } from './azapi/azapi-settings';
import { integerProblems } from './property-checks';
import { isUnresolved, terraformText } from './terraform-text';
import type { Warning } from './warnings';

/**
 * The will that a client is going to leave, declared so that it is proved before deployment that the client may.
 * Nothing of it is deployed.
 */
export interface ClientWill {
  /** Topic name; `{device}` in it stands for the client's authentication name. */
  readonly topic: string;
  /** 0 or 1. @default 1 */
  readonly qos?: 0 | 1;
  /** Seconds, 0 to 300, that the broker waits before it publishes the will. @default 0 */
  readonly delaySeconds?: number;
  /** Seconds for which the session outlives the connection; caps the delay. @default 0 */
  readonly sessionExpirySeconds?: number;
  /** Seconds, 1 to 1160. @default - not checked */
  readonly keepAliveSeconds?: number;
  /** Whether the will asks to be retained. @default false */
  readonly retain?: boolean;
}

/** The comment of a resource that says which will clients leave, for `lastwill check`; nothing of it is deployed. */
export const WILL_COMMENT = 'lastwill:will';

/** A will as it stands in the comment. */
export function willComment(will: ClientWill): JsonValue {
  return { ...will, topic: terraformText('will.topic', will.topic) };
}

/** The topic of a client's will, with `{device}` filled in; `undefined` when it is only known at deployment. */
export function willTopic(will: ClientWill, authenticationName: string): string | undefined {
  const topic = renderDevice(will.topic, authenticationName);
  return isUnresolved(topic) ? undefined : topic;
}

/** What is wrong with a will, each problem worded `<prop> must be <rule>, got <value>`. */
export function willProblems(will: ClientWill, authenticationName: string, maximumSession?: number): string[] {
  const limits = EVENT_GRID_LIMITS;
  return [
    ...topicProblems(willTopic(will, authenticationName)),
    ...integerProblems('will.qos', will.qos, 0, limits.maximumQos),
    ...integerProblems('will.delaySeconds', will.delaySeconds, 0, limits.maximumWillDelaySeconds),
    ...integerProblems(
      'will.keepAliveSeconds',
      will.keepAliveSeconds,
      limits.minimumKeepAliveSeconds,
      limits.maximumKeepAliveSeconds,
    ),
    ...integerProblems(
      'will.sessionExpirySeconds',
      will.sessionExpirySeconds,
      0,
      maximumSession ?? limits.maximumSessionExpiryHours * 3600,
    ),
    ...delayProblems(will),
  ];
}

/** What is legal but risky about a will. */
export function willWarnings(will: ClientWill): Warning[] {
  const { delaySeconds = 0, sessionExpirySeconds } = will;
  if (isUnresolved(delaySeconds) || delaySeconds === 0 || sessionExpirySeconds !== undefined) return [];
  const message = `will.delaySeconds ${delaySeconds} only holds while the session lives: clients must ask for a session expiry of at least as long (say so in will.sessionExpirySeconds)`;
  return [{ id: 'lastwill:willDelayWithoutSessionExpiry', message }];
}

function topicProblems(topic: string | undefined): string[] {
  if (topic === undefined) return [];
  if (topic.startsWith('$')) return [mustBe('will.topic', 'a topic that does not start with $', topic)];
  const problem = topicNameProblem(topic, EVENT_GRID_LIMITS.topic);
  return problem === undefined ? [] : [mustBe('will.topic', problem, topic)];
}

function delayProblems({ delaySeconds = 0, sessionExpirySeconds }: ClientWill): string[] {
  if (sessionExpirySeconds === undefined || isUnresolved([delaySeconds, sessionExpirySeconds])) return [];
  if (delaySeconds <= sessionExpirySeconds) return [];
  const rule = `at most will.sessionExpirySeconds (${sessionExpirySeconds}), because the will is published when the session ends`;
  return [mustBe('will.delaySeconds', rule, delaySeconds)];
}
