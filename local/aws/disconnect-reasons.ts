import type { DisconnectCause } from '../ports';

/** Why a connection ended, in AWS's words. @see https://docs.aws.amazon.com/iot/latest/developerguide/life-cycle-events.html */
export const DISCONNECT_REASONS = {
  clientDisconnect: 'CLIENT_INITIATED_DISCONNECT',
  // Not documented; the client has sent DISCONNECT.
  clientDisconnectWithWill: 'CLIENT_INITIATED_DISCONNECT',
  webSocketClose: 'CLIENT_INITIATED_DISCONNECT',
  connectionLost: 'CONNECTION_LOST',
  keepAliveTimeout: 'MQTT_KEEP_ALIVE_TIMEOUT',
  sessionTakenOver: 'DUPLICATE_CLIENTID',
  protocolError: 'CLIENT_ERROR',
  notAuthorized: 'FORBIDDEN_ACCESS',
  quotaExceeded: 'THROTTLED',
  throttled: 'THROTTLED',
  sessionOverflow: 'SERVER_INITIATED_DISCONNECT',
  serverShutdown: 'SERVER_INITIATED_DISCONNECT',
  administrativeAction: 'API_INITIATED_DISCONNECT',
  connectionExpired: 'WEBSOCKET_TTL_EXPIRATION',
  serverError: 'SERVER_ERROR',
} as const satisfies Readonly<Record<DisconnectCause, string>>;
