import type { TerraformStack } from 'cdktf';
import { CertificateAuthentication } from '../../../constructs/azure/certificate-authentication';
import { ClientGroup } from '../../../constructs/azure/client-group';
import { ClientGroupQuery } from '../../../constructs/azure/client-group-query';
import { EventGridNamespace } from '../../../constructs/azure/event-grid-namespace';
import { LwtMonitor, type LwtMonitorProps } from '../../../constructs/azure/lwt-monitor';
import { MqttClient } from '../../../constructs/azure/mqtt-client';
import { NotificationPath } from '../../../constructs/azure/notification-path';
import { newNamespace, newStack, propertiesOf, synthesized, thumbprintOf } from './synthesized';

const SPACES = 'Microsoft.EventGrid/namespaces/topicSpaces@';
const BINDINGS = 'Microsoft.EventGrid/namespaces/permissionBindings@';
const SUBSCRIPTIONS = 'Microsoft.EventGrid/topics/eventSubscriptions@';

interface Monitored {
  readonly stack: TerraformStack;
  readonly monitor: LwtMonitor;
}

function monitored(props: Partial<LwtMonitorProps> = {}): Monitored {
  const stack = newStack();
  const namespace = newNamespace(stack, {}, 'ns1');
  const group = (name: string): ClientGroup =>
    new ClientGroup(stack, `${name}s`, { namespace, query: ClientGroupQuery.attribute('type').equals(name) });
  const publishers = group('sensor');
  const monitor = new LwtMonitor(stack, 'Lwt', { namespace, publishers, subscribers: group('actuator'), ...props });
  for (const type of ['sensor', 'actuator']) addClient(stack, namespace, type);
  return { stack, monitor };
}

function addClient(stack: TerraformStack, namespace: EventGridNamespace, type: string): MqttClient {
  const certificateAuthentication = CertificateAuthentication.byThumbprint(thumbprintOf(type));
  return new MqttClient(stack, `${type}1`, { namespace, certificateAuthentication, attributes: { type } });
}

test('devices publish on their own topic only, subscribers hear of all', () => {
  const { resources, warnings } = synthesized(monitored().stack);

  expect(resources(SPACES).map((space) => [space.name, propertiesOf(space).topicTemplates])).toEqual([
    ['Lwt-Publish', ['clients/$${client.authenticationName}/status']],
    ['Lwt-Subscribe', ['clients/+/status']],
  ]);
  expect(resources(BINDINGS).map((binding) => [binding.name, propertiesOf(binding)])).toMatchObject([
    ['Lwt-Publish-sensors-Publisher', { clientGroupName: '${azapi_resource.sensors.name}', permission: 'Publisher' }],
    [
      'Lwt-Subscribe-actuators-Subscriber',
      { clientGroupName: '${azapi_resource.actuators.name}', permission: 'Subscriber' },
    ],
  ]);
  expect(warnings).toEqual([]);
});

test('by default every client may leave its own will', () => {
  const stack = newStack();
  new LwtMonitor(stack, 'Lwt', { namespace: newNamespace(stack, { sharedWithOtherApps: true }) });

  const { resources, warnings } = synthesized(stack);
  expect(resources(BINDINGS).map(propertiesOf)).toMatchObject([{ clientGroupName: '$all', permission: 'Publisher' }]);
  expect(warnings).toEqual([
    'there are neither subscribers nor a notificationPath: nobody is told when a device dies [ack: lastwill:nobodyNotified]',
  ]);
});

