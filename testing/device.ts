import type { Acknowledgement, InProcessClient, InProcessMessage, ReceivedMessage } from '../local/in-process-client';
import type { Clock, Timer } from '../presence/clock';
import { LastwillError } from '../presence/errors';
import type { Link } from './link';
import { type Payload, payloadBytes, type ReadablePayload, readablePayload } from './payload';

/** A message that a device received. */
export type DeliveredMessage = Omit<ReceivedMessage, 'payload'> & ReadablePayload;

/** How a device publishes. */
export interface PublishOptions {
  /** @default 1 */
  readonly qos?: 0 | 1;
  /** @default false */
  readonly retain?: boolean;
  /** MQTT 5 properties, as `mqtt-packet` names them. @default - none */
  readonly properties?: InProcessMessage['properties'];
}

/** What a device is made of. */
export interface DeviceParts {
  readonly name: string;
  readonly client: InProcessClient;
  readonly link: Link;
  readonly clock: Clock;
  /** Seconds between two pings; 0 for none. */
  readonly pingSeconds: number;
  /** Resolves when everything has happened that happens without the clock moving. */
  readonly settle: () => Promise<void>;
  /** Whether a partition keeps the device from the broker. */
  readonly isApart: (device: Device) => boolean;
  /** Why the cloud refused what the client wanted, in its own words, the first refusal first. */
  readonly refusals: () => readonly string[];
}

/**
 * A device of a test, connected to the embedded cloud in memory. It answers the keep alive by itself, on the cloud's
 * clock, until it is cut off or falls silent. Every method resolves when all consequences that need no time have
 * happened: rules have run, messages have arrived.
 */
export class Device {
  /** The name that it connected with: of a thing, a certificate or a client. */
  readonly name: string;
  readonly clientId: string;
  readonly #parts: DeviceParts;
  #pinging: Timer | undefined;
  #isFrozen = false;

  constructor(parts: DeviceParts) {
    this.#parts = parts;
    this.name = parts.name;
    this.clientId = parts.client.clientId;
    this.#pingLater();
  }

  /** False once the device knows that its connection has ended. */
  get isConnected(): boolean {
    return this.#parts.client.isOpen;
  }

  /** True between {@link freeze} and {@link thaw}. */
  get isFrozen(): boolean {
    return this.#isFrozen;
  }

  /** The reason code of the DISCONNECT that the broker sent (MQTT 5). @default - the broker sent none */
  get disconnectReasonCode(): number | undefined {
    return this.#parts.client.disconnectReasonCode;
  }

  /** Everything that arrived, in order. */
  get received(): readonly DeliveredMessage[] {
    return this.#parts.client.received.map(({ payload, ...message }) => ({ ...message, ...readablePayload(payload) }));
  }

  /**
   * Publishes; an object travels as JSON.
   * @throws LastwillError OPERATION_REFUSED with the cloud's explanation when the broker refuses the message.
   */
  async publish(topic: string, payload: Payload, options: PublishOptions = {}): Promise<void> {
    const qos = options.qos ?? 1;
    const message = { ...options, qos, topic, payload: payloadBytes(payload) };
    const before = this.#parts.refusals().length;
    const answer = await this.#answer(`a message to ${topic}`, () => this.#parts.client.publish(message));
    await this.#parts.settle();
    if (answer !== undefined && answer.reasonCode >= 0x80) throw this.#refused(`a message to ${topic}`, answer, before);
  }

  /**
   * Subscribes.
   * @throws LastwillError OPERATION_REFUSED with the cloud's explanation when the broker refuses a filter.
   */
  async subscribe(
    filters: string | readonly string[],
    options: { /** @default 1 */ readonly qos?: 0 | 1 } = {},
  ): Promise<void> {
    const wanted = [filters].flat();
    const what = `the subscription to ${wanted.join(', ')}`;
    const before = this.#parts.refusals().length;
    const qos = options.qos ?? 1;
    const granted = await this.#answer(what, () => this.#parts.client.subscribe(wanted, { qos }));
    await this.#parts.settle();
    const refused = granted?.find((code) => code >= 0x80);
    if (refused !== undefined) throw this.#refused(what, { reasonCode: refused }, before);
  }

