import { LwtMonitor, NotificationPath, PrivateEndpoint } from '../../../constructs/azure';
import { LocalCloud } from '../../../testing';
import { newNamespace, newStack, synthesized } from './synthesized';

const NETWORK = '/subscriptions/s/resourceGroups/net/providers/Microsoft.Network';
const subnetId = `${NETWORK}/virtualNetworks/plant/subnets/devices`;
const UNREACHABLE =
  'publicNetworkAccess is off and there is no PrivateEndpoint: no client of this app can connect [ack: lastwill:namespaceUnreachable]';

function closedNamespace() {
  const stack = newStack();
  return { stack, namespace: newNamespace(stack, { publicNetworkAccess: false }, 'ns1') };
}

// https://learn.microsoft.com/en-us/azure/event-grid/configure-private-endpoints-mqtt
test('an endpoint leads to the MQTT side of the namespace, and its zone makes the address known', () => {
  const { stack, namespace } = closedNamespace();
  const privateDnsZoneId = `${NETWORK}/privateDnsZones/privatelink.ts.eventgrid.azure.net`;
  const { resourceGroup } = namespace;
  new PrivateEndpoint(stack, 'inside', { namespace, resourceGroup, subnetId, privateDnsZoneId });

  const { resources, warnings } = synthesized(stack);

  expect(resources('Microsoft.Network/privateEndpoints@')).toMatchObject([
    {
      name: 'inside',
      location: 'westus2',
      body: {
        properties: {
          subnet: { id: subnetId },
          privateLinkServiceConnections: [
            {
              name: 'inside',
              properties: { privateLinkServiceId: '${azapi_resource.ns1.id}', groupIds: ['topicspace'] },
            },
          ],
        },
      },
    },
  ]);
  expect(resources('Microsoft.Network/privateEndpoints/privateDnsZoneGroups@')).toMatchObject([
    {
      parent_id: '${azapi_resource.inside.id}',
      body: { properties: { privateDnsZoneConfigs: [{ name: 'mqtt', properties: { privateDnsZoneId } }] } },
    },
  ]);
  expect(warnings).toEqual([]);
});

test('the embedded cloud takes an endpoint for what it is, without a word', async () => {
  const { stack, namespace } = closedNamespace();
  new PrivateEndpoint(stack, 'inside', { namespace, resourceGroup: namespace.resourceGroup, subnetId });

  const cloud = await LocalCloud.deploy(stack);

  expect(cloud.events.filter(({ type }) => type === 'warning')).toEqual([]);
});

test('a namespace without public access and without an endpoint is a warning', () => {
  expect(synthesized(closedNamespace().stack).warnings).toEqual([UNREACHABLE]);
});

// https://learn.microsoft.com/en-us/azure/event-grid/mqtt-routing
test('fails to route from a namespace without public access', () => {
  const { stack, namespace } = closedNamespace();
  const notificationPath = NotificationPath.webhook('https://example.com');

  expect(() => new LwtMonitor(stack, 'Lwt', { namespace, notificationPath })).toThrow(
    '[stack/ns1] publicNetworkAccess must be true for routing, which needs it, got false',
  );
});

test.each([
  [{ subnetId: 'devices' }, "subnetId must be an ARM id (/subscriptions/...), got 'devices'"],
  [{ privateDnsZoneId: 'zone' }, "privateDnsZoneId must be an ARM id (/subscriptions/...), got 'zone'"],
  [{ endpointName: '-' }, "endpointName must be 2 to 64 letters, digits, dots, hyphens and underscores, got '-'"],
])('fails on %j', (wrong, message) => {
  const { stack, namespace } = closedNamespace();
  const props = { namespace, resourceGroup: namespace.resourceGroup, subnetId, ...wrong };

  expect(() => new PrivateEndpoint(stack, 'inside', props)).toThrow(`[stack/inside] ${message}`);
});
