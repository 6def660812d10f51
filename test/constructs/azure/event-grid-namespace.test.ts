import { TerraformVariable, Token } from 'cdktf';
import { CustomTopic } from '../../../constructs/azure/custom-topic';
import { EventGridNamespace } from '../../../constructs/azure/event-grid-namespace';
import { MqttRouting } from '../../../constructs/azure/mqtt-routing';
import { AuthenticationNameSource } from '../../../constructs/azure/namespace-body';
import { NamespaceTopic } from '../../../constructs/azure/namespace-topic';
import { ResourceGroup } from '../../../constructs/azure/resource-group';
import { UserAssignedIdentity } from '../../../constructs/azure/user-assigned-identity';
import { newNamespace, newStack, synthesized } from './synthesized';

const NAMESPACES = 'Microsoft.EventGrid/namespaces@';

test('a namespace has MQTT switched on and every switch that is off written down', () => {
  const stack = newStack();
  newNamespace(stack, { namespaceName: 'ns1', tags: { stage: 'test' } });

  const [namespace] = synthesized(stack).resources(NAMESPACES);

  expect(namespace).toMatchObject({
    type: 'Microsoft.EventGrid/namespaces@2025-02-15',
    name: 'ns1',
    location: 'westus2',
    tags: { stage: 'test' },
    response_export_values: ['properties.topicSpacesConfiguration.hostname'],
    body: {
      sku: { name: 'Standard', capacity: 1 },
      properties: {
        topicSpacesConfiguration: {
          state: 'Enabled',
          maximumSessionExpiryInHours: 1,
          maximumClientSessionsPerAuthenticationName: 1,
          routeTopicResourceId: null,
          routingEnrichments: null,
          routingIdentityInfo: null,
        },
        publicNetworkAccess: 'Enabled',
        inboundIpRules: [],
        minimumTlsVersionAllowed: '1.2',
      },
    },
  });
});

test('a namespace takes its size, its session limits, its network rules and its identities', () => {
  const stack = newStack();
  const resourceGroup = new ResourceGroup(stack, 'rg1', { location: 'westeurope' });
  const identity = new UserAssignedIdentity(stack, 'id1', { resourceGroup });
  new EventGridNamespace(stack, 'ns1', {
    resourceGroup,
    capacity: 3,
    maximumSessionExpiryHours: 8,
    maximumClientSessionsPerAuthenticationName: 2,
    publicNetworkAccess: false,
    inboundIpRanges: ['10.0.0.0/8'],
    zoneRedundant: false,
    systemAssignedIdentity: true,
    userAssignedIdentities: [identity],
    timeouts: { create: '1h' },
  });

  const [namespace] = synthesized(stack).resources(NAMESPACES);

  expect(namespace).toMatchObject({
    location: 'westeurope',
    identity: { type: 'SystemAssigned, UserAssigned', identity_ids: ['${azapi_resource.id1.id}'] },
    timeouts: { create: '1h' },
    body: {
      sku: { capacity: 3 },
      properties: {
        topicSpacesConfiguration: { maximumSessionExpiryInHours: 8, maximumClientSessionsPerAuthenticationName: 2 },
        publicNetworkAccess: 'Disabled',
        inboundIpRules: [{ ipMask: '10.0.0.0/8', action: 'Allow' }],
        isZoneRedundant: false,
      },
    },
  });
});

test('alternative authentication names move the namespace to the preview API that has them', () => {
  const stack = newStack();
  newNamespace(stack, {
    alternativeAuthenticationNameSources: [
      AuthenticationNameSource.CERTIFICATE_DNS,
      AuthenticationNameSource.CERTIFICATE_SUBJECT,
    ],
  });

  expect(synthesized(stack).resources(NAMESPACES)).toMatchObject([
    {
      type: 'Microsoft.EventGrid/namespaces@2025-07-15-preview',
      body: {
        properties: {
          topicSpacesConfiguration: {
            clientAuthentication: {
              alternativeAuthenticationNameSources: ['ClientCertificateDns', 'ClientCertificateSubject'],
            },
          },
        },
      },
    },
  ]);
});

