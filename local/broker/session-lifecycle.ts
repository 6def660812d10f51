import { MQTT_LIMITS } from '../../presence/limits';
import { ReasonCode } from './codec/reason-code';
import type { Connection } from './connection';
import type { Core } from './core';
import type { BrokerEvent, DisconnectCause } from './ports';
import type { Session } from './session';
import { publishWill, willAfterConnection } from './wills';

/** How a connection ends. */
export interface Ending {
  readonly cause: DisconnectCause;
  /** Said in the event and, when the broker ends it, to an MQTT 5 client. */
  readonly reasonCode?: number;
  readonly detail?: string;
  /** Whether the broker tells an MQTT 5 client with DISCONNECT. @default false */
  readonly tellsClient?: boolean;
  /** False to discard the will whatever the cause says. @default true */
  readonly publishWill?: boolean;
}

type SessionEndReason = Extract<BrokerEvent, { kind: 'sessionEnd' }>['reason'];

/** Ends a connection: reports it, closes it, decides over the will and starts the session's expiry. */
export function endConnection(core: Core, connection: Connection, ending: Ending): void {
  if (connection.state === 'closed') return;
  const session = detach(core, connection, ending);
  if (session === undefined) return;
  willAfterConnection(core, session, ending);
  expireLater(core, session);
}

/** Ends a connection because its session is taken over by a new one, which decides what becomes of session and will. */
export function detachForTakeOver(core: Core, connection: Connection): void {
  detach(core, connection, {
    cause: 'sessionTakenOver',
    reasonCode: ReasonCode.SESSION_TAKEN_OVER,
    detail: 'another client connected with the same client id',
    tellsClient: true,
  });
}

/** Ends a session: publishes a will that still waits, and forgets everything. */
export function endSession(core: Core, session: Session, reason: SessionEndReason): void {
  session.expiryTimer?.cancel();
  session.expiryTimer = undefined;
  session.redeliveryTimer?.cancel();
  core.sessions.delete(session.clientId);
  core.subscriptions.removeAll(session);
  if (core.options.observer !== undefined) core.observe({ kind: 'sessionEnd', clientId: session.clientId, reason });
  // A will is published when its session ends, if its delay has not passed before (3.1.3.2.2).
  publishWill(core, session);
}

/** Ends a session that has more messages waiting than the profile keeps, and its connection if it has one. */
export function overflow(core: Core, session: Session): void {
  if (session.connection !== undefined) {
    const detail = 'more messages wait for the session than are kept';
    session.expirySeconds = 0;
    endConnection(core, session.connection, {
      cause: 'sessionOverflow',
      reasonCode: ReasonCode.QUOTA_EXCEEDED,
      detail,
      tellsClient: true,
    });
    return;
  }
  endSession(core, session, 'overflow');
}

function detach(core: Core, connection: Connection, ending: Ending): Session | undefined {
  const { session } = connection;
  if (session !== undefined) {
    const { cause, reasonCode, detail } = ending;
    core.observeClient(connection, { kind: 'disconnect', sessionId: connection.sessionId, cause, reasonCode, detail });
    session.connection = undefined;
  }
  if (ending.tellsClient === true && connection.protocolVersion === 5 && session !== undefined) {
    const properties = ending.detail === undefined ? {} : { reasonString: ending.detail };
    connection.send({ cmd: 'disconnect', reasonCode: ending.reasonCode ?? ReasonCode.UNSPECIFIED_ERROR, properties });
  }
  connection.close();
  return session;
}

function expireLater(core: Core, session: Session): void {
  const { expirySeconds } = session;
  if (expirySeconds === 0) endSession(core, session, 'disconnected');
  else if (expirySeconds !== MQTT_LIMITS.sessionNeverExpiresSeconds) {
    session.expiryTimer = core.timers.schedule(expirySeconds * 1000, () => endSession(core, session, 'expired'));
  }
}
