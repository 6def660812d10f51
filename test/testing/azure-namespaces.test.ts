import type { TerraformStack } from 'cdktf';
import {
  CertificateAuthentication,
  ClientGroup,
  EventGridNamespace,
  LwtMonitor,
  MqttClient,
  NotificationPath,
  TopicSpace,
} from '../../constructs/azure';
import { LocalCloud } from '../../testing';
import '../../testing/matchers';
import { newNamespace, newStack, thumbprintOf } from '../constructs/azure/synthesized';

const OFFICE = '/subscriptions/s/resourceGroups/rg/providers/Microsoft.EventGrid/namespaces/office';

function addClient(stack: TerraformStack, namespace: MqttClient['namespace'], name: string): MqttClient {
  const certificateAuthentication = CertificateAuthentication.byThumbprint(thumbprintOf(name));
  return new MqttClient(stack, name, { namespace, certificateAuthentication });
}

/** A plant of its own, and lamps in an office that exists. */
function plantAndOffice(): TerraformStack {
  const stack = newStack();
  const plant = newNamespace(stack, { namespaceName: 'plant' });
  addClient(stack, plant, 'pump1');
  const office = EventGridNamespace.fromNamespaceId(stack, 'office', { namespaceId: OFFICE });
  const space = new TopicSpace(stack, 'lamps', {
    namespace: office,
    topicTemplates: ['lamps/${client.authenticationName}'],
  });
  space.grantPublish(ClientGroup.everyClient(office));
  space.grantSubscribe(ClientGroup.fromClientGroupName(office, 'screens'));
  addClient(stack, office, 'lamp1');
  return stack;
}

test('of several namespaces the first that is declared runs, and a client of another one is told where to look', async () => {
  const cloud = await LocalCloud.deploy(plantAndOffice());

  expect((await cloud.connect('pump1')).clientId).toBe('pump1');
  await expect(cloud.connect('lamp1')).rejects.toThrow(
    "name must be a thing, certificate or client of the templates: 'pump1', got 'lamp1'; namespace may choose 'office' instead of 'plant'",
  );
});

test('a namespace that exists elsewhere runs by its name, with what the stack adds to it', async () => {
  const cloud = await LocalCloud.deploy(plantAndOffice(), { namespace: 'office' });
  const lamp = await cloud.connect('lamp1');

  await lamp.publish('lamps/lamp1', 'on');

  expect(cloud).toHavePublished('lamps/lamp1', 'on');
  await expect(lamp.subscribe('lamps/lamp1')).rejects.toThrow('refused');
});

test('fails for a namespace that the configuration does not have', async () => {
  await expect(LocalCloud.deploy(plantAndOffice(), { namespace: 'cellar' })).rejects.toThrow(
    "namespace must be one of 'plant', 'office', got 'cellar'",
  );
});

test('a will that is routed reaches the event subscription, with its payload and the enrichments', async () => {
  const stack = newStack();
  const namespace = newNamespace(stack, { namespaceName: 'plant' });
  const notificationPath = NotificationPath.webhook('https://example.com/wills');
  const monitor = new LwtMonitor(stack, 'Lwt', { namespace, willTopic: 'pumps/{device}/gone', notificationPath });
  const { willTopic: topic } = monitor.settingsOf(addClient(stack, namespace, 'pump1'));
  const cloud = await LocalCloud.deploy(stack);
  const pump = await cloud.connect('pump1', { will: { topic, payload: { state: 'gone' } } });

  await pump.cut();

  expect(cloud.routedEvents).toEqual([
    expect.objectContaining({
      eventSubscription: 'Lwt-Notification-Wills',
      endpointType: 'WebHook',
      endpoint: 'https://example.com/wills',
      outcome: 'recorded',
      topic: 'pumps/pump1/gone',
      json: { state: 'gone' },
      event: expect.objectContaining({ type: 'MQTT.EventPublished', source: 'plant', clientname: 'pump1' }),
    }),
  ]);
});

test('what a subscription does not let through is routed to nobody', async () => {
  const stack = newStack();
  const namespace = newNamespace(stack, { namespaceName: 'plant' });
  const notificationPath = NotificationPath.webhook('https://example.com/wills');
  new LwtMonitor(stack, 'Lwt', { namespace, notificationPath, connectedTopic: 'births/{device}' });
  addClient(stack, namespace, 'pump1');
  const cloud = await LocalCloud.deploy(stack);

  await (await cloud.connect('pump1')).publish('births/pump1', 'here');

  expect(cloud.routedEvents).toEqual([]);
});
