import type { Duplex } from 'node:stream';
import type { Timer } from '../../presence/clock';
import type { Decoder } from './codec/decoder';
import { type EncodablePacket, encodePacket } from './codec/encoder';
import { FrameReader } from './codec/frame-reader';
import type { Packet } from './codec/packet';
import type { ConnectRequest, Peer, Permissions } from './ports';
import type { Session } from './session';

/** How a client goes without DISCONNECT. */
export type LossCause = 'connectionLost' | 'webSocketClose';

/** A stream that carries MQTT; one over WebSocket knows whether a close frame ended it. */
export type Transport = Duplex & { readonly endedByCloseFrame?: boolean };

/** What a connection needs of the broker around it. */
export interface ConnectionHost {
  readonly decoder: Decoder;
  readonly maximumPacketBytes: number;
  /** Outgoing bytes from which a client counts as slow: nothing is read from it until it has taken them. */
  readonly slowReaderBytes: number;
  /** A whole, well-formed packet has come. */
  packet(connection: Connection, packet: Packet): void;
  /** What came cannot be handled: a ProtocolViolation, or an error of ours. */
  failed(connection: Connection, error: unknown): void;
  /** The other end is gone, without this side having closed. */
  lost(connection: Connection, cause: LossCause, detail: string): void;
  /** This side is closed; the other one should close, too. */
  closing(connection: Connection): void;
  /** The stream is closed for good. */
  released(connection: Connection): void;
  /** A slow client has taken what was waiting. */
  drained(connection: Connection): void;
  /** Calls `connection.flush()` soon, once for all that is written until then. */
  flushSoon(connection: Connection): void;
  /** Calls `connection.destroy()` when there is nothing better to do. */
  destroyLater(connection: Connection): void;
}

/** Most bytes that are copied into one write; above it the buffers are handed over as they are. */
const LARGEST_JOINED_WRITE_BYTES = 65_536;

/** A topic alias to send with a PUBLISH. */
export interface OutboundAlias {
  readonly alias: number;
  /** Whether the client has been told its topic already. */
  readonly known: boolean;
}

/** One network connection: bytes in and packets out, packets in and bytes out, and what CONNECT agreed on. */
export class Connection {
  readonly remoteAddress: string;
  /** Until CONNECT has been answered, or longer when the authenticator may ask again. */
  peer: Peer | undefined;
  state: 'awaitingConnect' | 'connected' | 'closed' = 'awaitingConnect';
  protocolVersion: 4 | 5 = 5;
  session: Session | undefined;
  /** Names this connection in events. */
  sessionId = '';
  principal: string | undefined;
  permissions: Permissions | undefined;
  /** As long as `peer`. */
  request: ConnectRequest | undefined;
  /** Seconds; 0 when it is off. */
  keepAliveSeconds = 0;
  connectedAt = 0;
  cleanStart = true;
  /** Deliveries that the client takes unacknowledged. */
  receiveMaximum = 65_535;
  maximumPacketBytes = Number.POSITIVE_INFINITY;
  requestProblemInformation = true;
  /** Milliseconds since 1970 at which the last packet came. */
  lastPacketAt = 0;
  /** CONNECT time-out first, keep alive afterwards. */
  timer: Timer | undefined;
  /** Whether the client does not take what is sent to it. */
  congested = false;
  outboundAliasMaximum = 0;
  #inboundAliases: Map<number, string> | undefined;
  #outboundAliases: Map<string, number> | undefined;
  readonly #stream: Transport;
  readonly #host: ConnectionHost;
  readonly #frames = new FrameReader();
  /** Whether the other end has closed. */
  #gone = false;
  #out: Buffer[] = [];
  #outBytes = 0;

