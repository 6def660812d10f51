import { type EncodedPublish, encodePublish } from './codec/publish-encoder';
import type { Message } from './ports';

const NEVER = Number.POSITIVE_INFINITY;

/** A message on its way to subscribers: when it expires, and its encodings, shared by all who get it in the same form. */
export class OutboundMessage {
  readonly message: Message;
  /** The MQTT client that published it; no-local subscriptions of that client are skipped. */
  readonly publisherId: string | undefined;
  /** Milliseconds since 1970, or infinity. */
  readonly expiresAt: number;
  readonly #remainder: 'up' | 'down';
  #encodings: (EncodedPublish | undefined)[] | undefined;
  /** The message expiry, in seconds, that the encodings say. */
  #encodedExpiry: number | undefined;

  constructor(
    message: Message,
    publisherId: string | undefined,
    expiry: { readonly at: number; readonly remainder: 'up' | 'down' } | undefined,
  ) {
    this.message = message;
    this.publisherId = publisherId;
    this.expiresAt = expiry?.at ?? NEVER;
    this.#remainder = expiry?.remainder ?? 'up';
  }

  /** Whole seconds until it expires; `undefined` when it never does. */
  remainingSeconds(now: number): number | undefined {
    if (this.expiresAt === NEVER) return undefined;
    const seconds = Math.max(0, (this.expiresAt - now) / 1000);
    return this.#remainder === 'up' ? Math.ceil(seconds) : Math.floor(seconds);
  }

  /** The message with the seconds that it has left now. */
  messageNow(now: number): Message {
    const messageExpirySeconds = this.remainingSeconds(now);
    if (messageExpirySeconds === undefined) return this.message;
    return { ...this.message, properties: { ...this.message.properties, messageExpirySeconds } };
  }

  /** The message encoded for a subscriber without subscription identifiers or topic alias. */
  encode(protocolVersion: 4 | 5, qos: 0 | 1 | 2, retain: boolean, now: number): EncodedPublish {
    const remaining = protocolVersion === 5 ? this.remainingSeconds(now) : undefined;
    if (this.#encodings === undefined || (protocolVersion === 5 && remaining !== this.#encodedExpiry)) {
      this.#encodings = [];
      this.#encodedExpiry = remaining;
    }
    const slot = (protocolVersion - 4) * 6 + qos * 2 + (retain ? 1 : 0);
    let encoded = this.#encodings[slot];
    if (encoded === undefined) {
      encoded = this.encodeFor(protocolVersion, { qos, retain }, now);
      this.#encodings[slot] = encoded;
    }
    return encoded;
  }

  /** The message encoded for one subscriber, with what only that subscriber gets. */
  encodeFor(
    protocolVersion: 4 | 5,
    options: {
      readonly qos: 0 | 1 | 2;
      readonly retain: boolean;
      readonly subscriptionIdentifiers?: readonly number[];
      readonly topicAlias?: number;
      /** Whether the topic is left out because the alias is known. */
      readonly aliasKnown?: boolean;
    },
    now: number,
  ): EncodedPublish {
    const { message } = this;
    const topic = options.aliasKnown === true ? '' : message.topic;
    const basis = { topic, payload: message.payload, qos: options.qos, retain: options.retain };
    if (protocolVersion === 4) return encodePublish(basis, 4);
    const properties = {
      ...message.properties,
      messageExpirySeconds: this.remainingSeconds(now),
      subscriptionIdentifiers: options.subscriptionIdentifiers,
      topicAlias: options.topicAlias,
    };
    return encodePublish({ ...basis, properties }, 5);
  }
}