test('fails with every problem at once, naming prop, rule and value', () => {
  const act = (): unknown =>
    newNamespace(newStack(), {
      namespaceName: 'n_1',
      capacity: 41,
      maximumSessionExpiryHours: 0,
      maximumClientSessionsPerAuthenticationName: 101,
      inboundIpRanges: ['everywhere'],
      alternativeAuthenticationNameSources: ['clientcertificatedns' as AuthenticationNameSource],
    });

  expect(act).toThrow(
    "[stack/ns-1] namespaceName must be 3 to 50 letters, digits and hyphens, got 'n_1'; " +
      'capacity must be an integer from 1 to 40, got 41; ' +
      'maximumSessionExpiryHours must be an integer from 1 to 8, got 0; ' +
      'maximumClientSessionsPerAuthenticationName must be an integer from 1 to 100, got 101; ' +
      "inboundIpRanges[0] must be in CIDR notation, got 'everywhere'; " +
      'alternativeAuthenticationNameSources[0] must be one of ClientCertificateSubject, ClientCertificateDns, ' +
      "ClientCertificateUri, ClientCertificateIp, ClientCertificateEmail, got 'clientcertificatedns'",
  );
});

test('values that are known at deployment only are not checked and survive', () => {
  const stack = newStack();
  const variable = new TerraformVariable(stack, 'name', { type: 'string' });
  newNamespace(stack, { namespaceName: variable.stringValue, capacity: Token.asNumber(variable.numberValue) });

  expect(synthesized(stack).resources(NAMESPACES)).toMatchObject([
    { name: '${var.name}', body: { sku: { capacity: '${var.name}' } } },
  ]);
});

test('routing to a custom topic waits for the role of a user-assigned identity', () => {
  const stack = newStack();
  const namespace = newNamespace(stack);
  const { resourceGroup } = namespace;
  const topic = new CustomTopic(stack, 'routed', { resourceGroup });
  const identity = new UserAssignedIdentity(stack, 'router', { resourceGroup });

  namespace.routeTo(MqttRouting.toCustomTopic(topic, { identity, after: [topic.grantSend(identity)] }));

  const { template, resources } = synthesized(stack);
  const [rendered] = resources(NAMESPACES);
  const [role] = resources('Microsoft.Authorization/roleAssignments@');
  expect(rendered).toMatchObject({
    depends_on: [expect.stringMatching(/^time_sleep\./)],
    identity: { type: 'UserAssigned', identity_ids: ['${azapi_resource.router.id}'] },
    body: {
      properties: {
        topicSpacesConfiguration: {
          routeTopicResourceId: '${azapi_resource.routed.id}',
          routingEnrichments: { static: [], dynamic: [] },
          routingIdentityInfo: { type: 'UserAssigned', userAssignedIdentity: '${azapi_resource.router.id}' },
        },
      },
    },
  });
  expect(role).toMatchObject({
    name: expect.stringContaining('uuidv5("url"'),
    parent_id: '${azapi_resource.routed.id}',
    body: {
      properties: {
        roleDefinitionId:
          '${data.azapi_client_config.azapi-client-config.subscription_resource_id}/providers/Microsoft.Authorization/roleDefinitions/d5a91429-5739-47e2-a06b-3470a27159e7',
        principalId: '${azapi_resource.router.output.properties.principalId}',
        principalType: 'ServicePrincipal',
      },
    },
  });
  expect(Object.values((template.resource as Record<string, object>).time_sleep ?? {})).toMatchObject([
    { create_duration: '60s', depends_on: [expect.stringMatching(/^azapi_resource\.routed_Sender/)] },
  ]);
  expect(template.terraform).toMatchObject({ required_providers: { time: { source: 'hashicorp/time' } } });
});

