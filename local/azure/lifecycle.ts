import type { Clock } from '../../presence/clock';
import type { Randomness } from '../../presence/randomness';
import type { EventLog } from '../event-log';
import type { BrokerEvent, DisconnectCause } from '../ports';
import type { NamespaceSettings } from './registry';

/** Why a session was disconnected, in Event Grid's words. */
export type DisconnectionReason =
  | 'ClientAuthenticationError'
  | 'ClientAuthorizationError'
  | 'ClientError'
  | 'ClientInitiatedDisconnect'
  | 'ConnectionLost'
  | 'QuotaExceeded'
  | 'ServerError'
  | 'ServerInitiatedDisconnect'
  | 'SessionOverflow'
  | 'SessionTakenOver';

/** Why a session was disconnected, in Event Grid's words. */
export const DISCONNECTION_REASONS: Readonly<Record<DisconnectCause, DisconnectionReason>> = {
  clientDisconnect: 'ClientInitiatedDisconnect',
  clientDisconnectWithWill: 'ClientInitiatedDisconnect',
  webSocketClose: 'ClientInitiatedDisconnect',
  connectionLost: 'ConnectionLost',
  keepAliveTimeout: 'ClientError',
  sessionTakenOver: 'SessionTakenOver',
  protocolError: 'ClientError',
  notAuthorized: 'ClientAuthorizationError',
  quotaExceeded: 'QuotaExceeded',
  throttled: 'QuotaExceeded',
  sessionOverflow: 'SessionOverflow',
  administrativeAction: 'ServerInitiatedDisconnect',
  serverShutdown: 'ServerInitiatedDisconnect',
  connectionExpired: 'ClientAuthenticationError',
  serverError: 'ServerError',
};

const REMEMBERED_SESSIONS = 100_000;

/** What the life-cycle events are made from. */
export interface LifecycleOptions {
  readonly namespace: NamespaceSettings;
  readonly log: EventLog;
  readonly clock: Clock;
  readonly randomness: Randomness;
}

/**
 * Life-cycle events of client sessions, as CloudEvents in the event log. A session's sequence number grows with each
 * connection; the event of the disconnection carries the number of its connection.
 * @see https://learn.microsoft.com/en-us/azure/event-grid/mqtt-client-life-cycle-events
 */
export class LifecycleEvents {
  readonly #options: LifecycleOptions;
  readonly #last = new Map<string, number>();
  readonly #current = new Map<string, number>();

  constructor(options: LifecycleOptions) {
    this.#options = options;
  }

  observe(event: BrokerEvent): void {
    if (event.principal === undefined) return;
    if (event.kind === 'connect') {
      const session = `${event.principal}/${event.clientId}`;
      const sequenceNumber = (this.#last.get(session) ?? 0) + 1;
      this.#remember(session, sequenceNumber);
      this.#current.set(event.sessionId, sequenceNumber);
      this.#write('Connected', event.principal, event.clientId, { sequenceNumber });
    }
    if (event.kind !== 'disconnect') return;
    const sequenceNumber = this.#current.get(event.sessionId);
    if (sequenceNumber === undefined) return;
    this.#current.delete(event.sessionId);
    const disconnectionReason = DISCONNECTION_REASONS[event.cause];
    this.#write('Disconnected', event.principal, event.clientId, { sequenceNumber, disconnectionReason });
  }

  // A client that takes a new session name each time must not grow this for ever.
  #remember(session: string, sequenceNumber: number): void {
    this.#last.delete(session);
    this.#last.set(session, sequenceNumber);
    const [oldest] = this.#last.size > REMEMBERED_SESSIONS ? this.#last.keys() : [];
    if (oldest !== undefined) this.#last.delete(oldest);
  }

  #write(
    what: 'Connected' | 'Disconnected',
    clientAuthenticationName: string,
    clientSessionName: string,
    more: { readonly sequenceNumber: number; readonly disconnectionReason?: DisconnectionReason },
  ): void {
    const { namespace, log, clock, randomness } = this.#options;
    const type = `Microsoft.EventGrid.MQTTClientSession${what}`;
    const cloudEvent = {
      specversion: '1.0',
      id: randomness.uuid(),
      time: new Date(clock.now()).toISOString(),
      type,
      source: namespace.id,
      subject: `clients/${clientAuthenticationName}/sessions/${clientSessionName}`,
      data: { namespaceName: namespace.name, clientAuthenticationName, clientSessionName, ...more },
    };
    log.write({
      type: 'action',
      action: type,
      clientId: clientSessionName,
      principal: clientAuthenticationName,
      resource: cloudEvent.subject,
      payload: Buffer.from(JSON.stringify(cloudEvent)),
      details: { outcome: 'recorded', ...more },
    });
  }
}
