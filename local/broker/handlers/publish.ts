import type { PublishPacket } from '../codec/packet';
import { ProtocolViolation, Throttled } from '../codec/protocol-violation';
import { ReasonCode } from '../codec/reason-code';
import type { Connection } from '../connection';
import type { Core } from '../core';
import type { Explanation, Message } from '../ports';
import { publish as publishMessage } from '../publish';
import type { Session } from '../session';
import { endConnection } from '../session-lifecycle';
import { publishTopicProblem } from '../topic-rules';
import type { Handler } from './handler';
import {
  breaksPayloadFormat,
  messageLimitProblem,
  messageProperties,
  responseTopicProblem,
} from './message-properties';

interface Client {
  readonly connection: Connection;
  readonly session: Session;
}

/** Why one message is not accepted, while the connection may go on. */
interface Refusal {
  readonly reasonCode: number;
  readonly explanation: Explanation;
}

/** PUBLISH: checks it, publishes it once, and acknowledges it by its QoS (4.3). */
export const publish: Handler<'publish'> = (core, client, packet) => {
  const { connection, session } = client;
  checkPacket(core, packet);
  checkRate(core, connection, packet);
  const topic = resolveTopic(core, connection, packet);
  if (packet.qos === 2 && session.unreleased.has(packet.messageId)) {
    acknowledge(connection, packet, ReasonCode.SUCCESS);
    return;
  }
  if (packet.qos === 2 && session.unreleased.size >= core.profile.limits.receiveMaximum) {
    throw new ProtocolViolation(ReasonCode.RECEIVE_MAXIMUM_EXCEEDED, 'more publishes are unreleased than allowed');
  }
  const refusal = refusalOf(core, connection, topic, packet);
  if (refusal !== undefined) {
    refuse(core, client, { packet, topic, refusal });
    return;
  }
  if (packet.qos === 2) session.unreleased.add(packet.messageId);
  accept(core, client, packet, topic);
  acknowledge(connection, packet, ReasonCode.SUCCESS);
};

/** What ends the connection whoever sends it. */
function checkPacket(core: Core, packet: PublishPacket): void {
  const { features } = core.profile;
  if (packet.qos > features.maximumQos) {
    throw new ProtocolViolation(ReasonCode.QOS_NOT_SUPPORTED, `QoS must be at most ${features.maximumQos}`);
  }
  if (packet.retain && !features.retain) {
    throw new ProtocolViolation(ReasonCode.RETAIN_NOT_SUPPORTED, 'retained messages are not supported');
  }
  if (packet.properties.subscriptionIdentifier !== undefined) {
    throw new ProtocolViolation(
      ReasonCode.PROTOCOL_ERROR,
      'a client must not send a subscription identifier in PUBLISH [MQTT-3.3.4-6]',
    );
  }
  const problem = responseTopicProblem(core, packet.properties);
  if (problem !== undefined) throw new ProtocolViolation(ReasonCode.PROTOCOL_ERROR, `response topic: ${problem}`);
}

function checkRate(core: Core, connection: Connection, packet: PublishPacket): void {
  if (core.throttle === undefined || core.throttle.allowsPublish(connection, packet.payload.length)) return;
  throw new Throttled(core.profile.reasons.publishRate, 'more is published per second than a connection may');
}

