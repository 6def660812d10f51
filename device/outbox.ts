import type { Clock, Timer } from '../presence/clock';
import { LastwillError } from '../presence/errors';
import type { PublishOptions } from './message';
import type { Acknowledgement, LinkPublish } from './mqtt-link';
import type { PacketIdentifiers } from './packet-identifiers';
import { describeReason } from './reason-codes';

/** What an outbox sends through while a connection stands. */
export interface OutboxLink {
  publish(message: LinkPublish): void;
}

/** How an outbox behaves. */
export interface OutboxOptions {
  readonly maximumQueuedMessages: number;
  readonly queueExpirySeconds?: number;
  readonly acknowledgementTimeoutMilliseconds: number;
  /** Called when an answer did not come in time. */
  readonly onAcknowledgementTimeout: () => void;
}

/** What a connection was granted that concerns messages. */
export interface OutboxSession {
  readonly resumed: boolean;
  readonly receiveMaximum: number;
  readonly maximumQos: number;
  readonly retainAvailable: boolean;
}

interface Entry extends PublishOptions {
  readonly topic: string;
  readonly payload: Buffer;
  readonly queuedAt: number;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
  /** Belongs to one connection: not sent again with the next. */
  readonly ofConnection: boolean;
  identifier: number;
  expiry?: Timer;
}

/** Messages on their way out: those that wait for a connection, and those that wait for an answer. */
export class Outbox {
  readonly #waiting: Entry[] = [];
  readonly #inFlight = new Map<number, Entry>();
  readonly #deadlines = new Map<number, Timer>();
  #link: OutboxLink | undefined;
  #session: OutboxSession = { resumed: false, receiveMaximum: 65_535, maximumQos: 2, retainAvailable: true };

  constructor(
    private readonly options: OutboxOptions,
    private readonly identifiers: PacketIdentifiers,
    private readonly clock: Clock,
  ) {}

  /** Resolves when the message has been written (QoS 0) or answered (QoS 1 and 2). */
  publish(topic: string, payload: Buffer, options: PublishOptions): Promise<void> {
    if (this.#link === undefined && this.#waiting.length >= this.options.maximumQueuedMessages) {
      const why = `${this.#waiting.length} messages wait for a connection already`;
      return Promise.reject(new LastwillError('DELIVERY_FAILED', `a message to ${topic} is refused: ${why}`));
    }
    if (this.#link === undefined && topic === '') {
      const why = 'a topic alias stands for a topic only while the connection lasts';
      return Promise.reject(new LastwillError('DELIVERY_FAILED', `a message without topic is refused: ${why}`));
    }
    return this.#enter({ ...options, topic, payload }, { ofConnection: false });
  }

  /** Puts a message before all that wait; it goes with the connection that comes next, or not at all. */
  publishFirst(topic: string, payload: Buffer, options: PublishOptions): Promise<void> {
    return this.#enter({ ...options, topic, payload }, { ofConnection: true });
  }

