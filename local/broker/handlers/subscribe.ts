import { hasWildcard } from '../../../presence/topic';
import type { SubscribeEntry, SubscribePacket } from '../codec/packet';
import { ProtocolViolation } from '../codec/protocol-violation';
import { ReasonCode, SUBACK_FAILURE } from '../codec/reason-code';
import type { Core } from '../core';
import { deliver } from '../delivery';
import type { Explanation } from '../ports';
import { lowerQos } from '../qos';
import { endConnection } from '../session-lifecycle';
import { parseSharedFilter, type Subscription } from '../subscription-index';
import { subscribeFilterProblem } from '../topic-rules';
import type { Handler } from './handler';

type Client = Parameters<Handler<'subscribe'>>[1];

/** What became of one topic filter. */
type Outcome =
  | { readonly granted: Subscription; readonly isNew: boolean }
  | { readonly reasonCode: number; readonly explanation: Explanation };

/** SUBSCRIBE: answers every topic filter in SUBACK, then sends the retained messages that match (3.8.4). */
export const subscribe: Handler<'subscribe'> = (core, client, packet) => {
  checkPacket(core, packet);
  const tooMany = packet.subscriptions.length > core.profile.limits.filtersPerSubscribe;
  const outcomes = packet.subscriptions.map((entry) =>
    tooMany ? tooManyFilters(core) : subscribeTo(core, client, entry, packet.properties.subscriptionIdentifier),
  );
  const ended = report(core, client, packet, outcomes);
  if (ended) return;
  const granted = outcomes.map((outcome) => returnCode(client, outcome));
  client.connection.send({ cmd: 'suback', messageId: packet.messageId, granted, properties: {} });
  for (const outcome of outcomes) if ('granted' in outcome) sendRetained(core, outcome);
};

function checkPacket(core: Core, packet: SubscribePacket): void {
  const { features } = core.profile;
  if (packet.properties.subscriptionIdentifier !== undefined && !features.subscriptionIdentifiers) {
    throw new ProtocolViolation(
      ReasonCode.SUBSCRIPTION_IDENTIFIERS_NOT_SUPPORTED,
      'subscription identifiers are not supported',
    );
  }
  for (const { topic, noLocal } of packet.subscriptions) {
    if (topic === '') throw new ProtocolViolation(ReasonCode.PROTOCOL_ERROR, 'a topic filter must not be empty');
    if (noLocal && topic.startsWith('$share/')) {
      throw new ProtocolViolation(
        ReasonCode.PROTOCOL_ERROR,
        'a shared subscription must not be no local [MQTT-3.8.3-4]',
      );
    }
  }
}

function subscribeTo(
  core: Core,
  { connection, session }: Client,
  entry: SubscribeEntry,
  identifiers: readonly number[] | undefined,
): Outcome {
  const problem = filterProblem(core, entry.topic) ?? quotaProblem(core, session.subscriptions, entry.topic);
  if (problem !== undefined) return problem;
  const decision = connection.permissions?.subscribe(entry.topic);
  if (decision?.allowed === false) {
    return { reasonCode: decision.reasonCode ?? ReasonCode.NOT_AUTHORIZED, explanation: decision.explanation };
  }
  const maximumQos = core.profile.features.maximumQos;
  const { noLocal, retainAsPublished, retainHandling } = entry;
  const qos = lowerQos(entry.qos, maximumQos);
  const options = { qos, noLocal, retainAsPublished, retainHandling, identifiers };
  const granted: Subscription = { kind: 'subscription', session, filter: entry.topic, ...options };
  return { granted, isNew: core.subscriptions.add(granted) };
}

