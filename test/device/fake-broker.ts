import type { Duplex } from 'node:stream';
import { generate, type IConnackPacket, type Packet, parser } from 'mqtt-packet';
import { memoryConnection } from '../../local/broker/memory-connection';

type Command = Packet['cmd'];

/** How the broker answers one kind of packet; `undefined` withholds the answer. */
export type Answers = {
  [C in Command]?: (packet: Extract<Packet, { cmd: C }>, connection: FakeConnection) => Packet | undefined;
};

/** A broker in memory that answers what it is told to and keeps every packet. */
export class FakeBroker {
  readonly connections: FakeConnection[] = [];
  #waiting: ((connection: FakeConnection) => void)[] = [];

  constructor(readonly answers: Answers = {}) {}

  /** Hand this to the agent. */
  readonly openStream = async (): Promise<Duplex> => {
    const { client, server } = memoryConnection();
    this.accept(server);
    return client;
  };

  /** Serves one connection. */
  accept(stream: Duplex): FakeConnection {
    const connection = new FakeConnection(stream, { ...defaultAnswers, ...this.answers });
    this.connections.push(connection);
    for (const resolve of this.#waiting.splice(0)) resolve(connection);
    return connection;
  }

  /** The connection that comes next. */
  nextConnection(): Promise<FakeConnection> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}

/** One client's connection as the broker sees it. */
export class FakeConnection {
  readonly received: Packet[] = [];
  /** Resolves when the client has closed. */
  readonly closed: Promise<void>;
  #version = 5;
  #taken = 0;
  readonly #waiting: { cmd: Command; resolve: (packet: never) => void }[] = [];

  constructor(
    readonly stream: Duplex,
    private readonly answers: Answers,
  ) {
    const packets = parser();
    packets.on('packet', (packet) => this.#received(packet));
    stream.on('data', (chunk) => packets.parse(chunk));
    stream.on('error', () => undefined);
    this.closed = new Promise((resolve) => stream.on('close', () => resolve()));
  }

  send(packet: Packet): void {
    this.stream.write(generate(packet, { protocolVersion: this.#version }));
  }

  /** Breaks the connection off. */
  drop(): void {
    this.stream.destroy();
  }

  /** The next packet of this kind that has not been asked for yet. */
  next<C extends Command>(cmd: C): Promise<Extract<Packet, { cmd: C }>> {
    const index = this.received.findIndex((packet, at) => at >= this.#taken && packet.cmd === cmd);
    if (index !== -1) {
      this.#taken = index + 1;
      return Promise.resolve(this.received[index] as Extract<Packet, { cmd: C }>);
    }
    return new Promise((resolve) => this.#waiting.push({ cmd, resolve: resolve as (packet: never) => void }));
  }

  /** Every packet of this kind so far. */
  all<C extends Command>(cmd: C): Extract<Packet, { cmd: C }>[] {
    return this.received.filter((packet): packet is Extract<Packet, { cmd: C }> => packet.cmd === cmd);
  }

  #received(packet: Packet): void {
    if (packet.cmd === 'connect') this.#version = packet.protocolVersion ?? 4;
    this.received.push(packet);
    const index = this.#waiting.findIndex(({ cmd }) => cmd === packet.cmd);
    if (index !== -1) {
      this.#taken = this.received.length;
      this.#waiting.splice(index, 1)[0]?.resolve(packet as never);
    }
    const answer = (
      this.answers[packet.cmd] as ((packet: Packet, connection: FakeConnection) => Packet | undefined) | undefined
    )?.(packet, this);
    if (answer !== undefined) this.send(answer);
  }
}

/** A CONNACK that accepts. */
export function accepted(overrides: Partial<IConnackPacket> = {}): Packet {
  return { cmd: 'connack', sessionPresent: false, reasonCode: 0, returnCode: 0, ...overrides } as Packet;
}

/** A CONNACK that refuses. */
export function refused(reasonCode: number, reasonString?: string): Packet {
  const properties = reasonString === undefined ? {} : { properties: { reasonString } };
  return { cmd: 'connack', sessionPresent: false, reasonCode, returnCode: reasonCode, ...properties };
}

const defaultAnswers: Answers = {
  connect: () => accepted(),
  publish: (packet) => (packet.qos === 1 ? { cmd: 'puback', messageId: packet.messageId, reasonCode: 0 } : undefined),
  subscribe: (packet) => ({
    cmd: 'suback',
    messageId: packet.messageId,
    granted: packet.subscriptions.map(({ qos }) => qos),
  }),
  unsubscribe: (packet) => ({
    cmd: 'unsuback',
    messageId: packet.messageId,
    granted: packet.unsubscriptions.map(() => 0),
  }),
  pingreq: () => ({ cmd: 'pingresp' }),
  disconnect: (_packet, { stream }) => {
    stream.end();
    return undefined;
  },
};
