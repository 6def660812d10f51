import type { Clock } from '../../presence/clock';
import type { Randomness } from '../../presence/randomness';
import type { ExternalFunctions } from './external-functions';
import { type ParsedPayload, parsePayload } from './json';
import type { SqlVersion } from './sql-version';
import type { SqlValue } from './value';

/** What a rule can know of a message and of where it runs. */
export interface MessageContextOptions {
  /** As published; `topic()` leaves the Basic Ingest prefix `$aws/rules/<rule>/` away. */
  readonly topic: string;
  readonly payload: Buffer;
  /** 12 digits. */
  readonly accountId: string;
  readonly clock: Clock;
  readonly randomness: Randomness;
  /** The MQTT client id. @default - the message did not come over MQTT, `clientid()` is `n/a` */
  readonly clientId?: string;
  /** The certificate id, or the IAM identity. @default - `principal()` is Undefined */
  readonly principal?: string;
  /** @default - `sourceip()` is Undefined */
  readonly sourceIp?: string;
  /** A UUID. @default - `traceid()` is Undefined */
  readonly traceId?: string;
  /** MQTT 5 user properties in the order sent; keys can repeat. @default - none */
  readonly userProperties?: readonly (readonly [key: string, value: string])[];
  readonly contentType?: string;
  readonly responseTopic?: string;
  readonly correlationData?: Buffer;
  /** The payload format indicator: 0 unspecified bytes, 1 UTF-8. */
  readonly payloadFormatIndicator?: 0 | 1;
  /** What `aws_lambda`, `get_dynamodb` and `get_thing_shadow` reach. @default - a statement that calls one fails */
  readonly external?: ExternalFunctions;
}

/** Levels of `$aws/rules/<rule>/` that `topic()` does not see. */
const BASIC_INGEST = /^\$aws\/rules\/[^/]+\//;

/**
 * One message, for every rule and template that looks at it: the payload is parsed once, when a statement first needs
 * it. Make one per publish and hand the same one to all.
 */
export class MessageContext {
  readonly message: MessageContextOptions;
  #parsed: ParsedPayload | undefined;
  #levels: readonly string[] | undefined;

  constructor(message: MessageContextOptions) {
    this.message = message;
  }

  /** The payload's JSON value as a version sees it; `undefined` when it is not JSON. */
  json(version: SqlVersion): SqlValue {
    const parsed = this.#parse();
    return version === '2015-10-08' ? parsed.value2015 : parsed.value;
  }

  /** The payload's JSON as JavaScript data; `undefined` when it is not JSON. */
  get plainJson(): unknown {
    return this.#parse().plain;
  }

  /** The topic without the Basic Ingest prefix. @see https://docs.aws.amazon.com/iot/latest/developerguide/iot-basic-ingest.html */
  get topic(): string {
    return this.message.topic.replace(BASIC_INGEST, '');
  }

  /** The levels of {@link topic}. */
  get topicLevels(): readonly string[] {
    this.#levels ??= this.topic.split('/');
    return this.#levels;
  }

  #parse(): ParsedPayload {
    this.#parsed ??= parsePayload(this.message.payload);
    return this.#parsed;
  }
}