  /** Loses its connection without DISCONNECT, as when power fails and the network says so: the broker publishes the will. */
  async cut(): Promise<void> {
    this.#stopPinging();
    this.#parts.client.cut();
    await this.#parts.settle();
  }

  /**
   * Sends nothing any more, not even pings and acknowledgements; the connection stays open. The broker notices after
   * one and a half times the keep alive: see `cloud.advance()`.
   */
  goSilent(): void {
    this.#stopPinging();
    this.#parts.link.silence();
  }

  /** Vanishes so that the broker is not told: no packet moves in either direction, and the broker's side stays open. */
  async goHalfOpen(): Promise<void> {
    this.#stopPinging();
    this.#parts.link.breakOff();
    await this.#parts.settle();
  }

  /** Stops as a process that is suspended: reads nothing, sends nothing, until it is thawed. */
  freeze(): void {
    this.#isFrozen = true;
    this.#stopPinging();
    this.#parts.link.hold();
  }

  /** Goes on after {@link freeze}: reads what has come meanwhile, also that the broker has given it up. */
  async thaw(): Promise<void> {
    if (!this.#isFrozen) return;
    this.#isFrozen = false;
    if (!this.#parts.isApart(this)) this.#parts.link.release();
    this.#ping();
    await this.#parts.settle();
  }

  /** Disconnects properly: the broker discards the will, unless `reasonCode` is 0x04. @param reasonCode MQTT 5 only. @default 0 */
  async disconnect(reasonCode = 0): Promise<void> {
    this.#stopPinging();
    const closed = this.#parts.client.disconnect(reasonCode);
    // On a broken network the other side never closes.
    await Promise.race([closed, this.#parts.settle()]);
    await this.#parts.settle();
  }

  #pingLater(): void {
    const { clock, pingSeconds } = this.#parts;
    if (pingSeconds > 0) this.#pinging = clock.schedule(pingSeconds * 1000, () => this.#ping());
  }

  #ping(): void {
    if (!this.isConnected) return;
    // The answer never comes when the network is broken; that is for the broker to notice.
    this.#parts.client.ping().catch(() => undefined);
    this.#pingLater();
  }

  #stopPinging(): void {
    this.#pinging?.cancel();
    this.#pinging = undefined;
  }

  /** The broker's answer, or `undefined` when none can come: the network is broken. */
  async #answer<T>(what: string, ask: () => Promise<T>): Promise<T | undefined> {
    const before = this.#parts.refusals().length;
    if (!this.isConnected) {
      throw new LastwillError('OPERATION_REFUSED', `${what} of ${this.clientId} cannot be sent: it is not connected`);
    }
    const outcome = ask().then(
      (value) => ({ value }),
      (error: unknown) => ({ error }),
    );
    const settled = await Promise.race([outcome, this.#parts.settle().then(() => undefined)]);
    if (settled === undefined) return undefined;
    if ('value' in settled) return settled.value;
    const refusal = this.#parts.refusals().slice(before).at(-1);
    const reason = refusal ?? (settled.error instanceof Error ? settled.error.message : 'no answer');
    throw new LastwillError('OPERATION_REFUSED', `${what} of ${this.clientId}: ${reason}`, { cause: settled.error });
  }

  #refused(what: string, answer: Acknowledgement, before: number): LastwillError {
    const refusal = this.#parts.refusals().slice(before).at(-1);
    const reason = refusal ?? answer.reasonString ?? 'the broker does not say why';
    const code = `0x${answer.reasonCode.toString(16)}`;
    return new LastwillError('OPERATION_REFUSED', `the broker refused ${what} with reason code ${code}: ${reason}`);
  }
}