test("routing to the namespace's own topic is a second write that is repeated with the namespace", () => {
  const stack = newStack();
  const namespace = newNamespace(stack, {}, 'ns1');
  const topic = new NamespaceTopic(stack, 'own', { namespace });

  namespace.routeTo(MqttRouting.toNamespaceTopic(topic, { enrichments: { fixed: { site: 'a ${b}' } } }));

  const { template, resources } = synthesized(stack);
  expect(resources(NAMESPACES)[0]).not.toHaveProperty('body.properties.topicSpacesConfiguration.routeTopicResourceId');
  expect(Object.values((template.resource as Record<string, object>).azapi_update_resource ?? {})).toMatchObject([
    {
      type: 'Microsoft.EventGrid/namespaces@2025-02-15',
      resource_id: '${azapi_resource.ns1.id}',
      locks: ['${azapi_resource.ns1.id}'],
      lifecycle: { replace_triggered_by: ['azapi_resource.ns1'] },
      body: {
        properties: {
          topicSpacesConfiguration: {
            routeTopicResourceId: '${azapi_resource.own.id}',
            routingEnrichments: { static: [{ key: 'site', valueType: 'String', value: 'a $${b}' }], dynamic: [] },
          },
        },
      },
    },
  ]);
});

test('fails to route twice', () => {
  const stack = newStack();
  const namespace = newNamespace(stack);
  const topic = new NamespaceTopic(stack, 'own', { namespace });
  namespace.routeTo(MqttRouting.toNamespaceTopic(topic));

  expect(() => namespace.routeTo(MqttRouting.toNamespaceTopic(topic))).toThrow(
    '[stack/ns-1] routing must be set once: a namespace routes to one topic',
  );
});

test("fails to route to another namespace's topic", () => {
  const stack = newStack();
  const other = newNamespace(stack, {}, 'ns-2');
  const topic = new NamespaceTopic(stack, 'own', { namespace: other });

  expect(() => newNamespace(stack, { routing: MqttRouting.toNamespaceTopic(topic) })).toThrow(
    'routing must be to a topic of this namespace, got one of another',
  );
});

test('fails to route to a custom topic in another region', () => {
  const stack = newStack();
  const namespace = newNamespace(stack);
  const { resourceGroup } = namespace;
  const topic = new CustomTopic(stack, 'routed', { resourceGroup, location: 'westeurope' });
  const identity = new UserAssignedIdentity(stack, 'router', { resourceGroup });

  expect(() => namespace.routeTo(MqttRouting.toCustomTopic(topic, { identity }))).toThrow(
    "routing must be to a topic in the namespace's location westus2, got 'westeurope'",
  );
});

test('an existing namespace takes children by its id', () => {
  const stack = newStack();
  const namespace = EventGridNamespace.fromNamespaceId(stack, 'ns', {
    namespaceId: '/subscriptions/s/resourceGroups/rg/providers/Microsoft.EventGrid/namespaces/ns9',
  });
  new NamespaceTopic(stack, 'own', { namespace });

  expect(synthesized(stack).resources('Microsoft.EventGrid/namespaces/topics@')).toMatchObject([
    { parent_id: '/subscriptions/s/resourceGroups/rg/providers/Microsoft.EventGrid/namespaces/ns9' },
  ]);
});

test('fails to take something else for the id of a namespace', () => {
  expect(() => EventGridNamespace.fromNamespaceId(newStack(), 'ns', { namespaceId: 'ns9' })).toThrow(
    "namespaceId must be the ARM id of a namespace, got 'ns9'",
  );
});

test('an existing resource group is referred to in the subscription that is deployed to', () => {
  const stack = newStack();
  const resourceGroup = ResourceGroup.fromResourceGroupName(stack, 'rg', {
    resourceGroupName: 'rg1',
    location: 'westus2',
  });
  new EventGridNamespace(stack, 'ns1', { resourceGroup });

  const { resources } = synthesized(stack);
  expect(resources('Microsoft.Resources/')).toEqual([]);
  expect(resources(NAMESPACES)).toMatchObject([
    { parent_id: '${data.azapi_client_config.azapi-client-config.subscription_resource_id}/resourceGroups/rg1' },
  ]);
});
