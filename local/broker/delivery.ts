import type { EncodedPublish } from './codec/publish-encoder';
import type { Connection, OutboundAlias } from './connection';
import type { Core } from './core';
import type { BrokerEvent } from './ports';
import type { Delivery, Session } from './session';
import { overflow } from './session-lifecycle';

type DropReason = Extract<BrokerEvent, { kind: 'drop' }>['reason'];

/** Gives a session a message: at once if its client takes it, otherwise, above QoS 0, when it does. */
export function deliver(core: Core, session: Session, delivery: Delivery): void {
  const { connection } = session;
  if (delivery.qos === 0) {
    if (connection !== undefined) sendAtMostOnce(core, session, connection, delivery);
    return;
  }
  if (connection !== undefined && session.queue.length === 0 && takesMore(session, connection)) {
    sendUnacknowledged(core, session, connection, delivery);
    return;
  }
  enqueue(core, session, delivery);
}

/** Sends what waits for a session, as far as its client takes it. */
export function deliverWaiting(core: Core, session: Session): void {
  const { connection } = session;
  if (connection === undefined) return;
  while (session.connection === connection && takesMore(session, connection)) {
    const again = session.toResend.shift();
    if (again !== undefined) {
      resend(core, session, connection, again);
      continue;
    }
    const delivery = session.queue.shift();
    if (delivery === undefined) return;
    session.queuedBytes -= delivery.outbound.message.payload.length;
    if (delivery.outbound.expiresAt <= core.clock.now()) drop(core, session, delivery, 'expired');
    else sendUnacknowledged(core, session, connection, delivery);
  }
}

/** Sends again, with their packet identifiers and in their order, what was not acknowledged before [MQTT-4.4.0-1]. */
export function resume(core: Core, session: Session): void {
  session.toResend = [...session.inflight.keys()];
  deliverWaiting(core, session);
}

function takesMore(session: Session, connection: Connection): boolean {
  return !connection.congested && session.inflight.size - session.toResend.length < connection.receiveMaximum;
}

function sendAtMostOnce(core: Core, session: Session, connection: Connection, delivery: Delivery): void {
  if (!mayReceive(core, session, connection, delivery)) return;
  if (connection.bufferedBytes > core.options.slowReaderBytes) {
    drop(core, session, delivery, 'slowReader');
    return;
  }
  write(core, session, connection, { delivery, packetIdentifier: 0, dup: false });
}

function sendUnacknowledged(core: Core, session: Session, connection: Connection, delivery: Delivery): void {
  if (!mayReceive(core, session, connection, delivery)) return;
  const packetIdentifier = session.nextPacketIdentifier();
  if (write(core, session, connection, { delivery, packetIdentifier, dup: false })) {
    session.inflight.set(packetIdentifier, { delivery, state: 'publish', sentAt: core.clock.now() });
  }
}

function resend(core: Core, session: Session, connection: Connection, packetIdentifier: number): void {
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

function enqueue(core: Core, session: Session, delivery: Delivery): void {
  const { queue } = core.profile.limits;
  const bytes = delivery.outbound.message.payload.length;
  if (session.queue.length >= queue.messages || session.queuedBytes + bytes > queue.bytes) {
    drop(core, session, delivery, 'queueFull');
    if (queue.whenFull === 'endSession') overflow(core, session);
    return;
  }
  session.queuedBytes += bytes;
  session.queue.push(delivery);
}

function drop(core: Core, session: Session, delivery: Delivery, reason: DropReason): void {
  if (core.options.observer === undefined) return;
  core.observe({ kind: 'drop', clientId: session.clientId, message: delivery.outbound.message, reason });
}
