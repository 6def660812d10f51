import { isUtf8 } from 'node:buffer';
import type { PacketProperties, PropertyName } from './packet';
import { ProtocolViolation } from './protocol-violation';
import { ReasonCode } from './reason-code';

type PropertyType = 'flag' | 'byte' | 'int16' | 'int32' | 'varint' | 'string' | 'binary' | 'pair';

/** Where a property may stand; `will` is the will part of CONNECT. */
export type PropertyOwner =
  | 'connect'
  | 'will'
  | 'connack'
  | 'publish'
  | 'puback'
  | 'pubrec'
  | 'pubrel'
  | 'pubcomp'
  | 'subscribe'
  | 'suback'
  | 'unsubscribe'
  | 'unsuback'
  | 'disconnect'
  | 'auth';

interface PropertyDefinition {
  readonly name: PropertyName;
  readonly type: PropertyType;
  readonly owners: readonly PropertyOwner[];
  /** Smallest legal value of a number. */
  readonly minimum?: number;
}

const ACKS = ['puback', 'pubrec', 'pubrel', 'pubcomp'] as const;
const MESSAGE = ['publish', 'will'] as const;

/** Table 2-4 of MQTT 5, by property identifier. */
const DEFINITIONS: Readonly<Record<number, PropertyDefinition>> = {
  1: { name: 'payloadFormatIndicator', type: 'flag', owners: MESSAGE },
  2: { name: 'messageExpiryInterval', type: 'int32', owners: MESSAGE },
  3: { name: 'contentType', type: 'string', owners: MESSAGE },
  8: { name: 'responseTopic', type: 'string', owners: MESSAGE },
  9: { name: 'correlationData', type: 'binary', owners: MESSAGE },
  11: { name: 'subscriptionIdentifier', type: 'varint', owners: ['publish', 'subscribe'], minimum: 1 },
  17: { name: 'sessionExpiryInterval', type: 'int32', owners: ['connect', 'connack', 'disconnect'] },
  18: { name: 'assignedClientIdentifier', type: 'string', owners: ['connack'] },
  19: { name: 'serverKeepAlive', type: 'int16', owners: ['connack'] },
  21: { name: 'authenticationMethod', type: 'string', owners: ['connect', 'connack', 'auth'] },
  22: { name: 'authenticationData', type: 'binary', owners: ['connect', 'connack', 'auth'] },
  23: { name: 'requestProblemInformation', type: 'flag', owners: ['connect'] },
  24: { name: 'willDelayInterval', type: 'int32', owners: ['will'] },
  25: { name: 'requestResponseInformation', type: 'flag', owners: ['connect'] },
  26: { name: 'responseInformation', type: 'string', owners: ['connack'] },
  28: { name: 'serverReference', type: 'string', owners: ['connack', 'disconnect'] },
  31: {
    name: 'reasonString',
    type: 'string',
    owners: ['connack', ...ACKS, 'suback', 'unsuback', 'disconnect', 'auth'],
  },
  33: { name: 'receiveMaximum', type: 'int16', owners: ['connect', 'connack'], minimum: 1 },
  34: { name: 'topicAliasMaximum', type: 'int16', owners: ['connect', 'connack'] },
  // An alias of 0 is answered with 0x94 (3.3.2.3.4), not as a protocol error; the PUBLISH handler checks it.
  35: { name: 'topicAlias', type: 'int16', owners: ['publish'] },
  36: { name: 'maximumQoS', type: 'byte', owners: ['connack'] },
  37: { name: 'retainAvailable', type: 'flag', owners: ['connack'] },
  38: {
    name: 'userProperties',
    type: 'pair',
    owners: [
      'connect',
      'will',
      'connack',
      'publish',
      ...ACKS,
      'subscribe',
      'suback',
      'unsubscribe',
      'unsuback',
      'disconnect',
      'auth',
    ],
  },
  39: { name: 'maximumPacketSize', type: 'int32', owners: ['connect', 'connack'], minimum: 1 },
  40: { name: 'wildcardSubscriptionAvailable', type: 'flag', owners: ['connack'] },
  41: { name: 'subscriptionIdentifiersAvailable', type: 'flag', owners: ['connack'] },
  42: { name: 'sharedSubscriptionAvailable', type: 'flag', owners: ['connack'] },
};

/** A place in a packet, from which values are read one after the other. */
export interface Cursor {
  readonly bytes: Buffer;
  position: number;
}

const NO_PROPERTIES: PacketProperties = {};

/**
 * Reads the property block at the cursor.
 * @throws ProtocolViolation 0x81 when it is malformed, 0x82 when a property stands where it may not or twice.
 */
