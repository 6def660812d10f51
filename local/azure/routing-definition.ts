import type { Enrichment } from '../../semantics/event-grid/enrichment';
import type { JsonObject } from '../json-value';

/** Where an event subscription delivers to. */
export interface EventDestination {
  /** E.g. `WebHook`, `AzureFunction`, `ServiceBusQueue`. */
  readonly endpointType: string;
  /** URL of a webhook, ARM id of anything else. */
  readonly endpoint: string;
}

/** An event subscription of the routed topic. */
export interface EventSubscriptionDefinition {
  readonly name: string;
  readonly destination: EventDestination;
  /** As in the template. */
  readonly filter: JsonObject;
  readonly maximumDeliveryAttempts: number;
  readonly eventTimeToLiveMinutes: number;
}

/** Where published messages go besides their subscribers. */
export interface Routing {
  /** ARM id of the topic. */
  readonly topicId: string;
  readonly enrichments: readonly Enrichment[];
  readonly subscriptions: readonly EventSubscriptionDefinition[];
}
