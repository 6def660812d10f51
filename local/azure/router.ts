import type { Randomness } from '../../presence/randomness';
import { routedEvent } from '../../semantics/event-grid/cloud-event';
import { enrich } from '../../semantics/event-grid/enrichment';
import { passesFilter } from '../../semantics/event-grid/event-filter';
import type { Message, MessageSink, Origin } from '../ports';
import { type DeliveryOptions, EventDelivery } from './event-delivery';
import type { AzureRegistry } from './registry';

/** What a {@link MessageRouter} is made of. */
export interface MessageRouterOptions extends DeliveryOptions {
  readonly registry: AzureRegistry;
  readonly randomness: Randomness;
}

/**
 * Routes every published message, wills included, as a CloudEvent to the event subscriptions of the routed topic.
 * @see https://learn.microsoft.com/en-us/azure/event-grid/mqtt-routing
 */
export class MessageRouter implements MessageSink {
  readonly #options: MessageRouterOptions;
  readonly #deliveries: readonly {
    readonly delivery: EventDelivery;
    readonly filter: Readonly<Record<string, unknown>>;
  }[];

  constructor(options: MessageRouterOptions) {
    this.#options = options;
    this.#deliveries = (options.registry.routing?.subscriptions ?? []).map((subscription) => ({
      delivery: new EventDelivery(subscription, options),
      filter: subscription.filter,
    }));
  }

  accept(message: Message, origin: Origin): 'deliver' {
    const { registry, randomness, clock } = this.#options;
    if (registry.routing === undefined) return 'deliver';
    const client = registry.clients.get(origin.principal?.toLowerCase() ?? '');
    const event = routedEvent(message, {
      namespaceName: registry.namespace.name,
      id: randomness.uuid(),
      time: clock.now(),
      enrichments: enrich(registry.routing.enrichments, message, client?.identity),
    });
    const passing = this.#deliveries.filter(({ filter }) => passesFilter(event, filter));
    if (passing.length === 0) this.#record(message, event);
    for (const { delivery } of passing) delivery.deliver(event);
    return 'deliver';
  }

  /** Gives up what has not been delivered. */
  close(): void {
    for (const { delivery } of this.#deliveries) delivery.close();
  }

  // So that a filter that lets nothing through can be seen.
  #record(message: Message, event: unknown): void {
    this.#options.log.write({
      type: 'action',
      topic: message.topic,
      action: 'EventGridTopic',
      resource: this.#options.registry.routing?.topicId ?? '',
      payload: Buffer.from(JSON.stringify(event)),
      details: { outcome: 'recorded' },
    });
  }
}
