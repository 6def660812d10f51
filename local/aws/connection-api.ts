import type { Clock } from '../../presence/clock';
import type { BrokerEvent, BrokerObserver, DisconnectCause } from '../ports';
import { DISCONNECT_REASONS } from './disconnect-reasons';

/** Ends connections from the broker's side. */
interface ConnectionControl {
  /** @returns whether the client was connected. */
  disconnect(
    clientId: string,
    options: { readonly cause: DisconnectCause; readonly publishWill: boolean; readonly endSession: boolean },
  ): boolean;
}

/** What a {@link ConnectionApi} is made of. */
export interface ConnectionApiOptions {
  readonly clock: Clock;
  readonly control: ConnectionControl;
  /** The thing that a connection stands for. @default - never any */
  readonly thingName?: (principal: string, clientId: string) => string | undefined;
}

/** A connection as `GetConnection` describes it. @see https://docs.aws.amazon.com/iot/latest/apireference/API_iotdata_GetConnection.html */
export interface ConnectionDescription {
  readonly clientId: string;
  readonly connected: boolean;
  readonly thingName?: string;
  readonly cleanSession: boolean;
  readonly sourceIp?: string;
  /** Seconds. */
  readonly keepAliveDuration: number;
  /** Milliseconds since 1970. */
  readonly connectedSince: number;
  /** Milliseconds since 1970. */
  readonly disconnectedSince?: number;
  readonly disconnectReason?: string;
  /** Seconds. */
  readonly sessionExpiry: number;
}

/** What `DeleteConnection` may be told. @see https://docs.aws.amazon.com/iot/latest/apireference/API_iotdata_DeleteConnection.html */
export interface DeleteConnectionOptions {
  /** Whether the session ends, too. @default false */
  readonly cleanSession?: boolean;
  /** @default false */
  readonly preventWillMessage?: boolean;
}

interface Known {
  readonly sessionId: string;
  readonly description: ConnectionDescription;
}

/** A connection can be asked about for so long after its end. */
const MEMORY_MILLISECONDS = 1_800_000;
/** Clients that are remembered before those that are gone for long are looked for. */
const FIRST_SWEEP = 1_024;

/** The connection APIs of the data plane, for a control plane to serve. */
export class ConnectionApi implements BrokerObserver {
  readonly #options: ConnectionApiOptions;
  readonly #known = new Map<string, Known>();
  #sweepAbove = FIRST_SWEEP;

  constructor(options: ConnectionApiOptions) {
    this.#options = options;
  }

  observe(event: BrokerEvent): void {
    if (event.kind === 'connect') this.#connected(event);
    else if (event.kind === 'disconnect') this.#disconnected(event);
  }

  /** `GetConnection`; `undefined` when the client is unknown or has been away for more than half an hour. */
  getConnection(
    clientId: string,
    options: { readonly includeSocketInformation?: boolean } = {},
  ): ConnectionDescription | undefined {
    const known = this.#known.get(clientId)?.description;
    if (known === undefined || this.#isForgotten(known)) return undefined;
    const { sourceIp, ...rest } = known;
    return options.includeSocketInformation === true ? known : rest;
  }

  /** `DeleteConnection`; `false` when the client is not connected. Its will is published unless that is prevented. */
  deleteConnection(clientId: string, options: DeleteConnectionOptions = {}): boolean {
    return this.#options.control.disconnect(clientId, {
      cause: 'administrativeAction',
      publishWill: options.preventWillMessage !== true,
      endSession: options.cleanSession === true,
    });
  }

  #connected(event: Extract<BrokerEvent, { kind: 'connect' }>): void {
    const { clientId, principal, sessionId, remoteAddress } = event;
    const description: ConnectionDescription = {
      clientId,
      connected: true,
      thingName: principal === undefined ? undefined : this.#options.thingName?.(principal, clientId),
      cleanSession: event.cleanStart,
      sourceIp: remoteAddress,
      keepAliveDuration: event.keepAliveSeconds,
      connectedSince: this.#options.clock.now(),
      sessionExpiry: event.sessionExpirySeconds,
    };
    this.#known.set(clientId, { sessionId, description });
    this.#sweep();
  }

  #disconnected({ clientId, sessionId, cause }: Extract<BrokerEvent, { kind: 'disconnect' }>): void {
    const known = this.#known.get(clientId);
    if (known?.sessionId !== sessionId) return;
    const description: ConnectionDescription = {
      ...known.description,
      connected: false,
      disconnectedSince: this.#options.clock.now(),
      disconnectReason: DISCONNECT_REASONS[cause],
    };
    this.#known.set(clientId, { sessionId, description });
  }

  #isForgotten({ disconnectedSince }: ConnectionDescription): boolean {
    return disconnectedSince !== undefined && this.#options.clock.now() - disconnectedSince > MEMORY_MILLISECONDS;
  }

  #sweep(): void {
    if (this.#known.size <= this.#sweepAbove) return;
    for (const [clientId, { description }] of this.#known) {
      if (this.#isForgotten(description)) this.#known.delete(clientId);
    }
    this.#sweepAbove = Math.max(FIRST_SWEEP, 2 * this.#known.size);
  }
}
