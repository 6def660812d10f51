import { EventEmitter } from 'node:events';
import type { Duplex } from 'node:stream';
import { type Clock, SystemClock } from '../presence/clock';
import { LastwillError, mustBe, throwIfAny } from '../presence/errors';
import { type Randomness, systemRandomness } from '../presence/randomness';
import { topicFilterProblem } from '../presence/topic';
import { type WillSession, withWillSession } from '../presence/will-payload';
import type { DeviceAgentOptions, PresenceMessage } from './agent-options';
import { Connector, type Verdict } from './connector';
import { encodePayload, type IncomingMessage, type Payload, type PublishOptions, type Qos } from './message';
import type { LinkGrant, LinkOptions, MqttLink } from './mqtt-link';
import { messageProblems, TARGET_LIMITS } from './option-problems';
import { Outbox } from './outbox';
import { PacketIdentifiers } from './packet-identifiers';
import { Requests } from './requests';
import { type ResolvedOptions, resolveOptions } from './resolved-options';
import { SecureContexts } from './secure-contexts';
import { Subscriptions } from './subscriptions';
import { openTransport } from './transport';

/** What a connection was granted. */
export interface ConnectionInfo extends LinkGrant {
  /** Marks this connection; a stamped will of it carries the same id. */
  readonly session: WillSession;
}

/** What a {@link DeviceAgent} tells. */
export interface DeviceAgentEvents {
  /** A connection stands. */
  connect: [ConnectionInfo];
  message: [IncomingMessage];
  /** A connection that stood is gone; `decision` follows unless the device ended it itself. */
  disconnect: [];
  /** A connection or an attempt ended: why, and whether and when another attempt follows. */
  decision: [Verdict];
}

/** How a question is asked. */
export interface RequestOptions extends PublishOptions {
  /** Where the answer is expected. */
  readonly responseTopic: string;
  /** What the answer repeats. @default - a random id */
  readonly correlationData?: Uint8Array;
  /** Seconds to wait for the answer, above 0. @default 10 */
  readonly timeoutSeconds?: number;
}

/** What a {@link DeviceAgent} takes from its surroundings. */
export interface DeviceAgentParts {
  /** @default - the machine's clock */
  readonly clock?: Clock;
  /** @default - the machine's randomness */
  readonly randomness?: Randomness;
  /** Share one among agents that show the same certificate: it saves memory and time. @default - one of its own */
  readonly secureContexts?: SecureContexts;
  /** Opens the byte stream to the broker. @default - by the endpoint's scheme */
  readonly openStream?: (options: ResolvedOptions) => Promise<Duplex>;
}

/**
 * A device on MQTT: connects with its will, stays connected, and behaves when the broker does not.
 * @example
 * const agent = new DeviceAgent({
 *   endpoint: 'localhost',
 *   clientId: 'lwtThing',
 *   tls: { rootCa: { path: 'AmazonRootCA1.pem' }, certificate: { path: 'client-cert.pem' }, privateKey: { path: 'private-key.pem' } },
 *   will: { topic: '/last/will/topic', payload: '{"state":{"reported":{"last_will":"yes"}}}' },
 * });
 * await agent.connect();
 * await agent.publish('/lwt/connected/topic', '{"message": "here I am"}');
 */
export class DeviceAgent extends EventEmitter<DeviceAgentEvents> {
  /** The options as checked, with defaults filled in. */
  readonly options: ResolvedOptions;
  readonly #clock: Clock;
  readonly #randomness: Randomness;
  readonly #outbox: Outbox;
  readonly #subscriptions: Subscriptions;
  readonly #connector: Connector;
  readonly #requests: Requests;
  #session: WillSession = { sessionId: '', connectedAt: 0 };
  #connecting: { resolve: (info: ConnectionInfo) => void; reject: (error: Error) => void } | undefined;

