import type { EncodedPublish } from './codec/publish-encoder';
import type { Connection, OutboundAlias } from './connection';
import type { Core } from './core';
import type { BrokerEvent } from './ports';
import type { Delivery, Session } from './session';

type DropReason = Extract<BrokerEvent, { kind: 'drop' }>['reason'];

/** Sends a message once, if the client keeps up. */
export function sendAtMostOnce(core: Core, session: Session, connection: Connection, delivery: Delivery): void {
  if (!mayReceive(core, session, connection, delivery)) return;
  if (connection.bufferedBytes > core.options.slowReaderBytes) {
    drop(core, session, delivery, 'slowReader');
    return;
  }
  write(core, session, connection, { delivery, packetIdentifier: 0, dup: false });
}

/** Sends a message for the first time and notes that it waits for the client's acknowledgement. */
export function sendUnacknowledged(core: Core, session: Session, connection: Connection, delivery: Delivery): void {
  if (!mayReceive(core, session, connection, delivery)) return;
  const packetIdentifier = session.nextPacketIdentifier();
  if (write(core, session, connection, { delivery, packetIdentifier, dup: false })) {
    const now = core.clock.now();
    session.inflight.set(packetIdentifier, { delivery, state: 'publish', firstSentAt: now, sentAt: now });
  }
}

/** Sends again what was sent before with that packet identifier: PUBLISH, or PUBREL once PUBREC has come. */
export function resend(core: Core, session: Session, connection: Connection, packetIdentifier: number): void {
  const inflight = session.inflight.get(packetIdentifier);
  if (inflight === undefined) return;
  inflight.sentAt = core.clock.now();
  if (inflight.state === 'release') {
    connection.send({ cmd: 'pubrel', messageId: packetIdentifier, reasonCode: 0, properties: {} });
    return;
  }
  const dup = core.profile.behaviour.duplicateFlagOnRedelivery;
  if (!write(core, session, connection, { delivery: inflight.delivery, packetIdentifier, dup })) {
    session.inflight.delete(packetIdentifier);
  }
}

interface Sending {
  readonly delivery: Delivery;
  readonly packetIdentifier: number;
  readonly dup: boolean;
}

/** Writes the PUBLISH; returns whether it fits into what the client takes [MQTT-3.1.2-24]. */
function write(core: Core, session: Session, connection: Connection, sending: Sending): boolean {
  const { delivery } = sending;
  const { topic } = delivery.outbound.message;
  const alias = connection.outboundAlias(topic);
  const encoded = encode(core, connection, delivery, alias);
  if (encoded.length > connection.maximumPacketBytes) {
    if (alias?.known === false) connection.forgetOutboundAlias(topic);
    drop(core, session, delivery, 'packetTooLarge');
    return false;
  }
  if (core.options.observer?.observesDeliveries === true) {
    core.observeClient(connection, { kind: 'deliver', message: delivery.outbound.message });
  }
  encoded.writeTo((bytes) => connection.write(bytes), sending.packetIdentifier, sending.dup);
  return true;
}

function encode(
  core: Core,
  connection: Connection,
  delivery: Delivery,
  alias: OutboundAlias | undefined,
): EncodedPublish {
  const { outbound, qos, retain, subscriptionIdentifiers } = delivery;
  const now = core.clock.now();
  if (alias === undefined && (subscriptionIdentifiers === undefined || connection.protocolVersion === 4)) {
    return outbound.encode(connection.protocolVersion, qos, retain, now);
  }
  const own = { subscriptionIdentifiers, topicAlias: alias?.alias, aliasKnown: alias?.known };
  return outbound.encodeFor(connection.protocolVersion, { qos, retain, ...own }, now);
}

function mayReceive(core: Core, session: Session, connection: Connection, delivery: Delivery): boolean {
  const { topic } = delivery.outbound.message;
  const decision = connection.permissions?.receive?.(topic);
  if (decision === undefined || decision.allowed) return true;
  core.observeClient(connection, { kind: 'refused', operation: 'receive', topic, explanation: decision.explanation });
  drop(core, session, delivery, 'refused');
  return false;
}

/** Reports a message that a subscriber will not get. */
export function drop(core: Core, session: Session, delivery: Delivery, reason: DropReason): void {
  if (core.options.observer === undefined) return;
  core.observe({ kind: 'drop', clientId: session.clientId, message: delivery.outbound.message, reason });
}
