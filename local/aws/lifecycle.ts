import type { Clock } from '../../presence/clock';
import { type Randomness, systemRandomness } from '../../presence/randomness';
import type { BrokerEvent, BrokerObserver, Message, Origin } from '../ports';
import { DISCONNECT_REASONS } from './disconnect-reasons';

/** What {@link LifecycleEvents} is made of. */
export interface LifecycleOptions {
  /** Publishes an event to subscribers and rules. */
  readonly publish: (message: Message, origin: Origin) => void;
  readonly clock: Clock;
  /** @default systemRandomness */
  readonly randomness?: Randomness;
  /** The thing that a connection stands for when it is attached exclusively. @default - never any */
  readonly exclusiveThing?: (principal: string, clientId: string) => string | undefined;
}

/** A client that has been away for so long starts at version 0 again. */
const VERSION_MEMORY_MILLISECONDS = 3_600_000;

/** Clients that are remembered before those that have been away for long are looked for. */
const FIRST_SWEEP = 1_024;

interface ClientVersion {
  readonly version: number;
  /** Milliseconds since 1970; absent while it is connected. */
  readonly awaySince?: number;
}

type EventOf<Kind extends BrokerEvent['kind']> = Extract<BrokerEvent, { kind: Kind }>;

/**
 * Publishes AWS's lifecycle events on `$aws/events/presence/...` and `$aws/events/subscriptions/...` from what the
 * broker reports. They are sent once the broker is done with what it reports, so that a client never sees its own
 * before its CONNACK.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/life-cycle-events.html
 */
export class LifecycleEvents implements BrokerObserver {
  readonly #options: LifecycleOptions;
  readonly #versions = new Map<string, ClientVersion>();
  /** Versions of the connections that are open, by session id. */
  readonly #open = new Map<string, number>();
  #sweepAbove = FIRST_SWEEP;

  constructor(options: LifecycleOptions) {
    this.#options = options;
  }

  observe(event: BrokerEvent): void {
    if (/[+#]/.test(event.clientId)) return;
    if (event.kind === 'connect') this.#connected(event);
    else if (event.kind === 'disconnect') this.#disconnected(event);
    else if (event.kind === 'refused' && event.operation === 'connect') this.#connectFailed(event);
    else if (event.kind === 'subscribe') this.#subscriptions('subscribed', event);
    else if (event.kind === 'unsubscribe') this.#subscriptions('unsubscribed', event);
  }

  #connected(event: EventOf<'connect'>): void {
    const version = this.#nextVersion(event.clientId);
    this.#versions.set(event.clientId, { version });
    this.#open.set(event.sessionId, version);
    this.#sweep();
    this.#send('presence', 'connected', event, {
      sessionIdentifier: event.sessionId,
      ...addressOf(event),
      versionNumber: version,
    });
  }

  #disconnected(event: EventOf<'disconnect'>): void {
    const version = this.#open.get(event.sessionId);
    if (version === undefined) return;
    this.#open.delete(event.sessionId);
    if (this.#versions.get(event.clientId)?.version === version) {
      this.#versions.set(event.clientId, { version, awaySince: this.#options.clock.now() });
    }
    const disconnectReason = DISCONNECT_REASONS[event.cause];
    this.#send('presence', 'disconnected', event, {
      sessionIdentifier: event.sessionId,
      clientInitiatedDisconnect: disconnectReason === 'CLIENT_INITIATED_DISCONNECT',
      disconnectReason,
      versionNumber: version,
    });
  }

  // Whoever cannot be authenticated does not get as far as an event.
  #connectFailed(event: EventOf<'refused'>): void {
    if (event.principal === undefined || event.explanation.action === undefined) return;
    this.#send('presence', 'connect_failed', event, {
      sessionIdentifier: (this.#options.randomness ?? systemRandomness).uuid(),
      ...addressOf(event),
      versionNumber: this.#nextVersion(event.clientId),
      connectFailureReason: 'AUTHORIZATION_FAILED',
    });
  }

  #subscriptions(eventType: 'subscribed' | 'unsubscribed', event: EventOf<'subscribe' | 'unsubscribe'>): void {
    if (event.filters.length === 0) return;
    this.#send('subscriptions', eventType, event, { sessionIdentifier: event.sessionId, topics: event.filters });
  }

  #send(family: string, eventType: string, event: BrokerEvent, fields: Readonly<Record<string, unknown>>): void {
    const { clientId, principal } = event;
    const { clock, exclusiveThing, publish } = this.#options;
    const thingName = principal === undefined ? undefined : exclusiveThing?.(principal, clientId);
    const payload = Buffer.from(
      JSON.stringify({
        clientId,
        thingName: family === 'presence' ? thingName : undefined,
        timestamp: clock.now(),
        eventType,
        principalIdentifier: principal,
        ...fields,
      }),
    );
    // The quality of service of the events is not documented; 1 reaches every subscriber with its own.
    const message: Message = {
      topic: `$aws/events/${family}/${eventType}/${clientId}`,
      payload,
      qos: 1,
      retain: false,
      properties: {},
    };
    queueMicrotask(() => publish(message, { kind: 'cloud', depth: 0 }));
  }

  #nextVersion(clientId: string): number {
    const last = this.#versions.get(clientId);
    return last === undefined || this.#isForgotten(last) ? 0 : last.version + 1;
  }

  #isForgotten({ awaySince }: ClientVersion): boolean {
    return awaySince !== undefined && this.#options.clock.now() - awaySince >= VERSION_MEMORY_MILLISECONDS;
  }

  #sweep(): void {
    if (this.#versions.size <= this.#sweepAbove) return;
    for (const [clientId, version] of this.#versions) {
      if (this.#isForgotten(version)) this.#versions.delete(clientId);
    }
    this.#sweepAbove = Math.max(FIRST_SWEEP, 2 * this.#versions.size);
  }
}

function addressOf({ remoteAddress }: BrokerEvent): { readonly ipAddress?: string } {
  return remoteAddress === undefined ? {} : { ipAddress: remoteAddress };
}
