import { LocalBackend, Testing } from 'cdktf';
import { NotificationPath } from '../../constructs/azure/notification-path';
import { synthesizeAzureLwtStack } from '../../lib/azure-app';
import { AzureLwtStack, type AzureLwtStackProps } from '../../lib/azure-lwt-stack';
import { thumbprintOf } from '../constructs/azure/synthesized';

const clients = (...names: string[]): AzureLwtStackProps['sensors'] =>
  names.map((name) => ({ name, thumbprints: [thumbprintOf(name)] }));
const props = (more: Partial<AzureLwtStackProps> = {}): AzureLwtStackProps => ({
  sensors: clients('sensor1', 'sensor2'),
  actuators: clients('actuator1', 'actuator2'),
  ...more,
});

interface Resource {
  readonly type: string;
  readonly name: string;
  readonly location?: string;
  readonly parent_id: string;
  readonly body: { readonly properties?: Readonly<Record<string, unknown>> };
}

function resourcesOf(synthesis: ReturnType<typeof synthesizeAzureLwtStack>): Resource[] {
  const { resource } = synthesis.template as { resource: { azapi_resource: Record<string, Resource> } };
  return Object.values(resource.azapi_resource);
}

test('every resource has the name that device software relies on', () => {
  const names = resourcesOf(synthesizeAzureLwtStack(props())).map(({ type, name }) => `${type.split('@')[0]} ${name}`);

  expect(names.sort()).toEqual([
    'Microsoft.EventGrid/namespaces ns1',
    'Microsoft.EventGrid/namespaces/clientGroups actuators',
    'Microsoft.EventGrid/namespaces/clientGroups sensors',
    'Microsoft.EventGrid/namespaces/clients actuator1',
    'Microsoft.EventGrid/namespaces/clients actuator2',
    'Microsoft.EventGrid/namespaces/clients sensor1',
    'Microsoft.EventGrid/namespaces/clients sensor2',
    'Microsoft.EventGrid/namespaces/permissionBindings actuatorsSub',
    'Microsoft.EventGrid/namespaces/permissionBindings sensorsPub',
    'Microsoft.EventGrid/namespaces/topicSpaces lwtPub',
    'Microsoft.EventGrid/namespaces/topicSpaces lwtSub',
    'Microsoft.Resources/resourceGroups rg1',
  ]);
});

test('the whole template', () => {
  expect(synthesizeAzureLwtStack(props()).template).toMatchSnapshot();
});

// https://learn.microsoft.com/en-us/azure/event-grid/mqtt-access-control
test('a watcher is a client whose group may subscribe to wills, and nothing else', () => {
  const resources = resourcesOf(synthesizeAzureLwtStack(props({ watchers: clients('desk') })));
  const named = (name: string): unknown => resources.find((resource) => resource.name === name)?.body.properties;

  expect(named('desk')).toMatchObject({
    authenticationName: 'desk',
    attributes: { type: 'watcher' },
    clientCertificateAuthentication: {
      validationScheme: 'ThumbprintMatch',
      allowedThumbprints: clients('desk')[0]?.thumbprints,
    },
  });
  expect(named('watchers')).toEqual({ query: "attributes.type='watcher'" });
  expect(named('watchersSub')).toEqual({
    clientGroupName: '${azapi_resource.watchers.name}',
    topicSpaceName: expect.stringContaining('azapi_resource.Monitor_Subscribe_'),
    permission: 'Subscriber',
  });
  expect(resources.filter(({ type }) => type.includes('/permissionBindings@')).map(({ name }) => name)).toEqual([
    'sensorsPub',
    'actuatorsSub',
    'watchersSub',
  ]);
});

test('the settings of a watcher say how it connects', () => {
  const { template } = synthesizeAzureLwtStack(props({ watchers: clients('desk') }));

  expect(template.output).toMatchObject({
    client_settings: { value: { desk: { username: 'desk', clientId: 'desk' } } },
  });
});

test('no backend is written unless one is asked for', () => {
  expect(synthesizeAzureLwtStack(props()).template.terraform).not.toHaveProperty('backend');
});

