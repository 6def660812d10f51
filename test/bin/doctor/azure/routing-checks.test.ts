import { azureChecks } from '../../../../bin/doctor/azure/checks';
import type { AzurePorts } from '../../../../bin/doctor/azure/ports';
import { runChecks } from '../../../../bin/doctor/check';
import {
  client,
  finding,
  IDENTITY_ID,
  namespace,
  ports,
  refusing,
  resource,
  routing,
  subscription,
  TOPIC_ID,
} from './namespace';

const SUBSCRIBER = '4b0f2fd7-60b4-4eca-896f-4435034f8bf5';

type Case = readonly [name: string, what: string, ports: Partial<AzurePorts>, says: string];

test('where the topic does not exist, only that fails', async () => {
  const gone: Partial<AzurePorts> = {
    ...routing(),
    routedTopic: async () => undefined,
    eventSubscriptions: async () => [],
  };

  expect(await finding('event subscription', gone)).toEqual({
    name: 'event subscription',
    status: 'unknown',
    why: 'there is no topic to ask about',
  });
});

const failures: readonly Case[] = [
  [
    'routing',
    'a topic that there is not',
    { ...routing(), routedTopic: async () => undefined },
    `${TOPIC_ID}, to which messages are routed, does not exist`,
  ],
  [
    'routing',
    'a topic of another schema',
    { ...routing(), routedTopic: async () => ({ ...resource('routed', {}), id: TOPIC_ID }) },
    'topic routed takes EventGridSchema, and MQTT messages are CloudEvents',
  ],
  [
    'routing',
    'a topic of another region',
    {
      ...routing(),
      routedTopic: async () => ({
        ...resource('routed', { inputSchema: 'CloudEventSchemaV1_0' }),
        id: TOPIC_ID,
        location: 'North Europe',
      }),
    },
    'topic routed is in North Europe, the namespace in westus2',
  ],
  [
    'routing',
    'a namespace without public network access',
    {
      namespace: async () => namespace({ routeTopicResourceId: TOPIC_ID }, { publicNetworkAccess: 'Disabled' }),
    },
    'routing does not work without public network access',
  ],
  [
    'routing identity',
    'an identity without the role',
    { ...routing(), roleAssignments: async () => [] },
    'principal p1 may not send events to the topic',
  ],
  [
    'routing identity',
    'an identity that only manages',
    {
      ...routing(),
      roleAssignments: async () => [
        resource('r', { roleDefinitionId: '/roleDefinitions/b24988ac-6180-42a0-ab88-20f7382dd24c' }),
      ],
    },
    'principal p1 may not send events to the topic',
  ],
  [
    'routing identity',
    "an identity that is not the namespace's",
    routing({ routingIdentityInfo: { type: 'UserAssigned', userAssignedIdentity: `${IDENTITY_ID}-2` } }),
    "identity router-2 routes, and is not one of the namespace's",
  ],
  [
    'routing identity',
    'a namespace without an identity of its own',
    routing({ routingIdentityInfo: { type: 'SystemAssigned' } }),
    'namespace ns1 has no identity of its own',
  ],
  [
    'event subscription',
    'a topic without one',
    { ...routing(), eventSubscriptions: async () => [] },
    'topic routed has no event subscription',
  ],
  [
    'event subscription',
    'a filter that the topic does not meet',
    {
      ...routing(),
      eventSubscriptions: async () => [subscription({ filter: { subjectBeginsWith: 'devices/' } })],
    },
    "wills takes subjects that begin with 'devices/' only",
  ],
  [
    'event subscription',
    'a filter that the payload does not meet',
    {
      ...routing(),
      eventSubscriptions: async () => [
        subscription({ filter: { advancedFilters: [{ operatorType: 'StringIn', key: 'data.on', values: ['no'] }] } }),
      ],
    },
    'wills has an advanced filter (StringIn of data.on) that the event does not meet',
  ],
  [
    'event subscription',
    'one that waits for its webhook',
    { ...routing(), eventSubscriptions: async () => [subscription({ provisioningState: 'AwaitingManualAction' })] },
    'wills is AwaitingManualAction',
  ],
  [
    'event subscription',
    'one that expired',
    { ...routing(), eventSubscriptions: async () => [subscription({ expirationTimeUtc: '2026-12-31T00:00:00Z' })] },
    'wills expired on 2026-12-31T00:00:00Z',
  ],
  [
    'will is heard',
    'no other client',
    { clients: async () => ({ clients: [client('sensor1')], complete: true }) },
    'no other client may subscribe to clients/sensor1/status, and no event subscription takes it',
  ],
  [
    'will is heard',
    'a listener that is disabled',
    { clients: async () => ({ clients: [client('actuator1', { state: 'Disabled' })], complete: true }) },
    'no other client may subscribe to clients/sensor1/status, and no event subscription takes it',
  ],
  [
    'will is heard',
    'clients that may not subscribe',
    { clients: async () => ({ clients: [client('lamp1')], complete: true }) },
    "no other client may subscribe to clients/sensor1/status, and no event subscription takes it; nearest is binding 'sub': group 'actuators' on topic space 'all', template 'clients/+/status', but the client is not in that group: attributes.type is 'lamp'",
  ],
];

test.each(failures)('%s: %s fails, with what to do', async (name, _what, wrong, reason) => {
  expect(await finding(name, wrong)).toEqual({ name, status: 'failed', reason, fix: expect.stringMatching(/\w/) });
});

