import type { Clock, Timer } from '../../presence/clock';
import { type Randomness, systemRandomness } from '../../presence/randomness';
import { Decoder } from './codec/decoder';
import type { Packet } from './codec/packet';
import { ProtocolViolation, Throttled } from './codec/protocol-violation';
import { ReasonCode } from './codec/reason-code';
import { Connection, type ConnectionHost, type LossCause, type Transport } from './connection';
import { type ConnectionInfo, connectionInfo, type SessionInfo, sessionInfo } from './control-plane';
import { Core } from './core';
import { deliverWaiting } from './delivery';
import { EventLoopTurns } from './event-loop-turns';
import { FanOut } from './fan-out';
import { dispatch } from './handlers/dispatch';
import type { Authenticator, BrokerObserver, DisconnectCause, Message, MessageSink, Origin, Peer } from './ports';
import type { Profile } from './profiles/profile';
import { publish } from './publish';
import { endConnection, endSession } from './session-lifecycle';

/** What a broker is made of. */
export interface BrokerOptions {
  /** The kind of broker: AWS_PROFILE, AZURE_PROFILE, MQTT_PROFILE or one of them changed. */
  readonly profile: Profile;
  readonly clock: Clock;
  /** @default systemRandomness */
  readonly randomness?: Randomness;
  /** Who may connect and do what. */
  readonly authenticator: Authenticator;
  /** Receives every accepted message. @default - messages go to subscribers only */
  readonly sink?: MessageSink;
  /** Hears what the broker sees. @default - nobody */
  readonly observer?: BrokerObserver;
  /** When a will's topic is authorised. @default 'at-connect' */
  readonly willAuthorization?: 'at-connect' | 'at-publish';
  /** Seconds of keep alive for MQTT 5 clients that ask for more or for none; 1 to 65535. @default - what the client asks for, within the profile's limits */
  readonly serverKeepAliveSeconds?: number;
  /** Seconds within which a connection must send CONNECT. @default 5 */
  readonly connectTimeoutSeconds?: number;
  /** Connections that may be waiting for CONNECT; above it the oldest is closed. @default 10000 */
  readonly maximumHalfOpenConnections?: number;
  /** Bytes that may wait for a client that does not read; above it nothing is read from it and QoS 0 is dropped. @default 16777216 */
  readonly slowReaderBytes?: number;
  /** Turns the profile's rate limits on and multiplies them; above 0. @default - no rate limits */
  readonly throttleScale?: number;
}

/** Milliseconds that a client gets to close its side once the broker has closed its own. */
const LINGER_MILLISECONDS = 2_000;

/**
 * An MQTT 3.1.1 and 5 broker. It knows no cloud: who may do what is the authenticator's business, what else happens
 * with a message the sink's, and how it deviates from the standard the profile's.
 *
 * @example
 * const broker = new Broker({ profile: MQTT_PROFILE, clock: new SystemClock(), authenticator: permissiveAuthenticator() });
 * const listener = await listenTcp(broker, { port: 1883 });
 */
export class Broker {
  readonly #core: Core;
  readonly #host: ConnectionHost;
  readonly #maximumHalfOpen: number;
  /** Connections without a CONNECT yet, the oldest first. */
  readonly #halfOpen = new Set<Connection>();
  /** Connections whose stream is not closed for good. */
  readonly #open = new Map<Connection, Timer | undefined>();
  readonly #turns = new EventLoopTurns();
  #closing = false;
  #whenReleased: (() => void) | undefined;

