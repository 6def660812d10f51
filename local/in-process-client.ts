import type { Duplex } from 'node:stream';
import { generate, type IConnectPacket, type IPublishPacket, type Packet, parser } from 'mqtt-packet';
import { LastwillError } from '../presence/errors';

/** What an {@link InProcessClient} says in CONNECT. */
export interface InProcessConnectOptions {
  readonly clientId: string;
  /** @default - none */
  readonly username?: string;
  /** 5 or 4 (MQTT 3.1.1). @default 5 */
  readonly protocolVersion?: 4 | 5;
  /** @default true */
  readonly cleanStart?: boolean;
  /** Seconds, from 0 to 4294967295; MQTT 5 only. @default 0 */
  readonly sessionExpirySeconds?: number;
  /** Seconds, from 0 to 65535. The client never pings by itself: time is its test's to move. @default 0 */
  readonly keepAliveSeconds?: number;
  readonly will?: InProcessMessage & { readonly delaySeconds?: number };
}

/** A message to publish. */
export interface InProcessMessage {
  readonly topic: string;
  readonly payload: string | Buffer;
  /** @default 0 */
  readonly qos?: 0 | 1;
  /** @default false */
  readonly retain?: boolean;
  /** MQTT 5 properties, as `mqtt-packet` names them. */
  readonly properties?: IPublishPacket['properties'];
}

/** A message that arrived. */
export interface ReceivedMessage {
  readonly topic: string;
  readonly payload: Buffer;
  readonly qos: 0 | 1 | 2;
  readonly retain: boolean;
  readonly duplicate: boolean;
  readonly properties: NonNullable<IPublishPacket['properties']>;
}

/** How the broker answered a request: the MQTT reason code, at least 0x80 when it refused. */
export interface Acknowledgement {
  readonly reasonCode: number;
  readonly reasonString?: string;
}

interface Waiter {
  readonly resolve: (packet: Packet) => void;
  readonly reject: (error: Error) => void;
}

/**
 * An MQTT client for code in this process: the observer of a demonstration and the devices of a test. It speaks
 * through a stream, keeps everything that arrives, and does nothing on its own: no ping, no reconnect, no timer.
 */
export class InProcessClient {
  readonly clientId: string;
  /** Everything that arrived, in order. */
  readonly received: ReceivedMessage[] = [];
  /** The reason code of the DISCONNECT that the broker sent, if it sent one (MQTT 5). */
  disconnectReasonCode: number | undefined;
  readonly #stream: Duplex;
  readonly #protocolVersion: 4 | 5;
  readonly #waiting = new Map<string, Waiter[]>();
  readonly #listeners = new Set<(message: ReceivedMessage) => void>();
  readonly #closed: Promise<void>;
  #isOpen = true;
  #lastPacketId = 0;

