import {
  AzapiProvider,
  CustomTopic,
  EventDestination,
  EventGridNamespace,
  EventSubscription,
  LwtMonitor,
  MqttClient,
  MqttRouting,
  ResourceGroup,
  TopicSpace,
  UserAssignedIdentity,
} from '../../../constructs/azure';
import { newNamespace, newStack, synthesized } from './synthesized';

const PROVIDERS = '/subscriptions/s/resourceGroups/rg/providers';
const TOPIC_ID = `${PROVIDERS}/Microsoft.EventGrid/topics/all`;

test('a namespace that exists is imported by name, below its resource group', () => {
  const stack = newStack();
  const resourceGroup = ResourceGroup.fromResourceGroupName(stack, 'rg', {
    resourceGroupName: 'plant',
    location: 'westus2',
  });
  const namespace = EventGridNamespace.fromNamespaceName(stack, 'ns', { namespaceName: 'plant-mqtt', resourceGroup });
  new TopicSpace(stack, 'space', { namespace, topicTemplates: ['a'] });

  expect(synthesized(stack).resources('Microsoft.EventGrid/namespaces/topicSpaces@')).toMatchObject([
    {
      parent_id:
        '${data.azapi_client_config.azapi-client-config.subscription_resource_id}/resourceGroups/plant/providers/Microsoft.EventGrid/namespaces/plant-mqtt',
    },
  ]);
});

test('a custom topic and an identity that exist can be routed to, with the role that it takes', () => {
  const stack = newStack();
  const namespace = newNamespace(stack, {}, 'ns1');
  const topic = CustomTopic.fromTopicId(stack, 'topic', { topicId: TOPIC_ID, location: 'westus2' });
  const identity = UserAssignedIdentity.fromIdentityId(stack, 'identity', {
    identityId: `${PROVIDERS}/Microsoft.ManagedIdentity/userAssignedIdentities/router`,
    principalId: '1a2b',
  });
  namespace.routeTo(MqttRouting.toCustomTopic(topic, { identity, after: [topic.grantSend(identity)] }));
  new EventSubscription(stack, 'wills', { topic, destination: EventDestination.webhook('https://example.com') });

  const { resources } = synthesized(stack);

  expect(resources('Microsoft.Authorization/roleAssignments@')).toMatchObject([
    { parent_id: TOPIC_ID, body: { properties: { principalId: '1a2b' } } },
  ]);
  expect(resources('Microsoft.EventGrid/topics/eventSubscriptions@')).toMatchObject([{ parent_id: TOPIC_ID }]);
  expect(resources('Microsoft.EventGrid/topics@')).toEqual([]);
});

test('the settings of a client that is declared elsewhere can be asked for', () => {
  const stack = newStack();
  const namespace = newNamespace(stack);
  const monitor = new LwtMonitor(stack, 'Lwt', { namespace });
  const client = MqttClient.fromAuthenticationName(stack, 'pump7', { namespace, authenticationName: 'pump7' });

  expect(monitor.settingsOf(client).willTopic).toBe('clients/pump7/status');
});

test.each([
  [
    () => CustomTopic.fromTopicId(newStack(), 'topic', { topicId: 'all', location: 'westus2' }),
    "[stack/topic] topicId must be an ARM id (/subscriptions/...), got 'all'",
  ],
  [
    () => UserAssignedIdentity.fromIdentityId(newStack(), 'id', { identityId: 'router', principalId: '1' }),
    "[stack/id] identityId must be an ARM id (/subscriptions/...), got 'router'",
  ],
  [
    () => {
      const stack = newStack();
      new AzapiProvider(stack, 'another', { alias: 'other' });
      const resourceGroup = new ResourceGroup(stack, 'rg', { location: 'westus2' });
      return EventGridNamespace.fromNamespaceName(stack, 'ns', { namespaceName: 'my_ns', resourceGroup });
    },
    "namespaceName must be 3 to 50 letters, digits and hyphens, got 'my_ns'",
  ],
  [
    () => {
      const stack = newStack();
      return MqttClient.fromAuthenticationName(stack, 'c', { namespace: newNamespace(stack), authenticationName: '' });
    },
    "[stack/c] authenticationName must be 1 to 128 characters long, got ''",
  ],
])('fails to import what cannot be: %#', (importWrongly, message) => {
  expect(importWrongly).toThrow(message);
});
