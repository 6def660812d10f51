import type { Duplex } from 'node:stream';
import { Broker, type BrokerOptions } from '../../../local/broker/broker';
import { Decoder } from '../../../local/broker/codec/decoder';
import { type EncodablePacket, encodePacket } from '../../../local/broker/codec/encoder';
import { FrameReader } from '../../../local/broker/codec/frame-reader';
import type {
  ConnackPacket,
  ConnectPacket,
  Packet,
  PacketProperties,
  PublishPacket,
  SubscribeEntry,
} from '../../../local/broker/codec/packet';
import { encodePublish } from '../../../local/broker/codec/publish-encoder';
import { memoryConnection } from '../../../local/broker/memory-connection';
import { permissiveAuthenticator } from '../../../local/broker/permissive-authenticator';
import type { BrokerEvent, Peer } from '../../../local/broker/ports';
import { MQTT_PROFILE } from '../../../local/broker/profiles/mqtt';
import { ManualClock } from '../../../presence/clock';
import { seededRandomness } from '../../../presence/randomness';

/** A broker on a manual clock, with everything that it reported. */
export interface BrokerKit {
  readonly broker: Broker;
  readonly clock: ManualClock;
  readonly events: BrokerEvent[];
  /** A client that has sent nothing yet. */
  open(peer?: Partial<Peer>): TestClient;
  /** A client that is connected; fails when it is refused. */
  connect(fields?: ConnectFields): Promise<TestClient>;
  /** The events of one kind. */
  eventsOf<Kind extends BrokerEvent['kind']>(kind: Kind): Extract<BrokerEvent, { kind: Kind }>[];
}

/** CONNECT, with a default for everything. */
export type ConnectFields = Partial<Omit<ConnectPacket, 'cmd' | 'will'>> & {
  readonly will?: Partial<NonNullable<ConnectPacket['will']>> & { readonly topic: string };
};

/** PUBLISH, with a default for everything but the topic. */
export type PublishFields = Partial<Omit<PublishPacket, 'cmd' | 'payload'>> & {
  readonly topic: string;
  readonly payload?: string | Buffer;
};

export function brokerKit(options: Partial<BrokerOptions> = {}): BrokerKit {
  const clock = new ManualClock();
  const events: BrokerEvent[] = [];
  const broker = new Broker({
    profile: MQTT_PROFILE,
    clock,
    randomness: seededRandomness(1),
    authenticator: permissiveAuthenticator(),
    observer: { observe: (event) => void events.push(event) },
    ...options,
  });
  const open = (peer: Partial<Peer> = {}): TestClient => {
    const { client, server } = memoryConnection();
    broker.accept(server, { transport: 'memory', remoteAddress: 'memory', certificates: [], ...peer });
    return new TestClient(client);
  };
  const eventsOf = <Kind extends BrokerEvent['kind']>(kind: Kind) =>
    events.filter((event): event is Extract<BrokerEvent, { kind: Kind }> => event.kind === kind);
  const connect = async (fields: ConnectFields = {}): Promise<TestClient> => {
    const client = open();
    const connack = await client.connect(fields);
    if (connack.reasonCode !== 0) throw new Error(`refused with 0x${connack.reasonCode.toString(16)}`);
    return client;
  };
  return { broker, clock, events, open, connect, eventsOf };
}

/** An MQTT client for tests: sends any packet or bytes, and hands over what comes, in order. */
export class TestClient {
  readonly stream: Duplex;
  protocolVersion: 4 | 5 = 5;
  connack: ConnackPacket | undefined;
  readonly #decoder = new Decoder();
  readonly #frames = new FrameReader();
  readonly #received: Packet[] = [];
  #waiting: (() => void) | undefined;
  #closed = false;
  #messageId = 0;

