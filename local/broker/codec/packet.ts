/** Names and values in the order in which they were sent. */
export type UserProperties = readonly (readonly [name: string, value: string])[];

/** The properties of any MQTT 5 packet; which of them a packet may carry is the codec's business. */
export interface PacketProperties {
  payloadFormatIndicator?: boolean;
  messageExpiryInterval?: number;
  contentType?: string;
  responseTopic?: string;
  correlationData?: Buffer;
  subscriptionIdentifier?: readonly number[];
  sessionExpiryInterval?: number;
  assignedClientIdentifier?: string;
  serverKeepAlive?: number;
  authenticationMethod?: string;
  authenticationData?: Buffer;
  requestProblemInformation?: boolean;
  willDelayInterval?: number;
  requestResponseInformation?: boolean;
  responseInformation?: string;
  serverReference?: string;
  reasonString?: string;
  receiveMaximum?: number;
  topicAliasMaximum?: number;
  topicAlias?: number;
  /** MQTT 5: 0 or 1 only; 2 is said by leaving it out. */
  maximumQoS?: number;
  retainAvailable?: boolean;
  userProperties?: UserProperties;
  maximumPacketSize?: number;
  wildcardSubscriptionAvailable?: boolean;
  subscriptionIdentifiersAvailable?: boolean;
  sharedSubscriptionAvailable?: boolean;
}

/** The name of a property, as in {@link PacketProperties}. */
export type PropertyName = keyof PacketProperties;

/** The will part of CONNECT. */
export interface WillFields {
  readonly topic: string;
  readonly payload: Buffer;
  readonly qos: 0 | 1 | 2;
  readonly retain: boolean;
  readonly properties: PacketProperties;
}

export interface ConnectPacket {
  readonly cmd: 'connect';
  readonly protocolVersion: number;
  readonly clean: boolean;
  /** Seconds. */
  readonly keepalive: number;
  readonly clientId: string;
  readonly username?: string;
  readonly password?: Buffer;
  readonly will?: WillFields;
  readonly properties: PacketProperties;
}

export interface ConnackPacket {
  readonly cmd: 'connack';
  readonly sessionPresent: boolean;
  /** A reason code in MQTT 5, a return code in 3.1.1. */
  readonly reasonCode: number;
  readonly properties: PacketProperties;
}

export interface PublishPacket {
  readonly cmd: 'publish';
  readonly topic: string;
  readonly payload: Buffer;
  readonly qos: 0 | 1 | 2;
  readonly retain: boolean;
  readonly dup: boolean;
  /** 0 in a packet of QoS 0. */
  readonly messageId: number;
  readonly properties: PacketProperties;
}

/** PUBACK, PUBREC, PUBREL and PUBCOMP. */
interface AckPacket<Command extends 'puback' | 'pubrec' | 'pubrel' | 'pubcomp'> {
  readonly cmd: Command;
  readonly messageId: number;
  readonly reasonCode: number;
  readonly properties: PacketProperties;
}

/** One topic filter of a SUBSCRIBE, with its options. */
export interface SubscribeEntry {
  readonly topic: string;
  readonly qos: 0 | 1 | 2;
  readonly noLocal: boolean;
  readonly retainAsPublished: boolean;
  /** 0 send retained messages, 1 only when the subscription is new, 2 never. */
  readonly retainHandling: 0 | 1 | 2;
}

export interface SubscribePacket {
  readonly cmd: 'subscribe';
  readonly messageId: number;
  readonly subscriptions: readonly SubscribeEntry[];
  readonly properties: PacketProperties;
}

interface UnsubscribePacket {
  readonly cmd: 'unsubscribe';
  readonly messageId: number;
  readonly unsubscriptions: readonly string[];
  readonly properties: PacketProperties;
}

/** SUBACK and UNSUBACK; a 3.1.1 UNSUBACK carries no reason codes. */
interface SubackPacket<Command extends 'suback' | 'unsuback'> {
  readonly cmd: Command;
  readonly messageId: number;
  readonly granted: readonly number[];
  readonly properties: PacketProperties;
}

interface PingPacket<Command extends 'pingreq' | 'pingresp'> {
  readonly cmd: Command;
}

/** DISCONNECT and AUTH. */
interface ReasonPacket<Command extends 'disconnect' | 'auth'> {
  readonly cmd: Command;
  readonly reasonCode: number;
  readonly properties: PacketProperties;
}

/** Every MQTT control packet. */
export type Packet =
  | ConnectPacket
  | ConnackPacket
  | PublishPacket
  | AckPacket<'puback'>
  | AckPacket<'pubrec'>
  | AckPacket<'pubrel'>
  | AckPacket<'pubcomp'>
  | SubscribePacket
  | SubackPacket<'suback'>
  | UnsubscribePacket
  | SubackPacket<'unsuback'>
  | PingPacket<'pingreq'>
  | PingPacket<'pingresp'>
  | ReasonPacket<'disconnect'>
  | ReasonPacket<'auth'>;