  private constructor(stream: Duplex, options: InProcessConnectOptions) {
    this.clientId = options.clientId;
    this.#stream = stream;
    this.#protocolVersion = options.protocolVersion ?? 5;
    const packets = parser({ protocolVersion: this.#protocolVersion });
    packets.on('packet', (packet) => this.#handle(packet));
    packets.on('error', (error: Error) => stream.destroy(error));
    stream.on('data', (data: Buffer) => packets.parse(data));
    stream.on('error', () => undefined);
    this.#closed = new Promise((resolve) => stream.once('close', () => resolve(this.#onClose())));
  }

  /**
   * Connects over a stream whose other end the broker has accepted.
   * @throws LastwillError CONNECTION_REFUSED with the reason code when the broker refuses or closes.
   */
  static async connect(stream: Duplex, options: InProcessConnectOptions): Promise<InProcessClient> {
    const client = new InProcessClient(stream, options);
    const answer = await client.#request(connectPacket(options), 'connack');
    const code = answer.cmd === 'connack' ? (answer.reasonCode ?? answer.returnCode ?? 0) : 0x80;
    if (code === 0) return client;
    stream.destroy();
    const reason = answer.cmd === 'connack' ? answer.properties?.reasonString : undefined;
    throw new LastwillError(
      'CONNECTION_REFUSED',
      `the broker refused client id '${options.clientId}' with reason code 0x${code.toString(16)}${reason === undefined ? '' : `: ${reason}`}`,
    );
  }

  /** False once the connection has ended, whoever ended it. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Resolves when the connection has ended. */
  closed(): Promise<void> {
    return this.#closed;
  }

  /** Calls `listener` for every message that arrives from now on. */
  onMessage(listener: (message: ReceivedMessage) => void): void {
    this.#listeners.add(listener);
  }

  /** Publishes; with QoS 1 it resolves with the broker's PUBACK, with QoS 0 once it is written. */
  async publish(message: InProcessMessage): Promise<Acknowledgement> {
    const qos = message.qos ?? 0;
    const packet: IPublishPacket = {
      cmd: 'publish',
      topic: message.topic,
      payload: message.payload,
      qos,
      retain: message.retain ?? false,
      dup: false,
      ...(message.properties === undefined ? {} : { properties: message.properties }),
    };
    if (qos === 0) {
      this.#send(packet);
      return { reasonCode: 0 };
    }
    const messageId = this.#nextPacketId();
    return acknowledgement(await this.#request({ ...packet, messageId }, `puback:${messageId}`));
  }

  /** Subscribes; resolves with the SUBACK's reason code for each filter, in order. */
  async subscribe(filters: string | readonly string[], options: { readonly qos?: 0 | 1 } = {}): Promise<number[]> {
    const messageId = this.#nextPacketId();
    const subscriptions = [filters].flat().map((topic) => ({ topic, qos: options.qos ?? 0 }));
    const answer = await this.#request({ cmd: 'subscribe', messageId, subscriptions }, `suback:${messageId}`);
    return answer.cmd === 'suback' ? answer.granted.map(Number) : [];
  }

  /** Sends PINGREQ and waits for the answer: whatever the broker sent before has then arrived. */
  async ping(): Promise<void> {
    await this.#request({ cmd: 'pingreq' }, 'pingresp');
  }

  /** Disconnects properly; the broker discards the will unless `reasonCode` is 0x04. @param reasonCode MQTT 5 only. @default 0 */
  async disconnect(reasonCode = 0): Promise<void> {
    const v5 = this.#protocolVersion === 5;
    this.#stream.end(generate(v5 ? { cmd: 'disconnect', reasonCode } : { cmd: 'disconnect' }, this.#encoding()));
    await this.#closed;
  }

  /** Ends the connection without DISCONNECT, as when power fails: the broker publishes the will. */
  cut(): void {
    this.#stream.destroy();
  }

  #send(packet: Packet): void {
    this.#stream.write(generate(packet, this.#encoding()));
  }

  #request(packet: Packet, answer: string): Promise<Packet> {
    return new Promise((resolve, reject) => {
      if (!this.#isOpen) {
        reject(this.#closedError());
        return;
      }
      this.#waiting.set(answer, [...(this.#waiting.get(answer) ?? []), { resolve, reject }]);
      this.#send(packet);
    });
  }

  #handle(packet: Packet): void {
    if (packet.cmd === 'publish') {
      this.#receive(packet);
      return;
    }
    if (packet.cmd === 'disconnect') this.disconnectReasonCode = packet.reasonCode;
    const key = packet.messageId === undefined ? packet.cmd : `${packet.cmd}:${packet.messageId}`;
    this.#waiting.get(key)?.shift()?.resolve(packet);
  }

  #receive(packet: IPublishPacket): void {
    if (packet.qos === 1 && packet.messageId !== undefined) this.#send({ cmd: 'puback', messageId: packet.messageId });
    const message: ReceivedMessage = {
      topic: packet.topic,
      payload: Buffer.from(packet.payload),
      qos: packet.qos,
      retain: packet.retain,
      duplicate: packet.dup,
      properties: packet.properties ?? {},
    };
    this.received.push(message);
    for (const listener of this.#listeners) listener(message);
  }

  #onClose(): void {
    this.#isOpen = false;
    for (const waiters of this.#waiting.values()) for (const waiter of waiters) waiter.reject(this.#closedError());
    this.#waiting.clear();
  }

  #closedError(): LastwillError {
    const code = this.disconnectReasonCode;
    const reason =
      code === undefined ? 'closed the connection' : `disconnected with reason code 0x${code.toString(16)}`;
    return new LastwillError('CONNECTION_REFUSED', `the broker ${reason} of client id '${this.clientId}'`);
  }

  #encoding(): { protocolVersion: 4 | 5 } {
    return { protocolVersion: this.#protocolVersion };
  }

  #nextPacketId(): number {
    this.#lastPacketId = (this.#lastPacketId % 65_535) + 1;
    return this.#lastPacketId;
  }
}

function connectPacket(options: InProcessConnectOptions): IConnectPacket {
  const v5 = (options.protocolVersion ?? 5) === 5;
  return {
    cmd: 'connect',
    protocolId: 'MQTT',
    protocolVersion: options.protocolVersion ?? 5,
    clientId: options.clientId,
    clean: options.cleanStart ?? true,
    keepalive: options.keepAliveSeconds ?? 0,
    ...(options.username === undefined ? {} : { username: options.username }),
    ...(v5 ? { properties: { sessionExpiryInterval: options.sessionExpirySeconds ?? 0 } } : {}),
    ...(options.will === undefined ? {} : { will: willOf(options.will, v5) }),
  };
}

function willOf(will: NonNullable<InProcessConnectOptions['will']>, v5: boolean): NonNullable<IConnectPacket['will']> {
  const { delaySeconds, properties, topic, payload, qos, retain } = will;
  const { topicAlias: _alias, subscriptionIdentifier: _identifier, ...kept } = properties ?? {};
  return {
    topic,
    payload,
    qos: qos ?? 0,
    retain: retain ?? false,
    ...(v5
      ? { properties: { ...kept, ...(delaySeconds === undefined ? {} : { willDelayInterval: delaySeconds }) } }
      : {}),
  };
}

function acknowledgement(packet: Packet): Acknowledgement {
  if (packet.cmd !== 'puback') return { reasonCode: 0x80 };
  const reasonString = packet.properties?.reasonString;
  return { reasonCode: packet.reasonCode ?? 0, ...(reasonString === undefined ? {} : { reasonString }) };
}
