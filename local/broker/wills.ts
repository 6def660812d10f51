import type { Core } from './core';
import type { BrokerEvent, DisconnectCause, Message } from './ports';
import { publish } from './publish';
import type { PendingWill, Session } from './session';

/** Decides over a session's will once its connection has ended [MQTT-3.1.2-8]. */
export function willAfterConnection(
  core: Core,
  session: Session,
  ending: { readonly cause: DisconnectCause; readonly publishWill?: boolean },
): void {
  if (session.will === undefined) return;
  if (ending.publishWill === false || discardsWill(core, ending.cause)) {
    cancelWill(core, session, `the connection ended with ${ending.cause}`);
    return;
  }
  const seconds = effectiveDelaySeconds(core, session, session.will);
  if (seconds === 0) publishWill(core, session);
  else session.willTimer = core.timers.schedule(seconds * 1000, () => publishWill(core, session));
}

/** Publishes a session's will, if it still has one. */
export function publishWill(core: Core, session: Session): void {
  const pending = session.will;
  if (pending === undefined) return;
  forget(session);
  const { topic, payload, qos, retain, properties } = pending.will;
  const message: Message = { topic, payload, qos, retain, properties };
  if (!mayPublish(core, session, pending, message)) return;
  observeWill(core, session, pending, { outcome: 'published' });
  const { principal, remoteAddress } = pending;
  publish(core, message, { kind: 'will', clientId: session.clientId, principal, remoteAddress, depth: 0 });
}

/** Lets a session's will go without publishing it. */
export function cancelWill(core: Core, session: Session, detail: string): void {
  const pending = session.will;
  if (pending === undefined) return;
  forget(session);
  observeWill(core, session, pending, { outcome: 'cancelled', detail });
}

/**
 * Seconds between the end of the connection and the will: the will delay, but never longer than the session lives
 * [MQTT-3.1.3-9], (3.1.3.2.2).
 */
export function effectiveDelaySeconds(core: Core, session: Session, pending: PendingWill): number {
  const { willDelay } = core.profile.limits;
  if (willDelay === 'ignored') return 0;
  return Math.min(pending.will.delaySeconds, willDelay.maximumSeconds, session.expirySeconds);
}

function discardsWill(core: Core, cause: DisconnectCause): boolean {
  if (cause === 'webSocketClose') return core.profile.behaviour.webSocketCloseDiscardsWill;
  return cause === 'clientDisconnect';
}

function mayPublish(core: Core, session: Session, pending: PendingWill, message: Message): boolean {
  if (core.options.willAuthorization === 'at-connect') return true;
  const decision = pending.permissions.publish(message.topic, { retain: message.retain });
  if (decision.allowed) return true;
  const { explanation } = decision;
  const { principal, remoteAddress } = pending;
  const client = { clientId: session.clientId, principal, remoteAddress };
  core.observe({ ...client, kind: 'refused', operation: 'publish', topic: message.topic, explanation });
  observeWill(core, session, pending, { outcome: 'refused', detail: explanation.reason });
  return false;
}

function forget(session: Session): void {
  session.will = undefined;
  session.willTimer?.cancel();
  session.willTimer = undefined;
}

type WillOutcome = Pick<Extract<BrokerEvent, { kind: 'will' }>, 'outcome' | 'detail'>;

function observeWill(core: Core, session: Session, pending: PendingWill, outcome: WillOutcome): void {
  if (core.options.observer === undefined) return;
  const { principal, remoteAddress, will } = pending;
  core.observe({ kind: 'will', clientId: session.clientId, principal, remoteAddress, message: will, ...outcome });
}
