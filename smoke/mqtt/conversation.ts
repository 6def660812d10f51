import type { Duplex } from 'node:stream';
import {
  generate,
  type IConnectPacket,
  type IPublishPacket,
  type ISubscribePacket,
  type Packet,
  parser,
} from 'mqtt-packet';
import type { Site } from '../sites/site';

/** What a CONNECT of a probe says; the rest is as {@link Conversation.connect} has it. */
export type ConnectOptions = Partial<Omit<IConnectPacket, 'cmd' | 'clientId'>> & { readonly clientId: string };

/** What a PUBLISH of a probe says. */
export type PublishOptions = Partial<Omit<IPublishPacket, 'cmd' | 'topic' | 'messageId'>>;

/** How a conversation is held. */
export interface ConversationOptions {
  /** @default 5 */
  readonly protocolVersion?: 4 | 5;
  /** Whether deliveries with QoS 1 are left without PUBACK. @default false */
  readonly withholdsAcknowledgements?: boolean;
}

/**
 * MQTT packet by packet: says just what a probe wants said, also what no client should, and keeps what is answered.
 * Does nothing on its own but acknowledge: no ping, no reconnect, no timer.
 */
export class Conversation {
  readonly #stream: Duplex;
  readonly #site: Site;
  readonly #options: ConversationOptions;
  readonly #closed: Promise<void>;
  readonly #unread: Packet[] = [];
  readonly #waiting = new Set<() => void>();
  #isOpen = true;
  #lastMessageId = 0;

  private constructor(stream: Duplex, site: Site, options: ConversationOptions) {
    this.#stream = stream;
    this.#site = site;
    this.#options = options;
    const packets = parser({ protocolVersion: this.#protocolVersion });
    packets.on('packet', (packet) => this.#hear(packet));
    packets.on('error', () => stream.destroy());
    stream.on('data', (data: Buffer) => packets.parse(data));
    // A reset is an end like any other.
    stream.on('error', () => undefined);
    stream.once('end', () => stream.destroy());
    this.#closed = new Promise((resolve) => {
      stream.once('close', () => {
        this.#isOpen = false;
        this.#wake();
        resolve();
      });
    });
  }

  /** Over a stream that is connected. */
  static over(stream: Duplex, site: Site, options: ConversationOptions = {}): Conversation {
    return new Conversation(stream, site, options);
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  get #protocolVersion(): 4 | 5 {
    return this.#options.protocolVersion ?? 5;
  }

  /** Sends CONNECT: clean start, keep alive 60 s, nothing else unless it is said. @returns CONNACK, or what came instead */
  async connect({ clientId, ...options }: ConnectOptions): Promise<Packet | undefined> {
    await this.#site.admit(clientId);
    const protocolVersion = this.#protocolVersion;
    this.send({
      cmd: 'connect',
      protocolId: 'MQTT',
      protocolVersion,
      clean: true,
      keepalive: 60,
      ...options,
      clientId,
    });
    return this.next((packet) => packet.cmd === 'connack' || packet.cmd === 'disconnect');
  }

  /** Sends PUBLISH. @returns PUBACK for QoS 1, or a DISCONNECT; with QoS 0 nothing is waited for */
  async publish(topic: string, payload: string | Buffer, options: PublishOptions = {}): Promise<Packet | undefined> {
    const packet = { cmd: 'publish', topic, payload, qos: 0, retain: false, dup: false, ...options } as const;
    if (packet.qos === 0) {
      this.send(packet);
      return undefined;
    }
    const messageId = this.#nextMessageId();
    this.send({ ...packet, messageId });
    return this.next((answer) => answer.cmd === 'disconnect' || isAnswer(answer, messageId));
  }

  /** Sends SUBSCRIBE. @returns SUBACK, or what came instead */
  async subscribe(
    filters: readonly string[],
    { qos = 1, properties }: { readonly qos?: 0 | 1 | 2; readonly properties?: ISubscribePacket['properties'] } = {},
  ): Promise<Packet | undefined> {
    const messageId = this.#nextMessageId();
    const subscriptions = filters.map((topic) => ({ topic, qos }));
    const extra = properties === undefined ? {} : { properties };
    this.send({ cmd: 'subscribe', messageId, subscriptions, ...extra });
    return this.next((answer) => answer.cmd === 'disconnect' || isAnswer(answer, messageId));
  }

  /** Whether the broker still answers, once it has had its time to end the connection. */
  async isAlive(): Promise<boolean> {
    await this.#site.rest();
    if (!this.#isOpen) return false;
    this.send({ cmd: 'pingreq' });
    return (await this.next(({ cmd }) => cmd === 'pingresp')) !== undefined;
  }

  /** The next message on a topic; `undefined` when none came before the site was at rest. */
  async message(topic: string): Promise<IPublishPacket | undefined> {
    const packet = await this.next((each) => each.cmd === 'publish' && each.topic === topic);
    return packet?.cmd === 'publish' ? packet : undefined;
  }

  /** The first packet that nobody has read yet and that is accepted; `undefined` when none came. */
  async next(accepts: (packet: Packet) => boolean): Promise<Packet | undefined> {
    let over = false;
    const resting = this.#site.rest().then(() => {
      over = true;
      this.#wake();
    });
    for (;;) {
      const index = this.#unread.findIndex(accepts);
      if (index !== -1) return this.#unread.splice(index, 1)[0];
      if (over || !this.#isOpen) return undefined;
      await Promise.race([resting, new Promise<void>((resolve) => this.#waiting.add(resolve))]);
    }
  }

  /** Everything that came and that nobody has read, in order. */
  unread(): readonly Packet[] {
    return this.#unread.splice(0);
  }

  /** Writes a packet as it is. */
  send(packet: Packet): void {
    if (this.#isOpen) this.#stream.write(generate(packet, { protocolVersion: this.#protocolVersion }));
  }

  /** Says goodbye with DISCONNECT. @param reasonCode MQTT 5 only. @default 0 */
  async leave(reasonCode = 0): Promise<void> {
    const isMqtt5 = this.#protocolVersion === 5;
    this.send(isMqtt5 ? { cmd: 'disconnect', reasonCode } : { cmd: 'disconnect' });
    await this.hangUp();
  }

  /** Closes the stream in its own way, a WebSocket with a close frame, without DISCONNECT. */
  async hangUp(): Promise<void> {
    this.#stream.end();
    await Promise.race([this.#closed, this.#site.rest()]);
    this.#stream.destroy();
  }

  /** Ends the connection as when power fails. */
  cut(): void {
    this.#stream.destroy();
  }

  #hear(packet: Packet): void {
    const { withholdsAcknowledgements = false } = this.#options;
    if (packet.cmd === 'publish' && packet.qos === 1 && packet.messageId !== undefined && !withholdsAcknowledgements) {
      this.send({ cmd: 'puback', messageId: packet.messageId });
    }
    this.#unread.push(packet);
    this.#wake();
  }

  #wake(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const resolve of waiting) resolve();
  }

  #nextMessageId(): number {
    this.#lastMessageId += 1;
    return this.#lastMessageId;
  }
}

function isAnswer(packet: Packet, messageId: number): boolean {
  return packet.messageId === messageId && packet.cmd !== 'publish';
}
