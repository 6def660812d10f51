/** What a message carries: text, a number (sent as its decimal text) or bytes. */
export type Payload = string | number | Uint8Array;

/** Quality of service: at most once, at least once, exactly once. AWS IoT Core and Event Grid know 0 and 1. */
export type Qos = 0 | 1 | 2;

/** Properties of a message that MQTT 3.1.1 does not know. */
export interface MessageProperties {
  /** MIME type of the payload. */
  readonly contentType?: string;
  /** Says that the payload is UTF-8 text. */
  readonly payloadIsUtf8?: boolean;
  /** Where an answer is expected. */
  readonly responseTopic?: string;
  /** What an answer repeats, so that it can be told which question it belongs to. */
  readonly correlationData?: Uint8Array;
  /** Seconds after which the broker drops the message where it has not delivered it. */
  readonly messageExpirySeconds?: number;
  /** Names and values; a name may occur several times. */
  readonly userProperties?: Readonly<Record<string, string | readonly string[]>>;
}

/** How a message is published. */
export interface PublishOptions extends MessageProperties {
  /** @default 1 */
  readonly qos?: Qos;
  /** Whether the broker keeps the message for later subscribers. @default false */
  readonly retain?: boolean;
  /**
   * A topic alias of your own choice, sent as it is, even above the server's maximum; with an empty topic it stands for
   * the topic that it was sent with before. @default - none, or automatic with `topicAliases`
   */
  readonly topicAlias?: number;
}

/** A message as it arrives. */
export interface IncomingMessage extends MessageProperties {
  readonly topic: string;
  readonly payload: Buffer;
  readonly qos: Qos;
  readonly retain: boolean;
  /** True when the broker may have delivered it before. */
  readonly duplicate: boolean;
}

/** The bytes of a payload; none is zero-length. */
export function encodePayload(payload: Payload | undefined): Buffer {
  if (payload === undefined) return Buffer.alloc(0);
  return typeof payload === 'object' ? Buffer.from(payload) : Buffer.from(String(payload));
}