// https://learn.microsoft.com/en-us/azure/event-grid/mqtt-access-control
test('watchers may subscribe to what subscribers may, by a binding of their own', () => {
  const stack = newStack();
  const namespace = newNamespace(stack, { sharedWithOtherApps: true });
  const watchers = new ClientGroup(stack, 'watchers', {
    namespace,
    query: ClientGroupQuery.attribute('type').equals('watcher'),
  });
  new LwtMonitor(stack, 'Lwt', { namespace, watchers, connectedTopic: 'clients/{device}/connected' });

  const { resources, warnings } = synthesized(stack);

  expect(resources(SPACES).map((space) => propertiesOf(space).topicTemplates)[1]).toEqual([
    'clients/+/status',
    'clients/+/connected',
  ]);
  expect(resources(BINDINGS).map(propertiesOf)).toMatchObject([
    { clientGroupName: '$all', permission: 'Publisher' },
    { clientGroupName: '${azapi_resource.watchers.name}', permission: 'Subscriber' },
  ]);
  expect(warnings).toEqual([]);
});

test('the topic on which devices say that they are connected is theirs to publish on too', () => {
  const { stack } = monitored({ willTopic: 'a/{device}/will', connectedTopic: 'a/{device}/connected' });

  expect(
    synthesized(stack)
      .resources(SPACES)
      .map((space) => propertiesOf(space).topicTemplates),
  ).toEqual([
    ['a/$${client.authenticationName}/will', 'a/$${client.authenticationName}/connected'],
    ['a/+/will', 'a/+/connected'],
  ]);
});

test('a will topic without {device} is a warning', () => {
  expect(synthesized(monitored({ willTopic: 'wills' }).stack).warnings).toEqual([
    "topic 'wills' is shared: any device could report the death of another one. Put {device} into it, or acknowledge this [ack: lastwill:sharedWillTopic]",
  ]);
});

test('the settings of a device say how it connects and which will it leaves', () => {
  const { stack, monitor } = monitored({ willQos: 0, willRetain: true, willDelaySeconds: 30 });
  const client = addClient(stack, newNamespace(stack, {}, 'other'), 'pump');

  expect(monitor.settingsOf(client)).toEqual({
    username: 'pump1',
    clientId: 'pump1',
    willTopic: 'clients/pump1/status',
    willQos: 0,
    willRetain: true,
    willDelaySeconds: 30,
    sessionExpirySeconds: 30,
  });
});

test('fails when a member of the publishing group cannot leave its will', () => {
  const stack = newStack();
  const namespace = newNamespace(stack);
  new LwtMonitor(stack, 'Lwt', { namespace, subscribers: ClientGroup.everyClient(namespace) });
  const certificateAuthentication = CertificateAuthentication.byThumbprint(thumbprintOf('other'));
  new MqttClient(stack, 'x1', { namespace, certificateAuthentication, authenticationName: 'a/b' });

  expect(() => synthesized(stack)).toThrow(
    "client 'x1': will topic 'clients/a/b/status' must be covered by a topic template of a Publisher binding of the client, got none; " +
      "nearest is binding 'Lwt-Publish-all-Publisher': group '$all' on topic space 'Lwt-Publish', template 'clients/${client.authenticationName}/status', which stands for no topic for this client",
  );
});

test('fails to add a device that may not leave its will', () => {
  const { stack, monitor } = monitored();
  const namespace = stack.node.findChild('ns1') as EventGridNamespace;
  monitor.addDevice(addClient(stack, namespace, 'valve'));

  expect(() => synthesized(stack)).toThrow(
    "client 'valve1': will topic 'clients/valve1/status' must be covered by a topic template of a Publisher binding of the client, got none; " +
      "nearest is binding 'Lwt-Publish-sensors-Publisher'",
  );
});

test.each([
  [{ willDelaySeconds: 301 }, 'willDelaySeconds must be an integer from 0 to 300, got 301'],
  [{ willQos: 2 as 1 }, 'willQos must be 0 or 1, got 2'],
  [{ sessionExpirySeconds: 3601 }, 'sessionExpirySeconds must be an integer from 0 to 3600, got 3601'],
  [
    { willDelaySeconds: 60, sessionExpirySeconds: 10 },
    'willDelaySeconds must be at most sessionExpirySeconds (10), because the will is published when the session ends, got 60',
  ],
  [
    { executedTopic: 'executed' },
    "executedTopic must be left out on Azure, where nothing republishes a message into MQTT, got 'executed'",
  ],
])('fails on %j', (props, message) => {
  expect(() => monitored(props)).toThrow(message);
});