  constructor(stream: Duplex) {
    this.stream = stream;
    stream.on('data', (chunk: Buffer) => {
      this.#frames.read(chunk, Number.POSITIVE_INFINITY, (frame) => {
        this.#received.push(this.#decoder.decode(frame, this.protocolVersion));
      });
      this.#waiting?.();
    });
    for (const event of ['end', 'close', 'error']) {
      stream.on(event, () => {
        this.#closed = true;
        this.#waiting?.();
      });
    }
  }

  send(packet: EncodablePacket): void {
    this.stream.write(encodePacket(packet, this.protocolVersion));
  }

  sendBytes(...bytes: number[]): void {
    this.stream.write(Buffer.from(bytes));
  }

  /** Sends CONNECT and waits for the answer. */
  async connect(fields: ConnectFields = {}): Promise<ConnackPacket> {
    this.sendConnect(fields);
    this.connack = await this.next('connack');
    return this.connack;
  }

  sendConnect(fields: ConnectFields = {}): void {
    const { will, ...rest } = fields;
    this.protocolVersion = fields.protocolVersion === 4 ? 4 : 5;
    this.send({
      cmd: 'connect',
      protocolVersion: 5,
      clean: true,
      keepalive: 0,
      clientId: 'client',
      properties: {},
      ...rest,
      will:
        will === undefined
          ? undefined
          : { payload: Buffer.from('gone'), qos: 0, retain: false, properties: {}, ...will },
    });
  }

  /** Subscribes at one QoS and returns the codes of SUBACK. */
  async subscribe(filter: string | readonly string[], qos: 0 | 1 | 2 = 0): Promise<readonly number[]> {
    const filters = typeof filter === 'string' ? [filter] : filter;
    return this.subscribeWith(filters.map((topic) => ({ topic, qos })));
  }

  /** Subscribes with options and returns the codes of SUBACK. */
  async subscribeWith(
    entries: readonly (Partial<SubscribeEntry> & { readonly topic: string })[],
    properties: PacketProperties = {},
  ): Promise<readonly number[]> {
    this.sendSubscribe(entries, properties);
    return (await this.next('suback')).granted;
  }

  /** Sends SUBSCRIBE; returns its packet identifier. */
  sendSubscribe(
    entries: readonly (Partial<SubscribeEntry> & { readonly topic: string })[],
    properties: PacketProperties = {},
  ): number {
    const options = { qos: 0, noLocal: false, retainAsPublished: false, retainHandling: 0 } as const;
    const subscriptions = entries.map((entry) => ({ ...options, ...entry }));
    this.send({ cmd: 'subscribe', messageId: ++this.#messageId, properties, subscriptions });
    return this.#messageId;
  }

  /** Acknowledges a QoS 1 delivery. */
  puback(messageId: number, reasonCode = 0): void {
    this.send({ cmd: 'puback', messageId, reasonCode, properties: {} });
  }

  /** Sends PUBREC, PUBREL or PUBCOMP. */
  acknowledge(cmd: 'pubrec' | 'pubrel' | 'pubcomp', messageId: number, reasonCode = 0): void {
    this.send({ cmd, messageId, reasonCode, properties: {} });
  }

  /** The payload of the next PUBLISH, as text; it is acknowledged at QoS 1. */
  async nextPayload(): Promise<string> {
    const publish = await this.next('publish');
    if (publish.qos === 1) this.puback(publish.messageId);
    return publish.payload.toString();
  }

  /** Sends PUBLISH; returns its packet identifier (0 at QoS 0). */
  publish(fields: PublishFields): number {
    const qos = fields.qos ?? 0;
    const messageId = qos === 0 ? 0 : (fields.messageId ?? ++this.#messageId);
    const { subscriptionIdentifier, messageExpiryInterval, ...properties } = fields.properties ?? {};
    const encoded = encodePublish(
      {
        topic: fields.topic,
        payload: Buffer.from(fields.payload ?? ''),
        qos,
        retain: fields.retain ?? false,
        properties: {
          ...properties,
          messageExpirySeconds: messageExpiryInterval,
          subscriptionIdentifiers: subscriptionIdentifier,
        },
      },
      this.protocolVersion,
    );
    encoded.writeTo((bytes) => this.stream.write(bytes), messageId, fields.dup ?? false);
    return messageId;
  }

  /** The next packet, which must be of this kind. */
  async next<Command extends Packet['cmd']>(cmd: Command): Promise<Extract<Packet, { cmd: Command }>> {
    await this.#until(() => this.#received.length > 0 || this.#closed);
    const packet = this.#received.shift();
    if (packet?.cmd !== cmd) {
      throw new Error(`expected ${cmd}, got ${packet === undefined ? 'the end' : JSON.stringify(packet)}`);
    }
    return packet as Extract<Packet, { cmd: Command }>;
  }

  /** How many packets of a kind have come and were not taken. */
  received(cmd: Packet['cmd']): number {
    return this.#received.filter((packet) => packet.cmd === cmd).length;
  }

  /** Proves that nothing has come: the answer to PINGREQ is the next packet. */
  async expectNothing(): Promise<void> {
    this.send({ cmd: 'pingreq' });
    await this.next('pingresp');
  }

  /** Waits until the broker has closed the connection; fails when a packet comes first. */
  async closed(): Promise<void> {
    await this.#until(() => this.#received.length > 0 || this.#closed);
    if (this.#received.length > 0) throw new Error(`expected the end, got ${JSON.stringify(this.#received[0])}`);
  }

  disconnect(reasonCode = 0, properties: PublishPacket['properties'] = {}): void {
    this.send({ cmd: 'disconnect', reasonCode, properties });
  }

  /** Cuts the connection without DISCONNECT. */
  cut(): void {
    this.stream.destroy();
  }

  async #until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      await new Promise<void>((resolve) => {
        this.#waiting = resolve;
      });
    }
  }
}

/** Waits until the broker has seen everything that was sent, cut or closed so far. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
}
