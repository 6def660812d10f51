import { parser as createParser, type Parser } from 'mqtt-packet';
import type { Packet, PacketProperties, SubscribeEntry, WillFields } from './packet';
import { type PropertyOwner, readProperties, readString } from './properties';
import { ProtocolViolation } from './protocol-violation';
import { ReasonCode } from './reason-code';

/** What of mqtt-packet's parser the decoder reaches into to put its bugs right; the package is pinned to one version. */
interface ParserInternals extends Parser {
  _pos: number;
  _list: { readonly length: number; slice(start?: number, end?: number): Buffer };
  packet: ParsedPacket;
  settings: { protocolVersion: number };
  _resetState(): void;
  _parseProperties(): PacketProperties;
  _parseString(): string;
}

/** A packet as mqtt-packet leaves it; which fields are there depends on `cmd`. */
interface ParsedPacket {
  cmd: Packet['cmd'];
  length: number;
  qos: 0 | 1 | 2;
  dup: boolean;
  retain: boolean;
  topic: string;
  payload: Buffer;
  messageId: number;
  reasonCode?: number;
  returnCode?: number;
  sessionPresent: boolean;
  protocolId: string;
  protocolVersion: number;
  bridgeMode?: boolean;
  clean: boolean;
  keepalive: number;
  clientId: string;
  username?: string;
  password?: Buffer;
  will?: Omit<WillFields, 'qos' | 'properties'> & { readonly qos: number; readonly properties?: PacketProperties };
  properties?: PacketProperties;
  granted?: number[];
  subscriptions: { topic: string; qos: 0 | 1 | 2; nl?: boolean; rap?: boolean; rh?: 0 | 1 | 2 }[];
  unsubscriptions: string[];
}

/** Packets whose reason code and properties may be left out when there is nothing to say (3.4.2.1, 3.14.2.1, 3.15.2.1). */
const MAY_OMIT_PROPERTIES: ReadonlySet<string> = new Set([
  'puback',
  'pubrec',
  'pubrel',
  'pubcomp',
  'disconnect',
  'auth',
]);
/** First byte of AUTH. */
const AUTH_HEADER = 0xf0;
const NO_PROPERTIES: PacketProperties = {};

/**
 * Decodes one control packet at a time with mqtt-packet. This is the only file that knows that package's parser, and
 * the place where its bugs are put right:
 * - it reads lengths beyond the packet into the next one (so it is only ever given exactly one packet);
 * - it keeps user properties in an object, which loses their order and drops one after an empty value, accepts
 *   properties in the wrong packet, twice, or reaching beyond their block (so properties are read by ours);
 * - it accepts bytes that are not UTF-8 and null characters in strings;
 * - it ignores bytes after the last field, a packet identifier that is cut off or 0, an empty list of filters, will
 *   QoS 3, DUP at QoS 0 and, in 3.1.1, a password without a user name;
 * - after an error it reads the next packet's length from where the broken packet ended;
 * - it cannot read an AUTH whose reason code is left out.
 * One decoder serves any number of connections: it keeps no state between packets.
 */
export class Decoder {
  readonly #parser = createParser() as ParserInternals;
  #decoded: Packet | undefined;
  #propertyBlocks = 0;

  constructor() {
    const parser = this.#parser;
    parser._parseProperties = () => this.#readProperties();
    parser._parseString = () => this.#readString();
    parser.on('packet', (packet) => {
      this.#decoded = this.#complete(packet as unknown as ParsedPacket);
    });
    parser.on('error', (error: Error) => {
      throw asViolation(error);
    });
  }

  /**
   * Decodes exactly one whole packet.
   * @param protocolVersion the version that the connection speaks; CONNECT says its own.
   * @throws ProtocolViolation with the reason code to answer with.
   */
  decode(frame: Buffer, protocolVersion: number): Packet {
    if (protocolVersion === 5 && frame[0] === AUTH_HEADER && frame[1] === 0) {
      return { cmd: 'auth', reasonCode: ReasonCode.SUCCESS, properties: NO_PROPERTIES };
    }
    this.#parser.settings = { protocolVersion };
    this.#parser._pos = 0;
    this.#decoded = undefined;
    this.#propertyBlocks = 0;
    try {
      const left = this.#parser.parse(frame);
      if (this.#decoded === undefined || left > 0) throw malformed('the packet does not have the length that it says');
      return this.#decoded;
    } catch (error) {
      this.#parser._resetState();
      throw error instanceof ProtocolViolation ? error : asViolation(error as Error);
    }
  }

  #readProperties(): PacketProperties {
    const parser = this.#parser;
    const bytes = parser._list.slice();
    const cmd = parser.packet.cmd;
    if (parser._pos >= bytes.length && MAY_OMIT_PROPERTIES.has(cmd)) return NO_PROPERTIES;
    const cursor = { bytes, position: parser._pos };
    const owner = (cmd === 'connect' && this.#propertyBlocks > 0 ? 'will' : cmd) as PropertyOwner;
    this.#propertyBlocks++;
    const properties = readProperties(cursor, owner);
    parser._pos = cursor.position;
    return properties;
  }

  #readString(): string {
    const cursor = { bytes: this.#parser._list.slice(), position: this.#parser._pos };
    const text = readString(cursor);
    this.#parser._pos = cursor.position;
    return text;
  }

  #complete(packet: ParsedPacket): Packet {
    if (packet.cmd !== 'publish' && this.#parser._pos !== packet.length) {
      throw malformed(`${packet.cmd} has bytes after its last field`);
    }
    return completions[packet.cmd](packet);
  }
}

