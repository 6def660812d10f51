import type { EventGridNamespace } from '../../../../cloud-clients/azure/namespaces';
import type { RoutedTopic } from '../../../../cloud-clients/azure/resources';
import { type Check, failed, type Outcome, ok } from '../../check';
import { isSettled } from '../access-control';
import type { AzurePorts } from '../ports';
import { isNamespaceTopic, routedTopicId } from '../will-routes';

export const routing: Check<AzurePorts> = {
  name: 'routing',
  what: 'where messages are routed to a topic, that topic exists and takes them',
  why: 'a message that cannot be routed is dropped',
  run: async (ports) => {
    const topicId = await routedTopicId(ports);
    if (topicId === undefined) return ok('none: messages go to MQTT subscribers only');
    const topic = await ports.routedTopic(topicId);
    if (topic === undefined) {
      return failed(`${topicId}, to which messages are routed, does not exist`, 'deploy the topic, or another route');
    }
    return judge(await ports.namespace(), topic);
  },
};

// https://learn.microsoft.com/en-us/azure/event-grid/mqtt-routing
function judge({ location, properties }: EventGridNamespace, topic: RoutedTopic): Outcome {
  const { inputSchema, provisioningState } = topic.properties;
  const isCustom = !isNamespaceTopic(topic.id);
  if (properties.publicNetworkAccess === 'Disabled') {
    return failed('routing does not work without public network access', "set publicNetworkAccess to 'Enabled'");
  }
  if (!isSettled(topic.properties)) return failed(`topic ${topic.name} is ${provisioningState}`, 'deploy it again');
  if (isCustom && inputSchema !== 'CloudEventSchemaV1_0') {
    return failed(
      `topic ${topic.name} takes ${inputSchema ?? 'EventGridSchema'}, and MQTT messages are CloudEvents`,
      'replace it by a topic with inputSchema CloudEventSchemaV1_0',
    );
  }
  if (isCustom && topic.location !== undefined && !isSameRegion(topic.location, location)) {
    return failed(`topic ${topic.name} is in ${topic.location}, the namespace in ${location}`, 'use one in its region');
  }
  return ok(`${isCustom ? 'custom topic' : 'namespace topic'} ${topic.name}`);
}

/** Azure writes a region as `westus2` or as `West US 2`. */
function isSameRegion(one: string, other: string): boolean {
  const plain = (region: string): string => region.replaceAll(' ', '').toLowerCase();
  return plain(one) === plain(other);
}