const unknowns: readonly Case[] = [
  [
    'routing identity',
    'roles that are not built in',
    { ...routing(), roleAssignments: async () => [resource('r', { roleDefinitionId: '/roleDefinitions/own' })] },
    'p1 has the roles own: whether one lets it send events is not known here',
  ],
  [
    'routing identity',
    'a route without identity',
    routing({ routingIdentityInfo: { type: 'None' } }),
    'no identity routes: Azure looks at the rights of whoever deployed it, which cannot be read; name one in routingIdentityInfo',
  ],
  [
    'routing identity',
    'roles that may not be read',
    { ...routing(), roleAssignments: refusing('CLOUD_CALL_FAILED', 'Azure does not let you read it') },
    'Azure does not let you read it',
  ],
  [
    'will is heard',
    'roles that may not be read',
    {
      clients: async () => ({ clients: [client('sensor1')], complete: true }),
      roleAssignments: refusing('CLOUD_CALL_FAILED', 'Azure does not let you read it'),
    },
    'no client may subscribe to clients/sensor1/status, and who may by a role of Entra ID may not be read',
  ],
  [
    'will is heard',
    'more clients than are looked at',
    { clients: async () => ({ clients: [client('lamp1')], complete: false }) },
    'none of the clients looked at may subscribe to clients/sensor1/status',
  ],
];

test.each(unknowns)('%s: %s leaves it unknown', async (name, _what, wrong, why) => {
  expect(await finding(name, wrong)).toEqual({ name, status: 'unknown', why });
});

const rights: readonly Case[] = [
  [
    'routing identity',
    'an identity whose principal only its own read tells',
    {
      namespace: async () => ({
        ...namespace({
          routeTopicResourceId: TOPIC_ID,
          routingIdentityInfo: { type: 'UserAssigned', userAssignedIdentity: IDENTITY_ID },
        }),
        identity: { userAssignedIdentities: { [IDENTITY_ID.toUpperCase()]: {} } },
      }),
      principalOf: async () => 'p2',
    },
    'EventGrid Data Sender for p2',
  ],
  [
    'event subscription',
    // https://learn.microsoft.com/en-us/azure/event-grid/mqtt-routing-event-schema
    'a filter on the payload that only a will in text can meet',
    {
      ...routing(),
      eventSubscriptions: async () => [
        subscription({
          filter: {
            advancedFilters: [{ operatorType: 'StringIn', key: 'data.state.reported.last_will', values: ['yes'] }],
          },
        }),
      ],
    },
    'wills to WebHook https://example.com/hook, if the will says that it is text (MQTT 5, payload format indicator 1)',
  ],
  [
    'event subscription',
    'a queue to which an identity delivers',
    {
      ...routing(),
      eventSubscriptions: async () => [
        resource('queue', {
          deliveryWithResourceIdentity: {
            destination: { endpointType: 'StorageQueue', properties: { resourceId: '/x/store', queueName: 'wills' } },
          },
        }),
      ],
    },
    'queue to StorageQueue store wills, if the identity that delivers may, whose roles there are not looked at',
  ],
  [
    'event subscription',
    'a filter on an enrichment',
    {
      ...routing({ routingEnrichments: { dynamic: [{ key: 'who', value: '${client.authenticationName}' }] } }),
      eventSubscriptions: async () => [
        subscription({ filter: { advancedFilters: [{ operatorType: 'StringIn', key: 'who', values: ['sensor1'] }] } }),
      ],
    },
    'wills to WebHook https://example.com/hook',
  ],
  [
    'event subscription',
    'a queue of a namespace topic, filtered as those are',
    {
      ...routing(),
      eventSubscriptions: async () => [
        resource('pull', {
          deliveryConfiguration: { deliveryMode: 'Queue' },
          filtersConfiguration: {
            filters: [{ operatorType: 'StringEndsWith', key: 'subject', values: ['/status'] }],
          },
        }),
      ],
    },
    'pull to consumers that pull',
  ],
  [
    'will is heard',
    // https://learn.microsoft.com/en-us/azure/event-grid/mqtt-client-microsoft-entra-token-and-rbac
    'an identity of Entra ID with the role on the topic space that covers it',
    {
      clients: async () => ({ clients: [client('sensor1')], complete: true }),
      roleAssignments: async (scope) =>
        scope.endsWith('/all')
          ? [resource('r', { roleDefinitionId: `/roleDefinitions/${SUBSCRIBER}`, principalId: 'p9' })]
          : [],
    },
    'may subscribe by role: p9',
  ],
  [
    'will is heard',
    'a route alone',
    { ...routing(), clients: async () => ({ clients: [client('sensor1')], complete: true }) },
    'routed to: WebHook https://example.com/hook',
  ],
];

test.each(rights)('%s: %s is right', async (name, _what, right, detail) => {
  expect(await finding(name, right)).toEqual({ name, status: 'ok', detail });
});

test('where all is right and messages are routed, it says to where', async () => {
  const findings = await runChecks(azureChecks(ports().subject), ports(routing()));

  expect(findings.slice(-4)).toEqual([
    { name: 'routing', status: 'ok', detail: 'custom topic routed' },
    { name: 'routing identity', status: 'ok', detail: 'EventGrid Data Sender for p1' },
    { name: 'event subscription', status: 'ok', detail: 'wills to WebHook https://example.com/hook' },
    {
      name: 'will is heard',
      status: 'ok',
      detail: 'may subscribe: actuator1; routed to: WebHook https://example.com/hook',
    },
  ]);
});

test('a topic of the namespace needs no identity, and its region is its own', async () => {
  const own = '/subscriptions/s/resourceGroups/rg/providers/Microsoft.EventGrid/namespaces/ns1/topics/wills';
  const routed = {
    namespace: async () => namespace({ routeTopicResourceId: own }),
    routedTopic: async () => ({ ...resource('wills', {}), id: own }),
  };

  expect(await finding('routing', routed)).toMatchObject({ detail: 'namespace topic wills' });
  expect(await finding('routing identity', routed)).toMatchObject({
    detail: 'not needed: the topic is of the namespace itself',
  });
});
