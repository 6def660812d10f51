import { loadRegistry } from '../../../local/azure/registry-loading';
import { child, clientByThumbprint, fixturePem, fixtureThumbprint, lwtResources, lwtTemplate } from './lwt-template';

test('a namespace with its clients, bindings and limits is read', () => {
  const registry = loadRegistry(lwtTemplate());

  expect(registry.namespace).toEqual({
    name: 'ns1',
    id: '/subscriptions/s/resourceGroups/rg1/providers/Microsoft.EventGrid/namespaces/ns1',
    maximumSessionExpirySeconds: 3600,
    maximumSessionsPerAuthenticationName: 1,
    alternativeNameSources: [],
  });
  expect([...registry.clients.keys()]).toEqual(['sensor1', 'sensor2', 'actuator1']);
  expect(registry.clients.get('sensor1')).toEqual({
    logicalId: 'azapi_resource.sensor1',
    name: 'sensor1',
    identity: { authenticationName: 'sensor1', attributes: { type: 'sensor' } },
    enabled: true,
    scheme: 'Thumbprint',
    thumbprints: [fixtureThumbprint('sensor1').replaceAll(':', '').toLowerCase()],
  });
  expect(
    registry.bindings.map(({ name, group, topicSpace, permission }) => [name, group.name, topicSpace.name, permission]),
  ).toEqual([
    ['sensorsPub', 'sensors', 'lwtPub', 'Publisher'],
    ['actuatorsSub', 'actuators', 'lwtSub', 'Subscriber'],
  ]);
  expect(registry.routing).toBeUndefined();
  expect(registry.warnings).toEqual([]);
});

test('members that are null count as absent', () => {
  const topicSpacesConfiguration = { state: 'Enabled', routeTopicResourceId: null, routingEnrichments: null };
  const ns = { ...lwtResources().ns, body: { properties: { topicSpacesConfiguration } } };

  expect(loadRegistry(lwtTemplate({ ns })).routing).toBeUndefined();
});

test('a client without authentication takes its name, its state and the subject of its certificate by default', () => {
  const registry = loadRegistry(lwtTemplate({ pump: child('clients', 'pump', {}) }));

  expect(registry.clients.get('pump')).toMatchObject({
    identity: { authenticationName: 'pump', attributes: {} },
    enabled: true,
    scheme: 'Subject',
  });
});

test.each([
  ['as it is', (pem: string) => pem],
  ['without line ends', (pem: string) => pem.replaceAll('\n', '')],
])('a CA certificate is read %s', (_how, change) => {
  const ca = child('caCertificates', 'Intermediate01', { encodedCertificate: change(fixturePem('intermediate')) });

  expect(loadRegistry(lwtTemplate({ ca })).caCertificates.map(({ subject }) => subject)).toEqual([
    'CN=Fixture Intermediate',
  ]);
});

test('children of a namespace that is declared elsewhere run with the settings that Azure starts with', () => {
  const resources = lwtResources();
  const elsewhere = Object.fromEntries(
    Object.entries(resources).map(([label, resource]) => [label, { ...resource, parent_id: '${var.namespace_id}' }]),
  );

  const registry = loadRegistry(lwtTemplate({ ...reparented(elsewhere), ns: undefined }));

  expect(registry.namespace).toMatchObject({ name: 'shared', maximumSessionsPerAuthenticationName: 1 });
  expect(registry.clients.size).toBe(3);
  expect(registry.warnings).toEqual([
    "the namespace '/subscriptions/s/namespaces/shared' is not part of the template: it runs here with the settings that Azure starts with",
  ]);
});

function reparented(resources: Record<string, Record<string, unknown>>): Record<string, Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(resources).map(([label, resource]) => [
      label,
      { ...resource, parent_id: '/subscriptions/s/namespaces/shared' },
    ]),
  );
}

test('a child whose parent is written out by hand belongs to the namespace of that name', () => {
  const parent_id = '/subscriptions/real/resourceGroups/RG/providers/Microsoft.EventGrid/namespaces/NS1';
  const sensor1 = { ...clientByThumbprint('sensor1', {}), parent_id };

  expect(loadRegistry(lwtTemplate({ sensor1 })).clients.has('sensor1')).toBe(true);
});

test('what does nothing here is named, what is only plumbing is not', () => {
  const other = (type: string): Record<string, unknown> => ({ type, name: 'some-name', parent_id: '/x', body: {} });

  const { warnings } = loadRegistry(
    lwtTemplate({
      rg: other('Microsoft.Resources/resourceGroups@2021-04-01'),
      role: other('Microsoft.Authorization/roleAssignments@2022-04-01'),
      storage: other('Microsoft.Storage/storageAccounts@2023-01-01'),
      second: { ...lwtResources().ns, name: 'ns2' },
      stray: {
        ...child('clientGroups', 'stray', { query: 'attributes.a = 1' }),
        parent_id: '${azapi_resource.second.id}',
      },
    }),
  );

  expect(warnings).toEqual([
    'azapi_resource.second is skipped: one namespace runs at a time',
    'azapi_resource.storage is skipped: Microsoft.Storage/storageAccounts does nothing here',
    'azapi_resource.stray is skipped: it belongs to another namespace',
  ]);
});