/** The topic that a PUBLISH means, which may be a topic alias (3.3.2.3.4). */
function resolveTopic(core: Core, connection: Connection, packet: PublishPacket): string {
  const alias = packet.properties.topicAlias;
  if (alias !== undefined) {
    const maximum = core.profile.limits.topicAliasMaximum;
    if (alias === 0 || alias > maximum) {
      throw new ProtocolViolation(
        ReasonCode.TOPIC_ALIAS_INVALID,
        `a topic alias must be 1 to ${maximum}, got ${alias}`,
      );
    }
  }
  const topic = alias === undefined ? packet.topic : connection.inboundTopic(alias, packet.topic);
  if (topic === undefined || topic === '') {
    throw new ProtocolViolation(ReasonCode.PROTOCOL_ERROR, 'a PUBLISH needs a topic or a topic alias that is known');
  }
  if (/[+#]/.test(topic)) {
    throw new ProtocolViolation(ReasonCode.TOPIC_NAME_INVALID, 'a topic name must not hold wildcards [MQTT-3.3.2-2]');
  }
  return topic;
}

function refusalOf(core: Core, connection: Connection, topic: string, packet: PublishPacket): Refusal | undefined {
  const topicProblem = publishTopicProblem(core, topic, packet.retain);
  if (topicProblem !== undefined) {
    return { reasonCode: ReasonCode.TOPIC_NAME_INVALID, explanation: { reason: `the topic must be ${topicProblem}` } };
  }
  const limitProblem = messageLimitProblem(core, packet.properties, packet.payload);
  if (limitProblem !== undefined) {
    return { reasonCode: ReasonCode.QUOTA_EXCEEDED, explanation: { reason: limitProblem } };
  }
  if (breaksPayloadFormat(core, packet.properties, packet.payload)) {
    return { reasonCode: ReasonCode.PAYLOAD_FORMAT_INVALID, explanation: { reason: 'the payload must be UTF-8' } };
  }
  const decision = connection.permissions?.publish(topic, { retain: packet.retain });
  return decision === undefined || decision.allowed
    ? undefined
    : { reasonCode: decision.reasonCode ?? ReasonCode.NOT_AUTHORIZED, explanation: decision.explanation };
}

function refuse(
  core: Core,
  { connection }: Client,
  refused: { readonly packet: PublishPacket; readonly topic: string; readonly refusal: Refusal },
): void {
  const { packet, topic, refusal } = refused;
  const { reasonCode, explanation } = refusal;
  core.observeClient(connection, { kind: 'refused', operation: 'publish', topic, reasonCode, explanation });
  if (reactionTo(reasonCode, core, connection, packet) === 'disconnected') {
    const cause = reasonCode === ReasonCode.NOT_AUTHORIZED ? 'notAuthorized' : 'protocolError';
    endConnection(core, connection, { cause, reasonCode, detail: explanation.reason, tellsClient: true });
    return;
  }
  // 3.1.1 has no way to say no: the message is acknowledged and goes nowhere [MQTT-3.3.5-2 of MQTT 3.1.1].
  const answer = connection.protocolVersion === 5 ? reasonCode : ReasonCode.SUCCESS;
  acknowledge(connection, packet, answer, explanation.reason);
}

function reactionTo(
  reasonCode: number,
  core: Core,
  connection: Connection,
  packet: PublishPacket,
): 'disconnected' | 'dropped' | 'acknowledged' {
  const { behaviour } = core.profile;
  if (connection.protocolVersion === 4) return behaviour.denied311Publish;
  if (packet.qos === 0) return behaviour.deniedQos0Publish;
  return reasonCode === ReasonCode.NOT_AUTHORIZED ? behaviour.deniedPublish : 'acknowledged';
}

function accept(core: Core, { connection, session }: Client, packet: PublishPacket, topic: string): void {
  const { payload, qos, retain } = packet;
  const message: Message = { topic, payload, qos, retain, properties: messageProperties(packet.properties) };
  const { principal, remoteAddress } = connection;
  publishMessage(core, message, { kind: 'client', clientId: session.clientId, principal, remoteAddress, depth: 0 });
}

function acknowledge(connection: Connection, packet: PublishPacket, reasonCode: number, reasonString?: string): void {
  if (packet.qos === 0) return;
  const properties = reasonString === undefined || connection.protocolVersion === 4 ? {} : { reasonString };
  const { messageId } = packet;
  connection.send({ cmd: packet.qos === 1 ? 'puback' : 'pubrec', messageId, reasonCode, properties });
}