  constructor(stream: Transport, peer: Peer, host: ConnectionHost) {
    this.#stream = stream;
    this.#host = host;
    this.peer = peer;
    this.remoteAddress = peer.remoteAddress;
    stream.on('data', (chunk: Buffer) => this.#read(chunk));
    stream.on('end', () => this.#ended());
    stream.on('error', (error) => {
      this.#gone = true;
      this.#lost(`the connection broke: ${error.message}`);
    });
    stream.on('close', () => {
      this.#gone = true;
      this.#lost('the connection was cut');
      host.released(this);
    });
  }

  /** Bytes that are written and not taken by the network yet. */
  get bufferedBytes(): number {
    return this.#outBytes + this.#stream.writableLength;
  }

  /**
   * Sends a packet other than PUBLISH. Reason string and user properties are left out when the client does not want
   * them [MQTT-3.1.2-29] or cannot take them [MQTT-3.2.2-19]; a packet that is still too large is not sent.
   */
  send(packet: EncodablePacket): void {
    const bytes = encodePacket(this.#explained(packet), this.protocolVersion);
    if (bytes.length <= this.maximumPacketBytes) {
      this.write(bytes);
      return;
    }
    const shorter = encodePacket(unexplained(packet), this.protocolVersion);
    if (shorter.length <= this.maximumPacketBytes) this.write(shorter);
  }

  /** Sends bytes; they leave with everything else that is written in this turn of the event loop. */
  write(bytes: Buffer): void {
    if (this.#out.push(bytes) === 1) this.#host.flushSoon(this);
    this.#outBytes += bytes.length;
  }

  /** Hands to the network what has been written. */
  flush(): void {
    const out = this.#out;
    if (out.length === 0) return;
    const bytes = this.#outBytes;
    this.#out = [];
    this.#outBytes = 0;
    if (!this.#stream.writable) return;
    if (out.length === 1) this.#stream.write(out[0]);
    else if (bytes <= LARGEST_JOINED_WRITE_BYTES) this.#stream.write(Buffer.concat(out, bytes));
    else this.#writeCorked(out);
    if (!this.congested && this.#stream.writableLength > this.#host.slowReaderBytes) this.#slowDown();
  }

  /** Flushes and closes this side; what the client still sends is thrown away. */
  close(): void {
    this.state = 'closed';
    this.timer?.cancel();
    this.timer = undefined;
    if (this.#gone) {
      // Tearing a stream down takes longer than publishing a will: when a fleet is cut, wills go first.
      this.#host.destroyLater(this);
      return;
    }
    this.flush();
    this.#stream.end();
    this.#stream.resume();
    this.#host.closing(this);
  }

  /** Cuts the connection. */
  destroy(): void {
    this.state = 'closed';
    this.#stream.destroy();
  }

  /** Lets go of what the client proved itself with: certificates are large, and passwords are secret. */
  forgetCredentials(): void {
    this.peer = undefined;
    this.request = undefined;
  }

  /** The topic of an alias that the client uses, after noting `topic` for it if it is not empty; `undefined` for an unknown one. */
  inboundTopic(alias: number, topic: string): string | undefined {
    if (topic === '') return this.#inboundAliases?.get(alias);
    this.#inboundAliases ??= new Map();
    this.#inboundAliases.set(alias, topic);
    return topic;
  }

  /** The alias to send for a topic; none when the client allows none or all are taken. */
  outboundAlias(topic: string): OutboundAlias | undefined {
    if (this.outboundAliasMaximum === 0) return undefined;
    this.#outboundAliases ??= new Map();
    const alias = this.#outboundAliases.get(topic);
    if (alias !== undefined) return { alias, known: true };
    if (this.#outboundAliases.size >= this.outboundAliasMaximum) return undefined;
    this.#outboundAliases.set(topic, this.#outboundAliases.size + 1);
    return { alias: this.#outboundAliases.size, known: false };
  }

  /** Takes an alias back whose PUBLISH was not sent after all. */
  forgetOutboundAlias(topic: string): void {
    this.#outboundAliases?.delete(topic);
  }

  #explained(packet: EncodablePacket): EncodablePacket {
    const always = packet.cmd === 'connack' || packet.cmd === 'disconnect';
    return always || this.requestProblemInformation ? packet : unexplained(packet);
  }

  #read(chunk: Buffer): void {
    if (this.state === 'closed') return;
    try {
      this.#frames.read(chunk, this.#host.maximumPacketBytes, (frame) => {
        if (this.state === 'closed') return;
        this.#host.packet(this, this.#host.decoder.decode(frame, this.protocolVersion));
      });
    } catch (error) {
      this.#host.failed(this, error);
    }
  }

  #writeCorked(out: readonly Buffer[]): void {
    this.#stream.cork();
    for (const bytes of out) this.#stream.write(bytes);
    this.#stream.uncork();
  }

  #slowDown(): void {
    this.congested = true;
    this.#stream.pause();
    this.#stream.once('drain', () => this.#drained());
  }

  #drained(): void {
    this.congested = false;
    this.#stream.resume();
    this.#host.drained(this);
  }

  #ended(): void {
    this.#gone = true;
    const closeFrame = this.#stream.endedByCloseFrame === true;
    if (closeFrame) this.#lost('the client closed the WebSocket without DISCONNECT', 'webSocketClose');
    else this.#lost('the client closed the connection without DISCONNECT');
  }

  #lost(detail: string, cause: LossCause = 'connectionLost'): void {
    if (this.state !== 'closed') this.#host.lost(this, cause, detail);
  }
}

function unexplained(packet: EncodablePacket): EncodablePacket {
  if (!('properties' in packet)) return packet;
  const { reasonString: _reason, userProperties: _user, ...properties } = packet.properties;
  return { ...packet, properties };
}
