import {
  CustomTopic,
  LwtMonitor,
  MqttRouting,
  NamespaceTopic,
  NotificationPath,
  UserAssignedIdentity,
} from '../../../constructs/azure';
import { newNamespace, newStack, propertiesOf, synthesized } from './synthesized';

const SUBSCRIPTIONS = 'Microsoft.EventGrid/topics/eventSubscriptions@';
const pathTo = (host: string) => NotificationPath.webhook(`https://${host}.example.com`);

test('two monitors of one namespace are told by one routed topic, each by a subscription of its own', () => {
  const stack = newStack();
  const namespace = newNamespace(stack, {}, 'ns1');
  new LwtMonitor(stack, 'Pumps', { namespace, willTopic: 'pumps/{device}', notificationPath: pathTo('pumps') });
  new LwtMonitor(stack, 'Lamps', { namespace, willTopic: 'lamps/{device}', notificationPath: pathTo('lamps') });

  const { resources } = synthesized(stack);

  expect(resources('Microsoft.EventGrid/topics@')).toHaveLength(1);
  expect(resources(SUBSCRIPTIONS).map(propertiesOf)).toMatchObject([
    {
      filter: { subjectBeginsWith: 'lamps/' },
      destination: { properties: { endpointUrl: 'https://lamps.example.com' } },
    },
    {
      filter: { subjectBeginsWith: 'pumps/' },
      destination: { properties: { endpointUrl: 'https://pumps.example.com' } },
    },
  ]);
});

test('a path delivers from the custom topic to which the namespace routes already', () => {
  const stack = newStack();
  const namespace = newNamespace(stack, {}, 'ns1');
  const { resourceGroup } = namespace;
  const topic = new CustomTopic(stack, 'all', { resourceGroup });
  namespace.routeTo(
    MqttRouting.toCustomTopic(topic, { identity: new UserAssignedIdentity(stack, 'router', { resourceGroup }) }),
  );
  new LwtMonitor(stack, 'Pumps', { namespace, notificationPath: pathTo('pumps') });

  expect(synthesized(stack).resources(SUBSCRIPTIONS)).toMatchObject([{ parent_id: '${azapi_resource.all.id}' }]);
});

test('fails on options of the topic when there is one already', () => {
  const stack = newStack();
  const namespace = newNamespace(stack, {}, 'ns1');
  new LwtMonitor(stack, 'Pumps', { namespace, notificationPath: pathTo('pumps') });
  const notificationPath = NotificationPath.webhook('https://example.com', { topicName: 'wills' });

  expect(() => new LwtMonitor(stack, 'Lamps', { namespace, willTopic: 'lamps/{device}', notificationPath })).toThrow(
    "[stack/Lamps/Notification] topicName must be left out where the namespace routes to a topic already: its options were given then, got 'wills'",
  );
});

test('fails beside a route to a topic of the namespace itself, from which nothing is delivered', () => {
  const stack = newStack();
  const namespace = newNamespace(stack, {}, 'ns1');
  namespace.routeTo(MqttRouting.toNamespaceTopic(new NamespaceTopic(stack, 'own', { namespace })));

  expect(() => new LwtMonitor(stack, 'Pumps', { namespace, notificationPath: pathTo('pumps') })).toThrow(
    'routing must be set once: a namespace routes to one topic',
  );
});

test('fails on a workspace that is no ARM id', () => {
  const stack = newStack();
  const namespace = newNamespace(stack, {}, 'ns1');
  const { resourceGroup } = namespace;
  const notificationPath = NotificationPath.logAlert({ workspaceId: 'logs', resourceGroup });

  expect(() => new LwtMonitor(stack, 'Lwt', { namespace, notify: ['a@x.org'], notificationPath })).toThrow(
    "workspaceId must be an ARM id (/subscriptions/...), got 'logs'",
  );
});

test('fails with everything that is wrong with a monitor at once, naming the construct', () => {
  const stack = newStack();
  const namespace = newNamespace(stack, {}, 'ns1');

  expect(() => new LwtMonitor(stack, 'Lwt', { namespace, willTopic: 'a/+', executedTopic: 'done' })).toThrow(
    "[stack/Lwt] willTopic must be a topic name without the wildcards + and #, got 'a/+'; " +
      "executedTopic must be left out on Azure, where nothing republishes a message into MQTT, got 'done'",
  );
});