  /** @throws LastwillError OPTION_INVALID with every problem; FILE_UNREADABLE, CREDENTIAL_INVALID for keys and certificates. */
  constructor(options: DeviceAgentOptions, parts: DeviceAgentParts = {}) {
    super();
    this.options = resolveOptions(options);
    this.#clock = parts.clock ?? new SystemClock();
    this.#randomness = parts.randomness ?? systemRandomness;
    this.#requests = new Requests(this.#clock);
    const identifiers = new PacketIdentifiers();
    const unanswered = (packet: string) => (): void =>
      this.#connector.giveUp(new Error(`${packet} did not come in time`));
    this.#outbox = new Outbox(
      { ...this.options, onAcknowledgementTimeout: unanswered('PUBACK') },
      identifiers,
      this.#clock,
    );
    this.#subscriptions = new Subscriptions(
      { timeoutMilliseconds: this.options.acknowledgementTimeoutMilliseconds, onTimeout: unanswered('SUBACK') },
      this.#clock,
    );
    this.#connector = this.#createConnector(parts, identifiers);
  }

  /** True while a connection stands. */
  get connected(): boolean {
    return this.#connector.isOpen;
  }

  /**
   * Connects, and from then on stays connected until the device itself ends it or trying again cannot succeed.
   * @throws LastwillError CONNECTION_REFUSED or CONNECTION_FAILED when the first connection cannot succeed.
   */
  connect(): Promise<ConnectionInfo> {
    if (!this.#connector.isIdle) {
      return Promise.reject(new LastwillError('OPTION_INVALID', 'connect must be called once, not while connected'));
    }
    return new Promise((resolve, reject) => {
      this.#connecting = { resolve, reject };
      this.#connector.start();
    });
  }

  /**
   * Publishes a message; without a connection it waits for one. Resolves when it was written (QoS 0) or the broker has
   * taken it over (QoS 1 and 2).
   * @throws LastwillError OPTION_INVALID, OPERATION_REFUSED by the broker, DELIVERY_FAILED when it expired, found no place
   * in the queue or the agent ended first.
   */
  async publish(topic: string, payload?: Payload, options: PublishOptions = {}): Promise<void> {
    const { target, protocolVersion } = this.options;
    const problems = messageProblems('', { ...options, topic }, target, protocolVersion);
    throwIfAny(
      'OPTION_INVALID',
      problems.filter((problem) => problem !== undefined),
    );
    await this.#outbox.publish(topic, encodePayload(payload), options);
  }

  /**
   * Subscribes to a topic filter, again after every session that the broker has lost.
   * @param qos highest quality of service to deliver with. @default 1
   * @throws LastwillError OPTION_INVALID, OPERATION_REFUSED by the broker, DELIVERY_FAILED when the agent ended first.
   */
  async subscribe(filter: string, qos: Qos = 1): Promise<void> {
    const limits = TARGET_LIMITS[this.options.target];
    const rule = topicFilterProblem(filter, limits.topic);
    if (rule !== undefined) throw new LastwillError('OPTION_INVALID', mustBe('filter', rule, filter));
    await this.#subscriptions.subscribe(filter, qos);
  }

  /**
   * Asks a question and resolves to its answer: the first message on `responseTopic` with the same correlation data.
   * Subscribes to `responseTopic` unless a subscription covers it already. MQTT 5 only.
   * @throws LastwillError as {@link publish} and {@link subscribe}, and DELIVERY_FAILED when no answer came in time.
   */
  async request(topic: string, payload: Payload, options: RequestOptions): Promise<IncomingMessage> {
    const { timeoutSeconds = 10, responseTopic, ...publishOptions } = options;
    const correlationData = Buffer.from(options.correlationData ?? this.#randomness.uuid());
    if (!this.#subscriptions.covers(responseTopic)) await this.subscribe(responseTopic);
    const { answer, cancel } = this.#requests.expect(responseTopic, correlationData, timeoutSeconds);
    const published = this.publish(topic, payload, { ...publishOptions, responseTopic, correlationData });
    // A question that was refused has no answer to wait for.
    return Promise.race([answer, published.then(() => answer)]).finally(cancel);
  }

  /** Takes a subscription back. */
  unsubscribe(filter: string): Promise<void> {
    return this.#subscriptions.unsubscribe(filter);
  }

  /**
   * Ends the connection properly: publishes the offline message if there is one, then sends DISCONNECT, after which the
   * broker drops the will. With `publishWill` the broker is asked to publish it all the same (reason code 4; with MQTT
   * 3.1.1, which cannot say so, the connection is cut).
   */
  async disconnect({ publishWill = false }: { readonly publishWill?: boolean } = {}): Promise<void> {
    if (this.connected && !publishWill && this.options.offline !== undefined) {
      // A broker that refuses the offline message must not keep the device from ending.
      await this.#announce(this.options.offline).catch(() => undefined);
    }
    const cut = publishWill && this.options.protocolVersion === 4;
    await this.#end((link) => (cut ? link.destroy() : link.disconnect(publishWill ? 4 : 0)));
  }

  /** Dies abruptly: the socket is destroyed, nothing is said, the broker publishes the will. */
  cut(): Promise<void> {
    return this.#end((link) => link.destroy());
  }

  /**
   * Dies silently: no more packets, pings included, while the socket stays open. The broker notices after one and a half
   * times the keep alive. Resolves when the broker has closed the connection; `cut` ends it from here.
   */
  fallSilent(): Promise<void> {
    return this.#end((link) => link.fallSilent());
  }

  #createConnector(parts: DeviceAgentParts, identifiers: PacketIdentifiers): Connector {
    const transport = { clock: this.#clock, secureContexts: parts.secureContexts ?? new SecureContexts() };
    const openStream = parts.openStream ?? ((resolved: ResolvedOptions) => openTransport(resolved, transport));
    return new Connector(
      {
        options: this.options,
        linkOptions: () => this.#linkOptions(),
        openStream: () => openStream(this.options),
        identifiers,
        clock: this.#clock,
        randomness: this.#randomness,
      },
      {
        opened: (link, grant) => this.#opened(link, grant),
        message: (message) => this.#received(message),
        acknowledged: (identifier, answer) => this.#outbox.acknowledged(identifier, answer),
        lost: () => this.#lost(),
        decided: (verdict) => this.#decided(verdict),
      },
    );
  }

  #received(message: IncomingMessage): void {
    this.#requests.answered(message);
    this.emit('message', message);
  }

  #end(end: (link: MqttLink) => void): Promise<void> {
    const closed = this.connected
      ? new Promise<void>((resolve) => this.once('disconnect', resolve))
      : Promise.resolve();
    this.#connector.stop(end);
    this.#connecting?.reject(new LastwillError('CONNECTION_FAILED', 'the agent was ended before it was connected'));
    this.#connecting = undefined;
    this.#abandon('the agent was ended');
    return closed;
  }

  #linkOptions(): LinkOptions {
    const { will, ...options } = this.options;
    this.#session = { sessionId: this.#randomness.uuid(), connectedAt: this.#clock.now() };
    if (will === undefined) return options;
    return { ...options, will: { ...will, payload: this.#payload(will), delaySeconds: will.delaySeconds ?? 0 } };
  }

  #opened(link: MqttLink, grant: LinkGrant): void {
    const session = { ...grant, resumed: grant.sessionPresent };
    void this.#subscriptions.open(link, session);
    if (this.options.birth !== undefined) {
      // One that is refused or cut off is not worth an error: the next connection brings another.
      this.#announce(this.options.birth).catch(() => undefined);
    }
    this.#outbox.open(link, session);
    const info = { ...grant, session: this.#session };
    this.#connecting?.resolve(info);
    this.#connecting = undefined;
    this.emit('connect', info);
  }

  #lost(): void {
    this.#outbox.close();
    this.#subscriptions.close();
    this.emit('disconnect');
  }

  #decided(verdict: Verdict): void {
    if (verdict.decision === 'stop') {
      this.#abandon(verdict.reason);
      const code = verdict.reasonCode === undefined ? 'CONNECTION_FAILED' : 'CONNECTION_REFUSED';
      this.#connecting?.reject(new LastwillError(code, verdict.reason));
      this.#connecting = undefined;
    }
    this.emit('decision', verdict);
  }

  #abandon(why: string): void {
    this.#outbox.abandon(why);
    this.#subscriptions.abandon(why);
    this.#requests.abandon(why);
  }

  #announce(message: PresenceMessage): Promise<void> {
    return this.#outbox.publishFirst(message.topic, this.#payload(message), message);
  }

  #payload(message: PresenceMessage): Buffer {
    const payload = encodePayload(message.payload);
    if (message.stampSession !== true) return payload;
    return Buffer.from(withWillSession(payload.toString(), this.#session) as string);
  }
}
