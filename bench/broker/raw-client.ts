import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls, TLSSocket } from 'node:tls';
import { encodePacket } from '../../local/broker/codec/encoder';
import { FrameReader } from '../../local/broker/codec/frame-reader';
import { encodePublish } from '../../local/broker/codec/publish-encoder';
import type { BenchCredentials } from './credentials';

/** Where a client connects. */
export interface Target {
  readonly port: number;
  /** TLS with the client certificate. @default - plain TCP */
  readonly tls?: BenchCredentials;
}

/** What a client says in CONNECT. */
export interface ClientOptions {
  readonly clientId: string;
  /** Seconds. @default 0 */
  readonly keepAlive?: number;
  /** Topic of a QoS 1 will. @default - no will */
  readonly willTopic?: string;
}

const PUBLISH = 3;
const PUBACK = 4;

/** An MQTT 3.1.1 client that does next to nothing, so that a measurement is the broker's. */
export class RawClient {
  readonly #socket: Socket;
  readonly #frames = new FrameReader();
  /** Called for each PUBLISH, after it has been acknowledged. */
  onPublish: (frame: Buffer) => void = () => undefined;
  /** Called for each PUBACK. */
  onPuback: () => void = () => undefined;
  #onOther: () => void = () => undefined;
  #handling = false;
  #replies: Buffer[] = [];

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk) => this.#received(chunk));
    socket.on('error', () => undefined);
  }

  /** Connects and waits for CONNACK. */
  static async connect(target: Target, options: ClientOptions): Promise<RawClient> {
    const client = new RawClient(await openSocket(target));
    await client.#request(connectPacket(options));
    return client;
  }

  async subscribe(filter: string, qos: 0 | 1): Promise<void> {
    const entry = { topic: filter, qos, noLocal: false, retainAsPublished: false, retainHandling: 0 } as const;
    await this.#request(encodePacket({ cmd: 'subscribe', messageId: 1, subscriptions: [entry], properties: {} }, 4));
  }

  /** Sends bytes; what is sent while a chunk is handled leaves in one write. */
  write(bytes: Buffer): void {
    if (this.#handling) this.#replies.push(bytes);
    else this.#socket.write(bytes);
  }

  /** Waits until the other end has closed the connection. */
  closed(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#socket.destroyed) resolve();
      else this.#socket.once('close', () => resolve());
    });
  }

  /** Cuts the connection. */
  cut(): void {
    if (this.#socket instanceof TLSSocket) this.#socket.destroy();
    else this.#socket.resetAndDestroy();
  }

  #request(bytes: Buffer): Promise<void> {
    return new Promise((resolve) => {
      this.#onOther = resolve;
      this.#socket.write(bytes);
    });
  }

  #received(chunk: Buffer): void {
    this.#handling = true;
    this.#frames.read(chunk, Number.POSITIVE_INFINITY, (frame) => this.#handle(frame));
    this.#handling = false;
    if (this.#replies.length === 0) return;
    this.#socket.write(Buffer.concat(this.#replies));
    this.#replies = [];
  }

  #handle(frame: Buffer): void {
    const first = frame[0] as number;
    const type = first >> 4;
    if (type === PUBACK) this.onPuback();
    else if (type !== PUBLISH) this.#onOther();
    else {
      if ((first & 0x06) !== 0) this.#replies.push(pubackFor(frame));
      this.onPublish(frame);
    }
  }
}

/** An encoded PUBLISH; at QoS 1 the packet identifier may be any. */
export function publishPacket(topic: string, payload: Buffer, qos: 0 | 1, packetIdentifier: number): Buffer {
  const parts: Buffer[] = [];
  encodePublish({ topic, payload, qos, retain: false }, 4).writeTo(
    (bytes) => parts.push(bytes),
    packetIdentifier,
    false,
  );
  return Buffer.concat(parts);
}

function pubackFor(frame: Buffer): Buffer {
  let offset = 1;
  while (((frame[offset++] as number) & 0x80) !== 0);
  const identifier = offset + 2 + frame.readUInt16BE(offset);
  return Buffer.from([0x40, 2, frame[identifier] as number, frame[identifier + 1] as number]);
}

function connectPacket({ clientId, keepAlive, willTopic }: ClientOptions): Buffer {
  const will =
    willTopic === undefined
      ? undefined
      : ({ topic: willTopic, payload: Buffer.from('offline'), qos: 1, retain: false, properties: {} } as const);
  const fields = { protocolVersion: 4, clean: true, keepalive: keepAlive ?? 0, clientId, will, properties: {} };
  return encodePacket({ cmd: 'connect', ...fields }, 4);
}

function openSocket({ port, tls }: Target): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const address = { host: '127.0.0.1', port, noDelay: true };
    const socket: Socket =
      tls === undefined
        ? connectTcp(address, () => resolve(socket))
        : connectTls({ ...address, ca: tls.ca, ...tls.client, servername: 'localhost' }, () => resolve(socket));
    socket.once('error', reject);
  });
}