test('fails on e-mail addresses without a path, and lists the paths and how fast they are', () => {
  expect(() => monitored({ notify: ['support@example.com'] })).toThrow(
    'notify must be given together with a notificationPath on Azure: NotificationPath.webhook, azureFunction, storageQueue, serviceBusQueue or serviceBusTopic ' +
      '(within seconds, carries the will, each routed message is billed), or NotificationPath.logAlert (an e-mail some minutes later, sees the disconnect and never the will), got ["support@example.com"]',
  );
});

describe('notification', () => {
  const ID = '/subscriptions/s/resourceGroups/rg/providers';

  test.each([
    [NotificationPath.webhook('https://example.com/hook'), 'WebHook', { endpointUrl: 'https://example.com/hook' }],
    [
      NotificationPath.azureFunction(`${ID}/Microsoft.Web/sites/app/functions/fn`),
      'AzureFunction',
      { resourceId: `${ID}/Microsoft.Web/sites/app/functions/fn` },
    ],
    [
      NotificationPath.storageQueue(`${ID}/Microsoft.Storage/storageAccounts/sa`, 'wills'),
      'StorageQueue',
      { resourceId: `${ID}/Microsoft.Storage/storageAccounts/sa`, queueName: 'wills' },
    ],
    [
      NotificationPath.serviceBusQueue(`${ID}/Microsoft.ServiceBus/namespaces/sb/queues/q`),
      'ServiceBusQueue',
      { resourceId: `${ID}/Microsoft.ServiceBus/namespaces/sb/queues/q` },
    ],
    [
      NotificationPath.serviceBusTopic(`${ID}/Microsoft.ServiceBus/namespaces/sb/topics/t`),
      'ServiceBusTopic',
      { resourceId: `${ID}/Microsoft.ServiceBus/namespaces/sb/topics/t` },
    ],
  ])('routes wills to the destination that is named: %#', (notificationPath, endpointType, properties) => {
    const { resources, warnings } = synthesized(monitored({ notificationPath }).stack);

    expect(resources(SUBSCRIPTIONS)).toMatchObject([
      {
        parent_id: expect.stringMatching(/^\$\{azapi_resource\.Lwt_Notification_RoutedMessages_\w+\.id\}$/),
        body: {
          properties: {
            eventDeliverySchema: 'CloudEventSchemaV1_0',
            destination: { endpointType, properties },
            filter: {
              includedEventTypes: ['MQTT.EventPublished'],
              subjectBeginsWith: 'clients/',
              subjectEndsWith: '/status',
              isSubjectCaseSensitive: true,
            },
            retryPolicy: { maxDeliveryAttempts: 30, eventTimeToLiveInMinutes: 1440 },
          },
        },
      },
    ]);
    expect(resources('Microsoft.EventGrid/topics@')).toMatchObject([
      {
        location: 'westus2',
        body: { properties: { inputSchema: 'CloudEventSchemaV1_0', disableLocalAuth: true } },
      },
    ]);
    expect(resources('Microsoft.EventGrid/namespaces@').map(propertiesOf)).toMatchObject([
      {
        topicSpacesConfiguration: {
          routingEnrichments: {
            static: [],
            dynamic: [{ key: 'clientname', value: '$${client.authenticationName}' }],
          },
        },
      },
    ]);
    expect(warnings).toEqual([]);
  });

  test('a shared will topic is the whole filter', () => {
    const notificationPath = NotificationPath.webhook('https://example.com');
    const { resources } = synthesized(monitored({ notificationPath, willTopic: 'wills' }).stack);

    expect(resources(SUBSCRIPTIONS).map(propertiesOf)).toMatchObject([
      { filter: { subjectBeginsWith: 'wills', subjectEndsWith: 'wills' } },
    ]);
  });

  test('a webhook URL with a query and addresses that nothing mails by itself are warnings', () => {
    const notificationPath = NotificationPath.webhook('https://example.com/?sig=x');
    const { stack } = monitored({ notificationPath, notify: ['support@example.com'] });

    expect(synthesized(stack).warnings).toEqual([
      'notify: nothing is sent to support@example.com by itself; whatever receives the routed messages must do so [ack: lastwill:notifyLeftToDestination]',
      'the webhook URL has a query that may hold a secret and is written to the template and the Terraform state; pass a sensitive TerraformVariable [ack: lastwill:webhookUrlMayHoldSecret]',
    ]);
  });

  test('a log alert mails the addresses when clients lose their connection', () => {
    const stack = newStack();
    const namespace = newNamespace(stack, {}, 'ns1');
    const { resourceGroup } = namespace;
    const workspaceId = `${ID}/Microsoft.OperationalInsights/workspaces/w`;
    new LwtMonitor(stack, 'Lwt', {
      namespace,
      notify: ['support@example.com'],
      notificationPath: NotificationPath.logAlert({ workspaceId, resourceGroup }),
    });

    const { resources } = synthesized(stack);
    expect(resources('Microsoft.Insights/actionGroups@')).toMatchObject([
      {
        location: 'global',
        body: {
          properties: {
            groupShortName: 'lastwill',
            enabled: true,
            emailReceivers: [{ name: 'email1', emailAddress: 'support@example.com', useCommonAlertSchema: true }],
          },
        },
      },
    ]);
    expect(resources('Microsoft.Insights/diagnosticSettings@')).toMatchObject([
      {
        parent_id: '${azapi_resource.ns1.id}',
        body: { properties: { workspaceId, logs: [{ category: 'MqttDisconnections', enabled: true }] } },
      },
    ]);
    expect(resources('Microsoft.Insights/scheduledQueryRules@')).toMatchObject([
      {
        location: 'westus2',
        body: {
          properties: {
            scopes: [workspaceId],
            criteria: {
              allOf: [{ query: "EGNMqttDisconnections | where ResultSignature != 'ClientInitiatedDisconnect'" }],
            },
            actions: { actionGroups: [expect.stringContaining('ActionGroup')] },
          },
        },
      },
    ]);
  });

  test('fails to alert nobody', () => {
    const stack = newStack();
    const namespace = newNamespace(stack);
    const { resourceGroup } = namespace;
    const notificationPath = NotificationPath.logAlert({ workspaceId: `${ID}/w`, resourceGroup });

    expect(() => new LwtMonitor(stack, 'Lwt', { namespace, notificationPath })).toThrow(
      '[stack/Lwt/Notification] notify must be at least one e-mail address for NotificationPath.logAlert, got []',
    );
  });

  test.each([
    [() => NotificationPath.webhook('http://example.com'), "url must be an https URL, got 'http://example.com'"],
    [() => NotificationPath.azureFunction('fn'), "functionId must be an ARM id (/subscriptions/...), got 'fn'"],
    [() => NotificationPath.serviceBusQueue('q'), "queueId must be an ARM id (/subscriptions/...), got 'q'"],
  ])('fails on a destination that cannot be: %#', (act, message) => {
    expect(act).toThrow(message);
  });

  test('fails to route from a namespace of another app', () => {
    const stack = newStack();
    const namespace = EventGridNamespace.fromNamespaceId(stack, 'ns', {
      namespaceId: `${ID}/Microsoft.EventGrid/namespaces/ns9`,
    });
    const notificationPath = NotificationPath.webhook('https://example.com');

    expect(() => new LwtMonitor(stack, 'Lwt', { namespace, notificationPath })).toThrow(
      "namespace must be a namespace of this app, because its routing is set in its own definition, got 'stack/ns'",
    );
  });
});
