import type { Connection } from './connection';
import type { Core } from './core';
import { watchRedelivery } from './redelivery';
import { drop, resend, sendAtMostOnce, sendUnacknowledged } from './send';
import type { Delivery, Session } from './session';
import { overflow } from './session-lifecycle';

/** Gives a session a message: at once if its client takes it, otherwise, above QoS 0, when it does. */
export function deliver(core: Core, session: Session, delivery: Delivery): void {
  const { connection } = session;
  if (delivery.qos === 0) {
    if (connection !== undefined) sendAtMostOnce(core, session, connection, delivery);
    return;
  }
  if (connection !== undefined && session.queue.length === 0 && takesMore(session, connection)) {
    sendUnacknowledged(core, session, connection, delivery);
    watchRedelivery(core, session);
    return;
  }
  enqueue(core, session, delivery);
}

/** Sends what waits for a session, as far as its client takes it. */
export function deliverWaiting(core: Core, session: Session): void {
  const { connection } = session;
  if (connection === undefined) return;
  let more = true;
  while (more && takesMore(session, connection)) {
    const again = session.toResend.shift();
    if (again !== undefined) resend(core, session, connection, again);
    else more = deliverNext(core, session, connection);
  }
  if (session.inflight.size > 0) watchRedelivery(core, session);
}

/** Sends again, with their packet identifiers and in their order, what was not acknowledged before [MQTT-4.4.0-1]. */
export function resume(core: Core, session: Session): void {
  session.toResend = [...session.inflight.keys()];
  deliverWaiting(core, session);
}

/** Takes the next message from the queue; returns false when there is none. */
function deliverNext(core: Core, session: Session, connection: Connection): boolean {
  const delivery = session.queue.shift();
  if (delivery === undefined) return false;
  session.queuedBytes -= delivery.outbound.message.payload.length;
  if (delivery.outbound.expiresAt <= core.clock.now()) drop(core, session, delivery, 'expired');
  else sendUnacknowledged(core, session, connection, delivery);
  return true;
}

function takesMore(session: Session, connection: Connection): boolean {
  return !connection.congested && session.inflight.size - session.toResend.length < connection.receiveMaximum;
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
