import type { UserProperties } from './packet';

/** What a PUBLISH to a subscriber says; properties only in MQTT 5. */
export interface OutgoingPublish {
  /** Empty when a topic alias stands for it. */
  readonly topic: string;
  readonly payload: Buffer;
  readonly qos: 0 | 1 | 2;
  readonly retain: boolean;
  readonly properties?: OutgoingProperties;
}

/** The properties that a server sends in PUBLISH. */
interface OutgoingProperties {
  readonly payloadFormatIndicator?: boolean;
  readonly messageExpirySeconds?: number;
  readonly contentType?: string;
  readonly responseTopic?: string;
  readonly correlationData?: Buffer;
  readonly userProperties?: UserProperties;
  readonly subscriptionIdentifiers?: readonly number[];
  readonly topicAlias?: number;
}

/** Up to here a payload is copied behind its header: one buffer to write costs less than two. */
const LARGEST_INLINE_PAYLOAD_BYTES = 4096;
const DUP = 0x08;

/** An encoded PUBLISH that many subscribers share; only the packet identifier and DUP differ between them. */
export class EncodedPublish {
  /** Bytes on the wire. */
  readonly length: number;
  readonly #head: Buffer;
  /** The payload when it is too large to copy. */
  readonly #tail: Buffer | undefined;
  /** Where the packet identifier stands; 0 at QoS 0. */
  readonly #identifierOffset: number;

  constructor(head: Buffer, tail: Buffer | undefined, identifierOffset: number) {
    this.#head = head;
    this.#tail = tail;
    this.#identifierOffset = identifierOffset;
    this.length = head.length + (tail === undefined ? 0 : tail.length);
  }

  /** Hands the bytes to `write`, with the packet identifier filled in (none at QoS 0). */
  writeTo(write: (bytes: Buffer) => void, packetIdentifier: number, dup: boolean): void {
    write(this.#identifierOffset === 0 ? this.#head : this.#stamped(packetIdentifier, dup));
    if (this.#tail !== undefined) write(this.#tail);
  }

  #stamped(packetIdentifier: number, dup: boolean): Buffer {
    const bytes = Buffer.allocUnsafe(this.#head.length);
    this.#head.copy(bytes);
    bytes.writeUInt16BE(packetIdentifier, this.#identifierOffset);
    if (dup) bytes[0] = (bytes[0] as number) | DUP;
    return bytes;
  }
}

/** Encodes a PUBLISH with packet identifier 0, to be filled in for each subscriber. */
export function encodePublish(publish: OutgoingPublish, protocolVersion: 4 | 5): EncodedPublish {
  const topicBytes = Buffer.byteLength(publish.topic);
  const propertyBytes =
    protocolVersion === 5 && publish.properties !== undefined ? propertiesLength(publish.properties) : 0;
  const propertyBlock = protocolVersion === 5 ? variableLength(propertyBytes) + propertyBytes : 0;
  const identifierBytes = publish.qos === 0 ? 0 : 2;
  const remaining = 2 + topicBytes + identifierBytes + propertyBlock + publish.payload.length;
  const inline = publish.payload.length <= LARGEST_INLINE_PAYLOAD_BYTES;
  const headLength = 1 + variableLength(remaining) + remaining - (inline ? 0 : publish.payload.length);
  const head = Buffer.allocUnsafe(headLength);
  head[0] = 0x30 | (publish.qos << 1) | (publish.retain ? 1 : 0);
  let position = writeVariable(head, remaining, 1);
  position = writeText(head, publish.topic, topicBytes, position);
  const identifierOffset = identifierBytes === 0 ? 0 : position;
  if (identifierBytes > 0) position = head.writeUInt16BE(0, position);
  if (protocolVersion === 5) position = writeVariable(head, propertyBytes, position);
  if (propertyBytes > 0) position = writeProperties(head, publish.properties as OutgoingProperties, position);
  if (inline) publish.payload.copy(head, position);
  return new EncodedPublish(head, inline ? undefined : publish.payload, identifierOffset);
}

function propertiesLength(properties: OutgoingProperties): number {
  let length = 0;
  if (properties.payloadFormatIndicator !== undefined) length += 2;
  if (properties.messageExpirySeconds !== undefined) length += 5;
  if (properties.contentType !== undefined) length += 3 + Buffer.byteLength(properties.contentType);
  if (properties.responseTopic !== undefined) length += 3 + Buffer.byteLength(properties.responseTopic);
  if (properties.correlationData !== undefined) length += 3 + properties.correlationData.length;
  if (properties.topicAlias !== undefined) length += 3;
  for (const [name, value] of properties.userProperties ?? []) {
    length += 5 + Buffer.byteLength(name) + Buffer.byteLength(value);
  }
  for (const identifier of properties.subscriptionIdentifiers ?? []) length += 1 + variableLength(identifier);
  return length;
}

function writeProperties(into: Buffer, properties: OutgoingProperties, start: number): number {
  let position = start;
  if (properties.payloadFormatIndicator !== undefined) {
    into[position++] = 1;
    into[position++] = properties.payloadFormatIndicator ? 1 : 0;
  }
  if (properties.messageExpirySeconds !== undefined) {
    into[position++] = 2;
    position = into.writeUInt32BE(properties.messageExpirySeconds, position);
  }
  if (properties.contentType !== undefined) position = writeTextProperty(into, 3, properties.contentType, position);
  if (properties.responseTopic !== undefined) position = writeTextProperty(into, 8, properties.responseTopic, position);
  if (properties.correlationData !== undefined) {
    into[position++] = 9;
    position = into.writeUInt16BE(properties.correlationData.length, position);
    position += properties.correlationData.copy(into, position);
  }
  for (const identifier of properties.subscriptionIdentifiers ?? []) {
    into[position++] = 11;
    position = writeVariable(into, identifier, position);
  }
  if (properties.topicAlias !== undefined) {
    into[position++] = 35;
    position = into.writeUInt16BE(properties.topicAlias, position);
  }
  return writeUserProperties(into, properties.userProperties ?? [], position);
}

function writeUserProperties(into: Buffer, userProperties: UserProperties, start: number): number {
  let position = start;
  for (const [name, value] of userProperties) {
    position = writeTextProperty(into, 38, name, position);
    position = writeText(into, value, Buffer.byteLength(value), position);
  }
  return position;
}

function writeTextProperty(into: Buffer, identifier: number, text: string, position: number): number {
  into[position] = identifier;
  return writeText(into, text, Buffer.byteLength(text), position + 1);
}

function writeText(into: Buffer, text: string, bytes: number, position: number): number {
  into.writeUInt16BE(bytes, position);
  into.write(text, position + 2, bytes, 'utf8');
  return position + 2 + bytes;
}

function variableLength(value: number): number {
  if (value < 128) return 1;
  if (value < 16_384) return 2;
  return value < 2_097_152 ? 3 : 4;
}

function writeVariable(into: Buffer, value: number, start: number): number {
  let position = start;
  let rest = value;
  while (rest >= 128) {
    into[position++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  into[position++] = rest;
  return position;
}
