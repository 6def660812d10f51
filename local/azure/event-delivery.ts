import type { Clock, Timer } from '../../presence/clock';
import type { CloudEvent } from '../../semantics/event-grid/cloud-event';
import type { EventLog } from '../event-log';
import type { EventSubscriptionDefinition } from './routing-definition';
import { type Http, isLoopback } from './webhook';

/** Seconds before each further attempt. @see https://learn.microsoft.com/en-us/azure/event-grid/delivery-and-retry */
const RETRY_SECONDS = [10, 30, 60, 300, 600, 1_800, 3_600, 10_800, 21_600, 43_200];
const ORIGIN = 'eventgrid.azure.net';

/** What a delivery needs of the world. */
export interface DeliveryOptions {
  readonly clock: Clock;
  readonly log: EventLog;
  readonly http: Http;
}

/** Delivers the events of one subscription: to a webhook on this machine, else into the event log. */
export class EventDelivery {
  readonly #subscription: EventSubscriptionDefinition;
  readonly #options: DeliveryOptions;
  readonly #waiting = new Set<Timer>();
  #handshake: Promise<string | undefined> | undefined;
  #closed = false;

  constructor(subscription: EventSubscriptionDefinition, options: DeliveryOptions) {
    this.#subscription = subscription;
    this.#options = options;
  }

  /** Starts to deliver an event; whatever becomes of it is in the event log. */
  deliver(event: CloudEvent): void {
    const { endpointType, endpoint } = this.#subscription.destination;
    if (endpointType === 'WebHook' && isLoopback(endpoint)) this.#attempt(event, 1, this.#options.clock.now());
    else this.#write(event, 'recorded');
  }

  /** Gives up what has not been delivered; from then on nothing is written. */
  close(): void {
    this.#closed = true;
    for (const timer of this.#waiting) timer.cancel();
    this.#waiting.clear();
  }

  #attempt(event: CloudEvent, number: number, since: number): void {
    this.#post(event).then(
      () => this.#write(event, 'succeeded'),
      (error: unknown) => this.#failed(event, number, since, error instanceof Error ? error.message : String(error)),
    );
  }

  #failed(event: CloudEvent, number: number, since: number, reason: string): void {
    if (this.#closed) return;
    const { maximumDeliveryAttempts, eventTimeToLiveMinutes } = this.#subscription;
    const { clock } = this.#options;
    const delay = (RETRY_SECONDS[number - 1] ?? 43_200) * 1000;
    const expires = since + eventTimeToLiveMinutes * 60_000;
    if (number >= maximumDeliveryAttempts || clock.now() + delay > expires) {
      this.#write(event, 'failed', `${reason}; given up after ${number} attempts`);
      return;
    }
    this.#write(event, 'failed', `${reason}; tried again in ${delay / 1000} seconds`);
    const timer = clock.schedule(delay, () => {
      this.#waiting.delete(timer);
      this.#attempt(event, number + 1, since);
    });
    this.#waiting.add(timer);
  }

  async #post(event: CloudEvent): Promise<void> {
    this.#handshake ??= this.#shakeHands();
    const refusal = await this.#handshake;
    if (refusal !== undefined) {
      this.#handshake = undefined;
      throw new Error(refusal);
    }
    const headers = { 'content-type': 'application/cloudevents+json; charset=utf-8', 'aeg-event-type': 'Notification' };
    const url = this.#subscription.destination.endpoint;
    const { status } = await this.#options.http({ method: 'POST', url, headers, body: JSON.stringify(event) });
    if (status < 200 || status > 204) throw new Error(`the webhook answered ${status}`);
  }

  // https://learn.microsoft.com/en-us/azure/event-grid/end-point-validation-cloud-events-schema
  async #shakeHands(): Promise<string | undefined> {
    const url = this.#subscription.destination.endpoint;
    try {
      const { status, headers } = await this.#options.http({
        method: 'OPTIONS',
        url,
        headers: { 'webhook-request-origin': ORIGIN },
      });
      const allowed = headers['webhook-allowed-origin'];
      if (status === 200 && (allowed === '*' || allowed === ORIGIN)) return undefined;
      return `the webhook must answer OPTIONS with 200 and WebHook-Allowed-Origin: ${ORIGIN}, got ${status} and ${allowed ?? 'none'}`;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  #write(event: CloudEvent, outcome: 'succeeded' | 'failed' | 'recorded', reason?: string): void {
    if (this.#closed) return;
    const { name, destination } = this.#subscription;
    this.#options.log.write({
      type: 'action',
      topic: String(event.subject),
      action: destination.endpointType,
      resource: destination.endpoint,
      ...(reason === undefined ? {} : { reason }),
      payload: Buffer.from(JSON.stringify(event)),
      details: { outcome, eventSubscription: name, eventId: event.id },
    });
  }
}