  constructor(options: BrokerOptions) {
    this.#core = new Core(
      {
        ...options,
        randomness: options.randomness ?? systemRandomness,
        willAuthorization: options.willAuthorization ?? 'at-connect',
        connectTimeoutSeconds: options.connectTimeoutSeconds ?? 5,
        slowReaderBytes: options.slowReaderBytes ?? 16_777_216,
      },
      new FanOut(),
    );
    this.#maximumHalfOpen = options.maximumHalfOpenConnections ?? 10_000;
    this.#host = this.#createHost();
  }

  /** Serves MQTT on a connected stream, whatever carries it. */
  accept(stream: Transport, peer: Peer): void {
    if (this.#closing) {
      stream.destroy();
      return;
    }
    const connection = new Connection(stream, peer, this.#host);
    this.#open.set(connection, undefined);
    this.#halfOpen.add(connection);
    const { connectTimeoutSeconds } = this.#core.options;
    connection.timer = this.#core.timers.schedule(connectTimeoutSeconds * 1000, () => this.#giveUp(connection));
    if (this.#halfOpen.size > this.#maximumHalfOpen) this.#closeOldestHalfOpen();
  }

  /** Publishes a message on somebody's behalf; permissions are the caller's business. */
  publish(message: Message, origin: Origin): void {
    publish(this.#core, message, origin);
  }

  /**
   * Ends a client's connection from the broker's side.
   * @returns whether it was connected.
   */
  disconnect(
    clientId: string,
    options: {
      readonly cause: DisconnectCause;
      /** @default 0x98 administrative action */
      readonly reasonCode?: number;
      readonly detail?: string;
      /** @default true */
      readonly publishWill?: boolean;
      /** Whether the session ends with the connection. @default false */
      readonly endSession?: boolean;
    },
  ): boolean {
    const session = this.#core.sessions.get(clientId);
    if (session?.connection === undefined) return false;
    if (options.endSession === true) session.expirySeconds = 0;
    const reasonCode = options.reasonCode ?? ReasonCode.ADMINISTRATIVE_ACTION;
    endConnection(this.#core, session.connection, { ...options, reasonCode, tellsClient: true });
    return true;
  }

  /** Ends a session that is not connected; returns whether there was one. */
  deleteSession(clientId: string): boolean {
    const session = this.#core.sessions.get(clientId);
    if (session === undefined || session.connection !== undefined) return false;
    session.expiryTimer?.cancel();
    endSession(this.#core, session, 'deleted');
    return true;
  }

  /** The connection that a client id has now. */
  connection(clientId: string): ConnectionInfo | undefined {
    const connection = this.#core.sessions.get(clientId)?.connection;
    return connection === undefined ? undefined : connectionInfo(connection);
  }

  /** Every connection that has been accepted and is alive. */
  connections(): ConnectionInfo[] {
    return [...this.#core.sessions.values()].flatMap(({ connection }) =>
      connection === undefined ? [] : [connectionInfo(connection)],
    );
  }

  /** The session of a client id, connected or not. */
  session(clientId: string): SessionInfo | undefined {
    const session = this.#core.sessions.get(clientId);
    return session === undefined ? undefined : sessionInfo(session);
  }

  /** Every session, connected or not. */
  sessions(): SessionInfo[] {
    return [...this.#core.sessions.values()].map(sessionInfo);
  }

  /** The retained message of exactly this topic, with the seconds that it has left. */
  retainedMessage(topic: string): Message | undefined {
    return this.#core.retained.get(topic)?.messageNow(this.#core.clock.now());
  }

  /** Every retained message. */
  retainedMessages(): Message[] {
    return this.#core.retained.all().map((outbound) => outbound.messageNow(this.#core.clock.now()));
  }

  /**
   * Closes every connection (DISCONNECT 0x8B to MQTT 5 clients) and stops every timer; resolves within seconds.
   * Sessions live in memory and end with the broker. Wills are not published unless asked for: the standard lets a
   * server put them off until it runs again (3.1.2.5).
   */
  async close(options: { /** @default false */ readonly publishWills?: boolean } = {}): Promise<void> {
    this.#closing = true;
    for (const connection of [...this.#halfOpen]) connection.close();
    for (const session of [...this.#core.sessions.values()]) {
      if (session.connection === undefined) continue;
      endConnection(this.#core, session.connection, {
        cause: 'serverShutdown',
        reasonCode: ReasonCode.SERVER_SHUTTING_DOWN,
        detail: 'the server is shutting down',
        tellsClient: true,
        publishWill: options.publishWills ?? false,
      });
    }
    this.#turns.flush();
    this.#core.timers.clear();
    await this.#released();
  }

  #createHost(): ConnectionHost {
    const { options, profile } = this.#core;
    return {
      decoder: new Decoder(),
      maximumPacketBytes: profile.limits.packetBytes,
      slowReaderBytes: options.slowReaderBytes,
      packet: (connection, packet) => this.#packet(connection, packet),
      failed: (connection, error) => this.#failed(connection, error),
      lost: (connection, cause, detail) => this.#lost(connection, cause, detail),
      closing: (connection) => this.#linger(connection),
      released: (connection) => this.#release(connection),
      drained: (connection) => {
        if (connection.session !== undefined) deliverWaiting(this.#core, connection.session);
      },
      flushSoon: (connection) => this.#turns.flushSoon(connection),
      destroyLater: (connection) => this.#turns.destroyLater(connection),
    };
  }

  #packet(connection: Connection, packet: Packet): void {
    connection.lastPacketAt = this.#core.clock.now();
    if (connection.state === 'awaitingConnect') this.#halfOpen.delete(connection);
    dispatch(this.#core, connection, packet);
  }

  #failed(connection: Connection, error: unknown): void {
    this.#halfOpen.delete(connection);
    const violation = error instanceof ProtocolViolation;
    const detail = violation ? error.message : `the broker failed: ${String(error)}`;
    const reasonCode = violation ? error.reasonCode : ReasonCode.UNSPECIFIED_ERROR;
    if (!violation) this.#core.observeClient(connection, { kind: 'warning', detail });
    if (connection.session === undefined) this.#refuseUnconnected(connection, reasonCode, detail);
    else {
      const cause = causeOf(error);
      endConnection(this.#core, connection, { cause, reasonCode, detail, tellsClient: true });
    }
  }

  /** A first packet that cannot be understood: the connection is closed; an unknown version is told so (3.1.2.2). */
  #refuseUnconnected(connection: Connection, reasonCode: number, detail: string): void {
    this.#core.observeClient(connection, {
      kind: 'refused',
      operation: 'connect',
      reasonCode,
      explanation: { reason: detail },
    });
    if (reasonCode === ReasonCode.UNSUPPORTED_PROTOCOL_VERSION) {
      // In the form of 3.1.1, which every client knows: return code 1, unacceptable protocol version.
      connection.protocolVersion = 4;
      connection.send({ cmd: 'connack', sessionPresent: false, reasonCode: 1, properties: {} });
    }
    connection.close();
  }

  #lost(connection: Connection, cause: LossCause, detail: string): void {
    this.#halfOpen.delete(connection);
    try {
      endConnection(this.#core, connection, { cause, detail });
    } catch (error) {
      this.#core.reportFailure(error);
    }
  }

  #giveUp(connection: Connection): void {
    this.#halfOpen.delete(connection);
    connection.close();
  }

  #closeOldestHalfOpen(): void {
    for (const oldest of this.#halfOpen) {
      this.#halfOpen.delete(oldest);
      oldest.destroy();
      return;
    }
  }

  /** Cuts a connection that was closed if the client does not close its side. */
  #linger(connection: Connection): void {
    if (this.#closing || !this.#open.has(connection) || this.#open.get(connection) !== undefined) return;
    this.#open.set(
      connection,
      this.#core.timers.schedule(LINGER_MILLISECONDS, () => connection.destroy()),
    );
  }

  #release(connection: Connection): void {
    this.#halfOpen.delete(connection);
    this.#open.get(connection)?.cancel();
    this.#open.delete(connection);
    if (this.#open.size === 0) this.#whenReleased?.();
  }

  async #released(): Promise<void> {
    if (this.#open.size === 0) return;
    const gone = new Promise<void>((resolve) => {
      this.#whenReleased = resolve;
    });
    const timer = this.#core.clock.schedule(LINGER_MILLISECONDS, () => {
      for (const connection of this.#open.keys()) connection.destroy();
    });
    await gone;
    timer.cancel();
  }
}

function causeOf(error: unknown): DisconnectCause {
  if (error instanceof Throttled) return 'throttled';
  return error instanceof ProtocolViolation ? 'protocolError' : 'serverError';
}