  #enter(
    message: PublishOptions & { readonly topic: string; readonly payload: Buffer },
    { ofConnection }: { readonly ofConnection: boolean },
  ): Promise<void> {
    return new Promise((resolve, reject) => {
      const entry: Entry = { ...message, queuedAt: this.clock.now(), resolve, reject, ofConnection, identifier: 0 };
      if (ofConnection) this.#waiting.unshift(entry);
      else this.#waiting.push(entry);
      if (this.#link === undefined) this.#expireLater(entry);
      else this.#flush();
    });
  }

  /** Sends what is unanswered, in its order, and then what waits. */
  open(link: OutboxLink, session: OutboxSession): void {
    this.#link = link;
    this.#session = session;
    for (const entry of this.#inFlight.values()) {
      this.#transmit({ ...entry, topicAlias: undefined }, { duplicate: session.resumed });
    }
    this.#flush();
  }

  /** Holds everything back until the next `open`. */
  close(): void {
    this.#link = undefined;
    for (const timer of this.#deadlines.values()) timer.cancel();
    this.#deadlines.clear();
    for (const entry of this.#waiting) this.#expireLater(entry);
    for (const [identifier, entry] of this.#inFlight) {
      if (!endsWithConnection(entry)) continue;
      this.#finish(identifier);
      entry.reject(brokenOff(entry));
    }
  }

  acknowledged(identifier: number, answer: Acknowledgement): void {
    const entry = this.#inFlight.get(identifier);
    if (entry === undefined) return;
    this.#finish(identifier);
    if (answer.reasonCode < 128) entry.resolve();
    else entry.reject(refusal(entry.topic, answer));
    this.#flush();
  }

  /** Gives up everything that has not been delivered. */
  abandon(why: string): void {
    const entries = [...this.#inFlight.values(), ...this.#waiting.splice(0)];
    for (const identifier of [...this.#inFlight.keys()]) this.#finish(identifier);
    for (const entry of entries) {
      entry.expiry?.cancel();
      entry.reject(new LastwillError('DELIVERY_FAILED', `a message to ${entry.topic} was not delivered: ${why}`));
    }
  }

  /** How many messages have been neither delivered nor given up. */
  get pending(): number {
    return this.#waiting.length + this.#inFlight.size;
  }

  #flush(): void {
    while (this.#link !== undefined) {
      const next = this.#waiting[0];
      if (next === undefined || ((next.qos ?? 1) > 0 && this.#inFlight.size >= this.#session.receiveMaximum)) return;
      this.#waiting.shift();
      next.expiry?.cancel();
      const problem = this.#serverLimitProblem(next);
      if (problem === undefined) this.#send(next);
      else next.reject(new LastwillError('OPERATION_REFUSED', problem));
    }
  }

  /** What the server has said that it does not take; sending it would end the connection [MQTT-3.2.2-11] [MQTT-3.2.2-14]. */
  #serverLimitProblem({ topic, qos = 1, retain = false }: Entry): string | undefined {
    const { maximumQos, retainAvailable } = this.#session;
    if (qos > maximumQos)
      return `a message to ${topic} is not sent: the broker takes QoS ${maximumQos} at most, got ${qos}`;
    return retain && !retainAvailable ? `a message to ${topic} is not sent: the broker retains no messages` : undefined;
  }

  #send(entry: Entry): void {
    if ((entry.qos ?? 1) === 0) {
      this.#transmit(entry, { duplicate: false });
      entry.resolve();
      return;
    }
    const identifier = this.identifiers.allocate();
    if (identifier === undefined) throw new RangeError('more messages in flight than there are packet identifiers');
    entry.identifier = identifier;
    this.#inFlight.set(identifier, entry);
    this.#transmit(entry, { duplicate: false });
  }

  #transmit(entry: Entry, { duplicate }: { readonly duplicate: boolean }): void {
    const { identifier, queuedAt, messageExpirySeconds } = entry;
    const waitedSeconds = Math.floor((this.clock.now() - queuedAt) / 1000);
    const expiry =
      messageExpirySeconds === undefined
        ? {}
        : { messageExpirySeconds: Math.max(1, messageExpirySeconds - waitedSeconds) };
    if (identifier !== 0) this.#awaitAnswer(identifier);
    this.#link?.publish({ ...entry, ...expiry, duplicate });
  }

  #awaitAnswer(identifier: number): void {
    const { acknowledgementTimeoutMilliseconds, onAcknowledgementTimeout } = this.options;
    this.#deadlines.set(identifier, this.clock.schedule(acknowledgementTimeoutMilliseconds, onAcknowledgementTimeout));
  }

  #finish(identifier: number): void {
    this.#inFlight.delete(identifier);
    this.#deadlines.get(identifier)?.cancel();
    this.#deadlines.delete(identifier);
    this.identifiers.release(identifier);
  }

  #expireLater(entry: Entry): void {
    const seconds = Math.min(
      this.options.queueExpirySeconds ?? Number.POSITIVE_INFINITY,
      entry.messageExpirySeconds ?? Number.POSITIVE_INFINITY,
    );
    if (!Number.isFinite(seconds) || entry.expiry !== undefined) return;
    entry.expiry = this.clock.schedule(entry.queuedAt + seconds * 1000 - this.clock.now(), () => {
      const index = this.#waiting.indexOf(entry);
      if (index === -1) return;
      this.#waiting.splice(index, 1);
      entry.reject(
        new LastwillError(
          'DELIVERY_FAILED',
          `a message to ${entry.topic} expired after ${seconds} s without a connection`,
        ),
      );
    });
  }
}

/**
 * Whether a message cannot be sent again: it belongs to the connection, or stands for its topic by an alias, which ends
 * with the connection, or has QoS 2: where that exchange broke off cannot be told, and sending it anew could deliver it twice.
 */
function endsWithConnection(entry: Entry): boolean {
  return entry.ofConnection || entry.topic === '' || entry.qos === 2;
}

function brokenOff({ topic, topicAlias }: Entry): LastwillError {
  const where = topic === '' ? `topic alias ${topicAlias}` : topic;
  return new LastwillError('DELIVERY_FAILED', `the connection ended while a message to ${where} was under way`);
}

function refusal(topic: string, answer: Acknowledgement): LastwillError {
  const reason = answer.reasonString === undefined ? '' : `: ${answer.reasonString}`;
  return new LastwillError(
    'OPERATION_REFUSED',
    `the broker refused a message to ${topic} with reason code ${describeReason(answer.reasonCode)}${reason}`,
  );
}