test('a backend that is asked for is kept', () => {
  const stack = new AzureLwtStack(Testing.app(), 'stack', props());
  new LocalBackend(stack, { path: 'here.tfstate' });
  stack.prepareStack();

  expect(stack.toTerraform().terraform.backend).toEqual({ local: { path: 'here.tfstate' } });
});

test('the default namespace name is a warning', () => {
  expect(synthesizeAzureLwtStack(props()).warnings).toEqual([
    "[lwt-azure] namespace names are unique in a region and 'ns1' is probably taken; choose another or a prefix [ack: lastwill:namespaceNameNotUnique]",
  ]);
});

test('a prefix goes before the names of namespace and resource group', () => {
  const synthesis = synthesizeAzureLwtStack(props({ namePrefix: 'test_' }));

  expect(synthesis.warnings).toEqual([]);
  expect(resourcesOf(synthesis).map((resource) => resource.name)).toEqual(
    expect.arrayContaining(['test-ns1', 'test_rg1', 'sensors']),
  );
});

test('an existing resource group is used, not created', () => {
  const synthesis = synthesizeAzureLwtStack(
    props({ existingResourceGroup: true, resourceGroupName: 'shared', location: 'westeurope' }),
  );

  const resources = resourcesOf(synthesis);
  expect(resources.filter(({ type }) => type.startsWith('Microsoft.Resources/'))).toEqual([]);
  expect(resources.find(({ type }) => type.startsWith('Microsoft.EventGrid/namespaces@'))).toMatchObject({
    location: 'westeurope',
    parent_id: '${data.azapi_client_config.azapi-client-config.subscription_resource_id}/resourceGroups/shared',
  });
});

test('the outputs say where to connect and which will each sensor leaves', () => {
  const { template } = synthesizeAzureLwtStack(props({ willDelaySeconds: 5 }));

  expect(template.output).toMatchObject({
    mqtt_hostname: { value: '${azapi_resource.Namespace.output.properties.topicSpacesConfiguration.hostname}' },
    mqtt_port: { value: 8883 },
    client_settings: {
      value: {
        sensor1: {
          username: 'sensor1',
          clientId: 'sensor1',
          willTopic: 'clients/sensor1/status',
          willQos: 1,
          willRetain: false,
          willDelaySeconds: 5,
          sessionExpirySeconds: 5,
        },
        actuator2: { username: 'actuator2', clientId: 'actuator2' },
      },
    },
  });
});

test('a path of notification is made for the stack', () => {
  const notificationPath = (): NotificationPath => NotificationPath.webhook('https://example.com');

  const types = resourcesOf(synthesizeAzureLwtStack(props({ notificationPath }))).map(({ type }) => type.split('@')[0]);

  expect(types).toContain('Microsoft.EventGrid/topics/eventSubscriptions');
});

test('adding a sensor touches only its own resource', () => {
  const [few, more] = [['sensor1'], ['sensor1', 'sensor2']].map(
    (names) => synthesizeAzureLwtStack(props({ sensors: clients(...names) })).template,
  ) as [object, object];

  const { resource: before } = few as { resource: { azapi_resource: object } };
  const { resource: after } = more as { resource: { azapi_resource: object } };
  expect(after.azapi_resource).toMatchObject(before.azapi_resource);
  expect(Object.keys(after.azapi_resource)).toHaveLength(Object.keys(before.azapi_resource).length + 1);
});

test('fails on names that differ in case only, as an error that a person can act on', () => {
  expect(() => synthesizeAzureLwtStack(props({ sensors: clients('s1', 'S1') }))).toThrow(
    expect.objectContaining({
      code: 'OPTION_INVALID',
      message:
        "[lwt-azure/Namespace] clients' authenticationName must be unique whatever their case, got 's1' more than once",
    }),
  );
});

test('fails on a client name that Azure would refuse', () => {
  expect(() => synthesizeAzureLwtStack(props({ sensors: clients('sensor 1') }))).toThrow(
    "clientName must be 1 to 128 letters, digits and - : . _, got 'sensor 1'",
  );
});