function filterProblem(core: Core, filter: string): Outcome | undefined {
  const { features } = core.profile;
  const shared = parseSharedFilter(filter);
  if (filter.startsWith('$share/') && !features.sharedSubscriptions) {
    return refused(ReasonCode.SHARED_SUBSCRIPTIONS_NOT_SUPPORTED, 'shared subscriptions are not supported');
  }
  if (filter.startsWith('$share/') && shared === undefined) {
    return refused(
      ReasonCode.TOPIC_FILTER_INVALID,
      `a shared subscription must be $share/{name}/{filter} with a name free of /, + and #, got '${filter}'`,
    );
  }
  const problem = subscribeFilterProblem(core, shared?.filter ?? filter);
  if (problem !== undefined) {
    return refused(ReasonCode.TOPIC_FILTER_INVALID, `the topic filter must be ${problem}, got '${filter}'`);
  }
  if (!features.wildcardSubscriptions && hasWildcard(filter)) {
    return refused(ReasonCode.WILDCARD_SUBSCRIPTIONS_NOT_SUPPORTED, 'wildcard subscriptions are not supported');
  }
  return undefined;
}

function quotaProblem(core: Core, existing: ReadonlyMap<string, Subscription>, filter: string): Outcome | undefined {
  const { subscriptionsPerSession } = core.profile.limits;
  if (existing.size < subscriptionsPerSession || existing.has(filter)) return undefined;
  return refused(
    core.profile.reasons.tooManySubscriptions,
    `a session must have at most ${subscriptionsPerSession} subscriptions`,
  );
}

function tooManyFilters(core: Core): Outcome {
  const most = core.profile.limits.filtersPerSubscribe;
  return refused(core.profile.reasons.tooManyFilters, `SUBSCRIBE must hold at most ${most} topic filters`);
}

function refused(reasonCode: number, reason: string): Outcome {
  return { reasonCode, explanation: { reason } };
}

/** Reports what was granted and refused; ends the connection where a refusal does, and returns whether it did. */
function report(core: Core, { connection }: Client, packet: SubscribePacket, outcomes: readonly Outcome[]): boolean {
  const filters = outcomes.flatMap((outcome) => ('granted' in outcome ? [outcome.granted.filter] : []));
  if (filters.length > 0)
    core.observeClient(connection, { kind: 'subscribe', sessionId: connection.sessionId, filters });
  outcomes.forEach((outcome, index) => {
    if ('granted' in outcome) return;
    const topic = packet.subscriptions[index]?.topic;
    core.observeClient(connection, { kind: 'refused', operation: 'subscribe', topic, ...outcome });
  });
  const denied = outcomes.find(
    (outcome) => 'reasonCode' in outcome && outcome.reasonCode === ReasonCode.NOT_AUTHORIZED,
  );
  const { behaviour } = core.profile;
  const reaction = connection.protocolVersion === 4 ? behaviour.denied311Subscribe : behaviour.deniedSubscribe;
  if (denied === undefined || reaction === 'refused') return false;
  const detail = 'a subscription is not authorised';
  const reasonCode = ReasonCode.NOT_AUTHORIZED;
  endConnection(core, connection, { cause: 'notAuthorized', reasonCode, detail, tellsClient: true });
  return true;
}

function returnCode({ connection }: Client, outcome: Outcome): number {
  if ('granted' in outcome) return outcome.granted.qos;
  return connection.protocolVersion === 5 ? outcome.reasonCode : SUBACK_FAILURE;
}

/** Retained messages on subscribing, by retain handling (3.3.1.3); never for a shared subscription. */
function sendRetained(core: Core, { granted, isNew }: Extract<Outcome, { granted: Subscription }>): void {
  if (granted.retainHandling === 2 || (granted.retainHandling === 1 && !isNew)) return;
  if (granted.filter.startsWith('$share/')) return;
  if (core.profile.behaviour.retainedOnlyToExactFilters && hasWildcard(granted.filter)) return;
  const { session } = granted;
  for (const outbound of core.retained.match(granted.filter)) {
    if (granted.noLocal && outbound.publisherId === session.clientId) continue;
    const qos = lowerQos(granted.qos, outbound.message.qos);
    deliver(core, session, { outbound, qos, retain: true, subscriptionIdentifiers: granted.identifiers });
  }
}
