import type { Connection } from './connection';
import type { Session } from './session';

/** A live connection, as control-plane APIs show it. */
export interface ConnectionInfo {
  readonly clientId: string;
  /** The same as in the events of this connection. */
  readonly sessionId: string;
  readonly principal: string;
  readonly remoteAddress: string;
  readonly protocolVersion: 4 | 5;
  readonly cleanStart: boolean;
  /** Seconds, as granted; 0 when it is off. */
  readonly keepAliveSeconds: number;
  /** Milliseconds since 1970. */
  readonly connectedAt: number;
}

/** A session, connected or not. */
export interface SessionInfo {
  readonly clientId: string;
  readonly owner: string;
  readonly connected: boolean;
  readonly protocolVersion: 4 | 5;
  /** Seconds that it outlives its connection; 4294967295 for ever. */
  readonly expirySeconds: number;
  readonly subscriptions: readonly { readonly filter: string; readonly qos: 0 | 1 | 2 }[];
  /** Messages that wait to be sent. */
  readonly queuedMessages: number;
  /** Messages that were sent and not acknowledged. */
  readonly unacknowledgedMessages: number;
  /** Whether a will waits for its delay. */
  readonly willPending: boolean;
}

/** What is known of a connection. */
export function connectionInfo(connection: Connection): ConnectionInfo {
  return {
    clientId: connection.session?.clientId ?? '',
    sessionId: connection.sessionId,
    principal: connection.principal ?? '',
    remoteAddress: connection.remoteAddress,
    protocolVersion: connection.protocolVersion,
    cleanStart: connection.cleanStart,
    keepAliveSeconds: connection.keepAliveSeconds,
    connectedAt: connection.connectedAt,
  };
}

/** What is known of a session. */
export function sessionInfo(session: Session): SessionInfo {
  return {
    clientId: session.clientId,
    owner: session.owner,
    connected: session.connection !== undefined,
    protocolVersion: session.protocolVersion,
    expirySeconds: session.expirySeconds,
    subscriptions: [...session.subscriptions.values()].map(({ filter, qos }) => ({ filter, qos })),
    queuedMessages: session.queue.length,
    unacknowledgedMessages: session.inflight.size,
    willPending: session.willTimer !== undefined,
  };
}