test.each([
  [
    { ns: { ...lwtResources().ns, body: {} } },
    "azapi_resource.ns.body.properties.topicSpacesConfiguration.state must be 'Enabled', or MQTT clients cannot connect, got 'nothing'",
  ],
  [
    { sensors: child('clientGroups', 'sensors', { query: "type = 'sensor'" }) },
    "azapi_resource.sensors.body.properties.query: client group query, 1:1: expected attributes.KEY or authenticationName, got 'type'",
  ],
  [
    { lwtPub: child('topicSpaces', 'lwtPub', { topicTemplates: ['a/#/b'] }) },
    "azapi_resource.lwtPub.body.properties.topicTemplates[0]: topic template must be a topic filter in which + stands alone in its level and # alone in the last one, got 'a/#/b'",
  ],
  [
    { lwtPub: child('topicSpaces', 'lwtPub', {}) },
    'azapi_resource.lwtPub.body.properties.topicTemplates must be 1 to 10 templates, got 0',
  ],
  [
    {
      sensorsPub: child('permissionBindings', 'sensorsPub', {
        clientGroupName: 'sensors',
        topicSpaceName: 'lwtPub',
        permission: 'publisher',
      }),
    },
    "azapi_resource.sensorsPub.body.properties.permission must be one of Publisher, Subscriber, got 'publisher'",
  ],
  [
    {
      sensorsPub: child('permissionBindings', 'sensorsPub', {
        clientGroupName: '$$all',
        topicSpaceName: 'nope',
        permission: 'Publisher',
      }),
    },
    "azapi_resource.sensorsPub.body.properties.clientGroupName must be a client group of the namespace, got '$$all'\nmain.tf.json: azapi_resource.sensorsPub.body.properties.topicSpaceName must be a topic space of the namespace, got 'nope'",
  ],
  [
    {
      twin: { ...clientByThumbprint('sensor2', {}), name: 'twin' },
      sensor2: child('clients', 'other', { authenticationName: 'SENSOR2' }),
    },
    "azapi_resource.twin.body.properties.authenticationName must be unique in the namespace whatever its case, got 'sensor2'",
  ],
  [
    {
      sensor1: child('clients', 'sensor1', {
        clientCertificateAuthentication: { validationScheme: 'thumbprintMatch' },
      }),
    },
    'azapi_resource.sensor1.body.properties.clientCertificateAuthentication.validationScheme must be one of ThumbprintMatch, ',
  ],
  [
    {
      sensor1: child('clients', 'sensor1', {
        clientCertificateAuthentication: { validationScheme: 'ThumbprintMatch' },
      }),
    },
    'azapi_resource.sensor1.body.properties.clientCertificateAuthentication.allowedThumbprints must be one or two thumbprints, got []',
  ],
  [
    { sensor1: child('clients', 'sensor1', { attributes: { on: true } }) },
    'azapi_resource.sensor1.body.properties.attributes.on must be a string, an integer or a list of strings, got true',
  ],
  [
    { ca: child('caCertificates', 'ca1', { encodedCertificate: 'MIIB' }) },
    "azapi_resource.ca.body.properties.encodedCertificate must be the PEM text of one certificate, got 'MIIB...'",
  ],
  [
    { sensors: child('clientGroups', 'my_group', { query: 'attributes.a = 1' }), sensorsPub: undefined },
    "azapi_resource.sensors.name must be 3 to 50 letters, digits and hyphens, got 'my_group'",
  ],
])('fails on what Azure would refuse, with file, place and reason: %#', (changes, message) => {
  expect(() => loadRegistry(lwtTemplate(changes))).toThrow(expect.objectContaining({ code: 'TEMPLATE_INVALID' }));
  expect(() => loadRegistry(lwtTemplate(changes))).toThrow(`main.tf.json: ${message}`);
});

test('fails on more client groups than a namespace may have', () => {
  const groups = Object.fromEntries(
    Array.from({ length: 9 }, (_, index) => [
      `g${index}`,
      child('clientGroups', `group${index}`, { query: 'attributes.a = 1' }),
    ]),
  );

  expect(() => loadRegistry(lwtTemplate(groups))).toThrow(
    'the client groups of a namespace must be at most 10, got 11',
  );
});

test('a group and a topic space that the namespace has from elsewhere let nobody in, and are told', () => {
  const elsewhere = {
    type: 'Microsoft.Resources/resourceGroups@2021-04-01',
    name: 'rg2',
    parent_id: '/subscriptions/s',
  };

  const registry = loadRegistry(lwtTemplate({ ns: elsewhere, sensors: undefined, lwtSub: undefined }));

  expect(registry.partial).toBe(true);
  expect(registry.bindings.map(({ group, topicSpace }) => [group.query !== undefined, topicSpace.templates])).toEqual([
    [false, [expect.anything()]],
    [true, undefined],
  ]);
  expect(registry.warnings).toEqual([
    "azapi_resource.sensorsPub: client group 'sensors' is declared elsewhere: nobody is let in by it",
    "azapi_resource.actuatorsSub: topic space 'lwtSub' is declared elsewhere: nobody is let in by it",
    expect.stringContaining('is not part of the template'),
  ]);
});

test('of two namespaces the one that is wanted is read, and a name that none has is refused with those that there are', () => {
  const second = { ...lwtResources().ns, name: 'ns2' };
  const template = lwtTemplate({ second });

  expect(loadRegistry(template, 'NS2').namespace.name).toBe('ns2');
  expect([...loadRegistry(template, 'ns2').clients]).toEqual([]);
  expect(() => loadRegistry(template, 'ns3')).toThrow("namespace must be one of 'ns1', 'ns2', got 'ns3'");
});
