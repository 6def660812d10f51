import { generate, type Packet as WirePacket } from 'mqtt-packet';
import type { Packet, PacketProperties, SubscribeEntry } from './packet';

const PINGRESP = Buffer.from([0xd0, 0]);
const ACK_HEADERS = { puback: 0x40, pubrec: 0x50, pubrel: 0x62, pubcomp: 0x70 } as const;

/** A packet that {@link encodePacket} writes; PUBLISH has its own encoder, which fan-out shares between subscribers. */
export type EncodablePacket = Exclude<Packet, { cmd: 'publish' }>;

/** Encodes a control packet other than PUBLISH. */
export function encodePacket(packet: EncodablePacket, protocolVersion: number): Buffer {
  switch (packet.cmd) {
    case 'pingresp':
      return PINGRESP;
    case 'puback':
    case 'pubrec':
    case 'pubrel':
    case 'pubcomp':
      if (packet.reasonCode === 0 && isEmpty(packet.properties)) return shortAck(packet.cmd, packet.messageId);
  }
  return generate(toWire(packet, protocolVersion), { protocolVersion });
}

/** Without a reason code and properties an acknowledgement is four bytes in both versions (3.4.2.1). */
function shortAck(cmd: keyof typeof ACK_HEADERS, messageId: number): Buffer {
  const bytes = Buffer.allocUnsafe(4);
  bytes[0] = ACK_HEADERS[cmd];
  bytes[1] = 2;
  bytes.writeUInt16BE(messageId, 2);
  return bytes;
}

function isEmpty(properties: PacketProperties): boolean {
  for (const _name in properties) return false;
  return true;
}

function toWire(packet: EncodablePacket, protocolVersion: number): WirePacket {
  const properties = 'properties' in packet ? wireProperties(packet.properties) : undefined;
  const wire: Record<string, unknown> = { ...packet, properties };
  if (packet.cmd === 'connect' && packet.will !== undefined) {
    wire.will = { ...packet.will, properties: wireProperties(packet.will.properties) };
  }
  if (packet.cmd === 'subscribe') wire.subscriptions = packet.subscriptions.map(wireSubscription);
  if (packet.cmd === 'connack' && protocolVersion < 5) wire.returnCode = packet.reasonCode;
  return wire as unknown as WirePacket;
}

function wireSubscription(entry: SubscribeEntry): Record<string, unknown> {
  return {
    topic: entry.topic,
    qos: entry.qos,
    nl: entry.noLocal,
    rap: entry.retainAsPublished,
    rh: entry.retainHandling,
  };
}

/**
 * mqtt-packet writes user properties from an object, which loses their order; given an array of objects with one
 * name each it writes them as they come.
 */
function wireProperties(properties: PacketProperties): Record<string, unknown> {
  const { userProperties, ...rest } = properties;
  if (userProperties === undefined) return rest;
  return { ...rest, userProperties: userProperties.map(([name, value]) => Object.fromEntries([[name, value]])) };
}
