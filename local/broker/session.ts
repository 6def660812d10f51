import type { Timer } from '../../presence/clock';
import type { Connection } from './connection';
import type { OutboundMessage } from './outbound-message';
import type { Permissions, Will } from './ports';
import { Queue } from './queue';
import type { Subscription } from './subscription-index';

/** A message that a subscriber has to get. */
export interface Delivery {
  readonly outbound: OutboundMessage;
  readonly qos: 0 | 1 | 2;
  readonly retain: boolean;
  readonly subscriptionIdentifiers: readonly number[] | undefined;
}

/** A delivery that was sent and waits for the client. */
export interface Inflight {
  readonly delivery: Delivery;
  /** `release`: PUBREC has come and PUBREL was sent (QoS 2). */
  state: 'publish' | 'release';
  /** Milliseconds since 1970. */
  readonly firstSentAt: number;
  /** Milliseconds since 1970. */
  sentAt: number;
}

/** A will as it lies with the session, with what is needed to publish it after the connection. */
export interface PendingWill {
  readonly will: Will;
  readonly principal: string | undefined;
  readonly remoteAddress: string | undefined;
  readonly permissions: Permissions;
}

/** Largest packet identifier (2.2.1). */
const LARGEST_PACKET_IDENTIFIER = 65_535;

/** What the broker keeps of a client, also between its connections (4.1). */
export class Session {
  readonly clientId: string;
  /** To whom it belongs. */
  readonly owner: string;
  /** Of the connection that it has, or had last. */
  protocolVersion: 4 | 5;
  /** The connection that it has now. */
  connection: Connection | undefined;
  /** Seconds that it outlives its connection; 0xFFFFFFFF for ever. */
  expirySeconds = 0;
  readonly queue = new Queue<Delivery>();
  queuedBytes = 0;
  /** Packet identifiers in `inflight` that this connection has not seen yet. */
  toResend: number[] = [];
  will: PendingWill | undefined;
  willTimer: Timer | undefined;
  expiryTimer: Timer | undefined;
  redeliveryTimer: Timer | undefined;
  /** The fan-out that visited this session last, and where it noted it; see FanOut. */
  visitedBy = 0;
  visitIndex = 0;
  #lastPacketIdentifier = 0;
  // Made when they are needed first: most of a fleet's sessions never do.
  #subscriptions: Map<string, Subscription> | undefined;
  #inflight: Map<number, Inflight> | undefined;
  #unreleased: Set<number> | undefined;

  constructor(clientId: string, owner: string, protocolVersion: 4 | 5) {
    this.clientId = clientId;
    this.owner = owner;
    this.protocolVersion = protocolVersion;
  }

  /** By filter, as the client wrote it. */
  get subscriptions(): Map<string, Subscription> {
    this.#subscriptions ??= new Map();
    return this.#subscriptions;
  }

  get hasSubscriptions(): boolean {
    return this.#subscriptions !== undefined && this.#subscriptions.size > 0;
  }

  /** By packet identifier, in the order of sending. */
  get inflight(): Map<number, Inflight> {
    this.#inflight ??= new Map();
    return this.#inflight;
  }

  /** Packet identifiers of QoS 2 messages that were received and not released. */
  get unreleased(): Set<number> {
    this.#unreleased ??= new Set();
    return this.#unreleased;
  }

  /** A packet identifier that is not in use [MQTT-2.2.1-3]; the caller makes sure that one is left. */
  nextPacketIdentifier(): number {
    do {
      this.#lastPacketIdentifier =
        this.#lastPacketIdentifier === LARGEST_PACKET_IDENTIFIER ? 1 : this.#lastPacketIdentifier + 1;
    } while (this.inflight.has(this.#lastPacketIdentifier));
    return this.#lastPacketIdentifier;
  }
}
