import type { Enrichment } from '../../semantics/event-grid/enrichment';
import { isJsonObject, own } from '../json-value';
import type { ResolvedResource } from '../resolved-template';
import { type ResourceProblems, ResourceReader } from './resource-reader';
import type { EventDestination, EventSubscriptionDefinition, Routing } from './routing-definition';

/** An event subscription of a custom topic: a child of it, or an extension with the topic as its parent. */
export const EVENT_SUBSCRIPTION = /^Microsoft\.EventGrid\/(topics\/)?eventSubscriptions$/i;

const CONFIGURATION = 'properties.topicSpacesConfiguration';

/** Reads where a namespace routes published messages to; `undefined` when it does not. */
export function loadRouting(
  resources: readonly ResolvedResource[],
  namespace: ResourceReader | undefined,
  problems: ResourceProblems,
): Routing | undefined {
  const topicId = namespace?.text(`${CONFIGURATION}.routeTopicResourceId`);
  if (namespace === undefined || topicId === undefined || topicId === '') return undefined;
  const topic = resources.find(({ ref }) => ref.toLowerCase() === topicId.toLowerCase());
  if (topic !== undefined) checkTopic(new ResourceReader(topic, problems));
  const subscriptions = resources
    .filter(
      ({ type, properties }) =>
        EVENT_SUBSCRIPTION.test(type) && String(properties.parent_id).toLowerCase() === topicId.toLowerCase(),
    )
    .flatMap((resource) => subscription(new ResourceReader(resource, problems)));
  return { topicId, enrichments: enrichmentsOf(namespace), subscriptions };
}

// Messages are routed as CloudEvents only. https://learn.microsoft.com/en-us/azure/event-grid/mqtt-routing
function checkTopic(topic: ResourceReader): void {
  const schema = topic.text('properties.inputSchema');
  if (schema === 'CloudEventSchemaV1_0') return;
  // Namespace topics take nothing else and need not say so.
  if (/\/namespaces\/topics$/i.test(topic.resource.type) && schema === undefined) return;
  topic.refuse('properties.inputSchema', "'CloudEventSchemaV1_0' for a topic that MQTT messages are routed to", schema);
}

function enrichmentsOf(namespace: ResourceReader): Enrichment[] {
  const read = (kind: 'static' | 'dynamic'): Enrichment[] =>
    namespace.list(`${CONFIGURATION}.routingEnrichments.${kind}`).flatMap((item, index) => {
      const key = isJsonObject(item) ? own(item, 'key') : undefined;
      const value = isJsonObject(item) ? own(item, 'value') : undefined;
      if (typeof key === 'string' && typeof value === 'string') return [{ key, value, dynamic: kind === 'dynamic' }];
      namespace.refuse(`${CONFIGURATION}.routingEnrichments.${kind}[${index}]`, 'a key and a value', item);
      return [];
    });
  return [...read('static'), ...read('dynamic')];
}

function subscription(reader: ResourceReader): EventSubscriptionDefinition[] {
  const destination = destinationOf(reader);
  if (destination === undefined) {
    reader.refuse('properties.destination', 'given, with its endpointType', undefined);
    return [];
  }
  return [
    {
      name: reader.name,
      destination,
      filter: reader.object('properties.filter'),
      maximumDeliveryAttempts: reader.integer('properties.retryPolicy.maxDeliveryAttempts', 1, 30) ?? 30,
      eventTimeToLiveMinutes: reader.integer('properties.retryPolicy.eventTimeToLiveInMinutes', 1, 1440) ?? 1440,
    },
  ];
}

function destinationOf(reader: ResourceReader): EventDestination | undefined {
  const paths = ['properties.destination', 'properties.deliveryWithResourceIdentity.destination'];
  const path = paths.find((candidate) => reader.value(candidate) !== undefined);
  if (path === undefined) return undefined;
  const endpointType = reader.text(`${path}.endpointType`);
  const endpoint = reader.text(`${path}.properties.endpointUrl`) ?? reader.text(`${path}.properties.resourceId`);
  return endpointType === undefined ? undefined : { endpointType, endpoint: endpoint ?? '' };
}
