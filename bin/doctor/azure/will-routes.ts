import type { TopicSpacesConfiguration } from '../../../cloud-clients/azure/namespaces';
import type { EventDestination, EventSubscription } from '../../../cloud-clients/azure/resources';
import { type CloudEvent, routedEvent } from '../../../semantics/event-grid/cloud-event';
import { type Enrichment, enrich } from '../../../semantics/event-grid/enrichment';
import { filterProblem } from '../../../semantics/event-grid/event-filter';
import { identityOf, isSettled } from './access-control';
import type { AzurePorts } from './ports';

/** What an event subscription makes of the will. */
export interface RouteVerdict {
  readonly name: string;
  /** E.g. `WebHook https://example.com/hook`. */
  readonly destination: string;
  /** Why the will does not get there, in words that follow the name. @default - it does */
  readonly problem?: string;
  /** What it takes that it does. @default - nothing more */
  readonly condition?: string;
}

/** ARM id of the topic that every message is routed to; `undefined` when none is. */
export async function routedTopicId(ports: AzurePorts): Promise<string | undefined> {
  const { topicSpacesConfiguration } = (await ports.namespace()).properties;
  const id = topicSpacesConfiguration?.routeTopicResourceId;
  return id === undefined || id === null || id === '' ? undefined : id;
}

/** Whether an ARM id is that of a topic of a namespace, not of a custom topic. */
export function isNamespaceTopic(topicId: string): boolean {
  return /\/providers\/Microsoft\.EventGrid\/namespaces\/[^/]+\/topics\/[^/]+$/i.test(topicId);
}

/** What each event subscription of the routed topic makes of the will; empty when nothing is routed. */
export async function routeVerdicts(ports: AzurePorts): Promise<readonly RouteVerdict[]> {
  const topicId = await routedTopicId(ports);
  if (topicId === undefined) return [];
  const subscriptions = await ports.eventSubscriptions(topicId);
  if (subscriptions.length === 0) return [];
  const [text, bytes] = await Promise.all([willEvent(ports, true), willEvent(ports, false)]);
  return subscriptions.map((subscription) => ({
    name: subscription.name,
    destination: destinationOf(subscription),
    ...judge(subscription, { text, bytes }, ports.clock.now()),
  }));
}

function judge(
  { properties }: EventSubscription,
  events: { readonly text: CloudEvent; readonly bytes: CloudEvent },
  now: number,
): Pick<RouteVerdict, 'problem' | 'condition'> {
  const { provisioningState, expirationTimeUtc, filtersConfiguration } = properties;
  if (!isSettled(properties)) return { problem: `is ${provisioningState}` };
  if (expirationTimeUtc !== undefined && expirationTimeUtc !== null && Date.parse(expirationTimeUtc) < now) {
    return { problem: `expired on ${expirationTimeUtc}` };
  }
  const ofNamespace = {
    includedEventTypes: filtersConfiguration?.includedEventTypes,
    advancedFilters: filtersConfiguration?.filters,
  };
  const filter = filtersConfiguration === undefined ? (properties.filter ?? {}) : ofNamespace;
  const problem = filterProblem(events.bytes, filter);
  if (problem !== undefined && filterProblem(events.text, filter) !== undefined) return { problem };
  const conditions = [
    // https://learn.microsoft.com/en-us/azure/event-grid/mqtt-routing-event-schema
    ...(problem === undefined ? [] : ['the will says that it is text (MQTT 5, payload format indicator 1)']),
    ...(deliversAsIdentity(properties) ? ['the identity that delivers may, whose roles there are not looked at'] : []),
  ];
  return conditions.length === 0 ? {} : { condition: `if ${conditions.join(' and ')}` };
}

function deliversAsIdentity({ deliveryWithResourceIdentity, deliveryConfiguration }: EventSubscription['properties']) {
  return [deliveryWithResourceIdentity, deliveryConfiguration?.push?.deliveryWithResourceIdentity].some(
    (delivery) => delivery !== undefined && delivery !== null,
  );
}

/** The will as it is routed: its payload can be filtered when it says that it is text. */
async function willEvent(ports: AzurePorts, payloadFormatIndicator: boolean): Promise<CloudEvent> {
  const { name, properties } = await ports.namespace();
  const { willTopic: topic, willPayload } = ports.subject;
  const message = { topic, payload: Buffer.from(willPayload), properties: { payloadFormatIndicator } };
  const client = await ports.client();
  const enrichments = enrichmentsOf(properties.topicSpacesConfiguration);
  return routedEvent(message, {
    namespaceName: name,
    id: 'will',
    time: ports.clock.now(),
    enrichments: enrich(enrichments, message, client === undefined ? undefined : identityOf(client)),
  });
}

function enrichmentsOf(configuration: TopicSpacesConfiguration | undefined): readonly Enrichment[] {
  return (['static', 'dynamic'] as const).flatMap((kind) =>
    (configuration?.routingEnrichments?.[kind] ?? []).map(({ key = '', value = '' }) => ({
      key,
      value,
      dynamic: kind === 'dynamic',
    })),
  );
}

function destinationOf({ properties }: EventSubscription): string {
  const { deliveryConfiguration, destination, deliveryWithResourceIdentity } = properties;
  if (deliveryConfiguration?.deliveryMode === 'Queue') return 'consumers that pull';
  const { push } = deliveryConfiguration ?? {};
  return describe(
    destination ??
      deliveryWithResourceIdentity?.destination ??
      push?.destination ??
      push?.deliveryWithResourceIdentity?.destination,
  );
}

function describe(destination: EventDestination | undefined): string {
  if (destination === undefined) return 'a destination that is not told';
  const { endpointBaseUrl, resourceId, queueName } = destination.properties ?? {};
  const id = typeof resourceId === 'string' ? resourceId.split('/').pop() : undefined;
  const parts = [destination.endpointType, endpointBaseUrl ?? id, queueName];
  return parts.filter((part) => typeof part === 'string').join(' ');
}
