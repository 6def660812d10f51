import type { StampedEntry } from '../local/event-log';
import { isJsonObject, own } from '../local/json-value';
import { type ReadablePayload, readablePayload } from './payload';

/** An event that Event Grid routed out of the namespace and handed to a subscription, with the message's payload. */
export interface RoutedEvent extends ReadablePayload {
  /** Name of the event subscription. */
  readonly eventSubscription: string;
  /** As ARM spells it, e.g. `WebHook`. */
  readonly endpointType: string;
  /** URL or ARM id. */
  readonly endpoint: string;
  /** MQTT topic of the message. */
  readonly topic: string;
  /** `recorded` when the destination is not on this machine. */
  readonly outcome: 'succeeded' | 'failed' | 'recorded';
  /** The CloudEvent that is delivered. */
  readonly event: Readonly<Record<string, unknown>>;
}

/** The routed events that an event log tells of, in order. */
export function routedEventsIn(entries: readonly StampedEntry[]): RoutedEvent[] {
  return entries.flatMap((entry) => {
    const { type, topic = '', action = '', resource = '', payload, details = {} } = entry;
    const { eventSubscription, outcome } = details;
    if (type !== 'action' || typeof eventSubscription !== 'string' || payload === undefined) return [];
    const event: unknown = JSON.parse(payload.toString());
    if (!isJsonObject(event)) return [];
    return [
      {
        eventSubscription,
        endpointType: action,
        endpoint: resource,
        topic,
        outcome: outcome as RoutedEvent['outcome'],
        event,
        ...readablePayload(contentOf(event)),
      },
    ];
  });
}

function contentOf(event: Readonly<Record<string, unknown>>): Buffer {
  const encoded = own(event, 'data_base64');
  if (typeof encoded === 'string') return Buffer.from(encoded, 'base64');
  const data = own(event, 'data');
  return Buffer.from(typeof data === 'string' ? data : (JSON.stringify(data) ?? ''));
}