const completions: { readonly [Command in Packet['cmd']]: (packet: ParsedPacket) => Packet } = {
  connect: completeConnect,
  publish: completePublish,
  puback: (packet) => completeAck(packet, 'puback'),
  pubrec: (packet) => completeAck(packet, 'pubrec'),
  pubrel: (packet) => completeAck(packet, 'pubrel'),
  pubcomp: (packet) => completeAck(packet, 'pubcomp'),
  subscribe: completeSubscribe,
  unsubscribe: completeUnsubscribe,
  suback: (packet) => completeSuback(packet, 'suback'),
  unsuback: (packet) => completeSuback(packet, 'unsuback'),
  pingreq: () => ({ cmd: 'pingreq' }),
  pingresp: () => ({ cmd: 'pingresp' }),
  disconnect: (packet) => completeReason(packet, 'disconnect'),
  auth: (packet) => completeReason(packet, 'auth'),
  connack: (packet) => ({
    cmd: 'connack',
    sessionPresent: packet.sessionPresent,
    reasonCode: packet.reasonCode ?? packet.returnCode ?? 0,
    properties: packet.properties ?? NO_PROPERTIES,
  }),
};

function completeConnect(packet: ParsedPacket): Packet {
  if (packet.protocolId !== 'MQTT' || packet.bridgeMode === true || packet.protocolVersion < 4) {
    throw new ProtocolViolation(ReasonCode.UNSUPPORTED_PROTOCOL_VERSION, 'only MQTT 3.1.1 and 5 are spoken');
  }
  if (packet.protocolVersion === 4 && packet.password !== undefined && packet.username === undefined) {
    throw malformed('a password must come with a user name [MQTT-3.1.2-22 of MQTT 3.1.1]');
  }
  if (packet.will !== undefined && packet.will.qos > 2) throw malformed('will QoS must be 0, 1 or 2, got 3');
  return {
    cmd: 'connect',
    protocolVersion: packet.protocolVersion,
    clean: packet.clean,
    keepalive: packet.keepalive,
    clientId: packet.clientId,
    username: packet.username,
    password: packet.password,
    will: packet.will === undefined ? undefined : willFields(packet.will),
    properties: packet.properties ?? NO_PROPERTIES,
  };
}

function willFields(will: NonNullable<ParsedPacket['will']>): WillFields {
  return { ...will, qos: will.qos as 0 | 1 | 2, properties: will.properties ?? NO_PROPERTIES };
}

function completePublish(packet: ParsedPacket): Packet {
  if (packet.qos === 0 && packet.dup) throw malformed('DUP must be 0 at QoS 0 [MQTT-3.3.1-2]');
  return {
    cmd: 'publish',
    topic: packet.topic,
    payload: packet.payload,
    qos: packet.qos,
    retain: packet.retain,
    dup: packet.dup,
    messageId: packet.qos === 0 ? 0 : packetIdentifier(packet),
    properties: packet.properties ?? NO_PROPERTIES,
  };
}

function completeAck<Command extends 'puback' | 'pubrec' | 'pubrel' | 'pubcomp'>(
  packet: ParsedPacket,
  cmd: Command,
): Packet {
  const messageId = packetIdentifier(packet);
  return {
    cmd,
    messageId,
    reasonCode: packet.reasonCode ?? 0,
    properties: packet.properties ?? NO_PROPERTIES,
  } as Packet;
}

function completeSubscribe(packet: ParsedPacket): Packet {
  if (packet.subscriptions.length === 0) {
    throw new ProtocolViolation(ReasonCode.PROTOCOL_ERROR, 'subscribe must hold at least one topic filter');
  }
  return {
    cmd: 'subscribe',
    messageId: packetIdentifier(packet),
    subscriptions: packet.subscriptions.map(
      (entry): SubscribeEntry => ({
        topic: entry.topic,
        qos: entry.qos,
        noLocal: entry.nl ?? false,
        retainAsPublished: entry.rap ?? false,
        retainHandling: entry.rh ?? 0,
      }),
    ),
    properties: packet.properties ?? NO_PROPERTIES,
  };
}

function completeUnsubscribe(packet: ParsedPacket): Packet {
  if (packet.unsubscriptions.length === 0) {
    throw new ProtocolViolation(ReasonCode.PROTOCOL_ERROR, 'unsubscribe must hold at least one topic filter');
  }
  return {
    cmd: 'unsubscribe',
    messageId: packetIdentifier(packet),
    unsubscriptions: packet.unsubscriptions,
    properties: packet.properties ?? NO_PROPERTIES,
  };
}

function completeSuback(packet: ParsedPacket, cmd: 'suback' | 'unsuback'): Packet {
  return {
    cmd,
    messageId: packetIdentifier(packet),
    granted: packet.granted ?? [],
    properties: packet.properties ?? NO_PROPERTIES,
  };
}

function completeReason(packet: ParsedPacket, cmd: 'disconnect' | 'auth'): Packet {
  return { cmd, reasonCode: packet.reasonCode ?? 0, properties: packet.properties ?? NO_PROPERTIES };
}

/** [MQTT-2.2.1-3], [MQTT-2.2.1-4]: a packet identifier is never 0. */
function packetIdentifier(packet: ParsedPacket): number {
  if (packet.messageId < 0) throw malformed('the packet identifier is cut off');
  if (packet.messageId === 0) {
    throw new ProtocolViolation(ReasonCode.PROTOCOL_ERROR, 'the packet identifier must not be 0');
  }
  return packet.messageId;
}

function asViolation(error: Error): ProtocolViolation {
  const versionProblem = /^Invalid protocol(Id| version)/.test(error.message);
  return new ProtocolViolation(
    versionProblem ? ReasonCode.UNSUPPORTED_PROTOCOL_VERSION : ReasonCode.MALFORMED_PACKET,
    error.message,
  );
}

function malformed(message: string): ProtocolViolation {
  return new ProtocolViolation(ReasonCode.MALFORMED_PACKET, message);
}