export function readProperties(cursor: Cursor, owner: PropertyOwner): PacketProperties {
  const length = readVariableByteInteger(cursor);
  const end = cursor.position + length;
  if (end > cursor.bytes.length) throw malformed('the property length goes beyond the packet');
  if (length === 0) return NO_PROPERTIES;
  const properties: PacketProperties = {};
  // Cut at the end of the block, so that no value can reach beyond it.
  const block = { bytes: cursor.bytes.subarray(0, end), position: cursor.position };
  while (block.position < end) readProperty(block, owner, properties);
  cursor.position = end;
  return properties;
}

function readProperty(cursor: Cursor, owner: PropertyOwner, into: PacketProperties): void {
  const identifier = readVariableByteInteger(cursor);
  const definition = DEFINITIONS[identifier];
  if (definition === undefined) throw malformed(`property 0x${identifier.toString(16)} does not exist`);
  if (!definition.owners.includes(owner)) throw protocolError(`${definition.name} must not be sent in ${owner}`);
  const name = definition.name;
  if (name === 'userProperties') {
    into.userProperties = append(into.userProperties, [readString(cursor), readString(cursor)]);
    return;
  }
  if (name === 'subscriptionIdentifier') {
    if (owner === 'subscribe' && into.subscriptionIdentifier !== undefined) throw twice(name);
    into.subscriptionIdentifier = append(into.subscriptionIdentifier, readNumber(cursor, definition));
    return;
  }
  if (name in into) throw twice(name);
  Object.assign(into, { [name]: readValue(cursor, definition) });
}

/** Appends in place: a packet of many user properties must not cost the square of their number. */
function append<T>(list: readonly T[] | undefined, value: T): readonly T[] {
  if (list === undefined) return [value];
  (list as T[]).push(value);
  return list;
}

function readValue(cursor: Cursor, definition: PropertyDefinition): boolean | number | string | Buffer {
  switch (definition.type) {
    case 'flag':
      return readFlag(cursor, definition.name);
    case 'string':
      return readString(cursor);
    case 'binary':
      return readBinary(cursor);
    default:
      return readNumber(cursor, definition);
  }
}

function readFlag(cursor: Cursor, name: string): boolean {
  const value = readInteger(cursor, 1);
  if (value > 1) throw protocolError(`${name} must be 0 or 1, got ${value}`);
  return value === 1;
}

const INTEGER_BYTES: Readonly<Partial<Record<PropertyType, number>>> = { byte: 1, int16: 2, int32: 4 };

function readNumber(cursor: Cursor, definition: PropertyDefinition): number {
  const size = INTEGER_BYTES[definition.type];
  const value = size === undefined ? readVariableByteInteger(cursor) : readInteger(cursor, size);
  if (value < (definition.minimum ?? 0)) {
    throw protocolError(`${definition.name} must be at least ${definition.minimum}, got ${value}`);
  }
  return value;
}

function readInteger(cursor: Cursor, size: number): number {
  if (cursor.position + size > cursor.bytes.length) throw malformed('a number is cut off');
  const value = cursor.bytes.readUIntBE(cursor.position, size);
  cursor.position += size;
  return value;
}

/** [MQTT-1.5.5-1] asks for the shortest form when writing; longer forms are read as they stand. */
function readVariableByteInteger(cursor: Cursor): number {
  let value = 0;
  for (let digit = 0; digit < 4; digit++) {
    const byte = cursor.bytes[cursor.position++];
    if (byte === undefined) throw malformed('a variable byte integer is cut off');
    value += (byte & 0x7f) * 128 ** digit;
    if ((byte & 0x80) === 0) return value;
  }
  throw malformed('a variable byte integer must be at most four bytes long');
}

/** Reads a UTF-8 string [MQTT-1.5.4-1] without null characters [MQTT-1.5.4-2]. */
export function readString(cursor: Cursor): string {
  const bytes = readBinary(cursor);
  if (!isUtf8(bytes)) throw malformed('a string is not UTF-8');
  const text = bytes.toString('utf8');
  if (text.includes('\u0000')) throw malformed('a string holds a null character');
  return text;
}

/** Reads binary data with its two-byte length. */
function readBinary(cursor: Cursor): Buffer {
  const length = readInteger(cursor, 2);
  const end = cursor.position + length;
  if (end > cursor.bytes.length) throw malformed('a string or binary value is cut off');
  const bytes = cursor.bytes.subarray(cursor.position, end);
  cursor.position = end;
  return bytes;
}

function malformed(message: string): ProtocolViolation {
  return new ProtocolViolation(ReasonCode.MALFORMED_PACKET, message);
}

function protocolError(message: string): ProtocolViolation {
  return new ProtocolViolation(ReasonCode.PROTOCOL_ERROR, message);
}

function twice(name: string): ProtocolViolation {
  return protocolError(`${name} must not be sent more than once`);
}
