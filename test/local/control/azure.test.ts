import { EventGridManagementClient } from '@azure/arm-eventgrid';
import { createHttpHeaders, createPipelineRequest } from '@azure/core-rest-pipeline';
import { NotificationPath } from '../../../constructs/azure/notification-path';
import { synthesizeAzureLwtStack } from '../../../lib/azure-app';
import type { FaultInjection } from '../../../local/control/ports';
import { Engine } from '../../../local/engine';

const SUBSCRIPTION = '/subscriptions/00000000-0000-0000-0000-000000000000';
const NAMESPACES = `${SUBSCRIPTION}/resourceGroups/rg1/providers/Microsoft.EventGrid/namespaces`;
const VERSION = 'api-version=2025-02-15';

let engine: Engine;
let control: string;
let fault: FaultInjection = () => undefined;

beforeAll(async () => {
  const thumbprint = (index: number): string => String(index).repeat(64);
  const { template: json } = synthesizeAzureLwtStack({
    sensors: [
      { name: 'sensor1', thumbprints: [thumbprint(1)] },
      { name: 'sensor2', thumbprints: [thumbprint(2)] },
    ],
    actuators: [{ name: 'actuator1', thumbprints: [thumbprint(3)] }],
  });
  engine = await Engine.start({
    azure: { template: { name: 'cdk.tf.json', json } },
    controlFault: (call) => fault(call),
  });
  control = (await engine.listen()).control;
});
beforeEach(() => {
  fault = () => undefined;
});
afterAll(() => engine.stop());

async function get(path: string, token = engine.controlToken) {
  const response = await fetch(`${control}${path}`, { headers: { authorization: `Bearer ${token}` } });
  return { status: response.status, json: JSON.parse(await response.text()) };
}

// https://learn.microsoft.com/en-us/rest/api/eventgrid/controlplane/namespaces/get
test('a namespace is read with the MQTT host that Azure fills in', async () => {
  const { status, json } = await get(`${NAMESPACES}/ns1?${VERSION}`);

  expect(status).toBe(200);
  expect(json).toMatchObject({
    id: `${NAMESPACES}/ns1`,
    name: 'ns1',
    type: 'Microsoft.EventGrid/namespaces',
    location: 'westus2',
    properties: {
      provisioningState: 'Succeeded',
      topicSpacesConfiguration: { state: 'Enabled', hostname: 'localhost' },
    },
  });
});

test('an id is found whatever its case', async () => {
  expect(
    (await get(`${NAMESPACES.toUpperCase().replace('/SUBSCRIPTIONS', '/subscriptions')}/NS1?${VERSION}`)).status,
  ).toBe(200);
});

test.each([
  ['clients', ['actuator1', 'sensor1', 'sensor2']],
  ['clientGroups', ['actuators', 'sensors']],
  ['topicSpaces', ['lwtPub', 'lwtSub']],
  ['permissionBindings', ['actuatorsSub', 'sensorsPub']],
  ['caCertificates', []],
])('%s of a namespace are listed', async (type, names) => {
  const { json } = await get(`${NAMESPACES}/ns1/${type}?${VERSION}`);

  expect(json.value.map(({ name }: { name: string }) => name).sort()).toEqual(names);
});

test('a child is read with its properties', async () => {
  const { json } = await get(`${NAMESPACES}/ns1/permissionBindings/sensorsPub?${VERSION}`);

  expect(json.properties).toEqual({
    clientGroupName: 'sensors',
    topicSpaceName: 'lwtPub',
    permission: 'Publisher',
    provisioningState: 'Succeeded',
  });
});

test('namespaces are listed by subscription and by resource group', async () => {
  const inSubscription = await get(`${SUBSCRIPTION}/providers/Microsoft.EventGrid/namespaces?${VERSION}`);
  const inGroup = await get(`${NAMESPACES}?${VERSION}`);
  const inOther = await get(`${NAMESPACES.replace('rg1', 'rg2')}?${VERSION}`);

  expect(inSubscription.json.value).toHaveLength(1);
  expect(inGroup.json.value).toHaveLength(1);
  expect(inOther).toMatchObject({ status: 404, json: { error: { code: 'ResourceGroupNotFound' } } });
});

test('a list goes on at nextLink after $top entries', async () => {
  const first = await get(`${NAMESPACES}/ns1/clients?${VERSION}&$top=2`);
  const second = await get(String(first.json.nextLink).slice(control.length));

  expect(first.json.value).toHaveLength(2);
  expect(second.json.value).toHaveLength(1);
  expect(second.json.nextLink).toBeUndefined();
});

test('a resource that there is not is ResourceNotFound', async () => {
  expect(await get(`${NAMESPACES}/ns2?${VERSION}`)).toEqual({
    status: 404,
    json: {
      error: {
        code: 'ResourceNotFound',
        message: "The Resource 'Microsoft.EventGrid/namespaces/ns2' under resource group 'rg1' was not found.",
      },
    },
  });
  expect((await get(`${NAMESPACES}/ns2/clients?${VERSION}`)).status).toBe(404);
});

test('a request without api-version is refused', async () => {
  expect(await get(`${NAMESPACES}/ns1`)).toMatchObject({
    status: 400,
    json: { error: { code: 'MissingApiVersionParameter' } },
  });
});

test.each(['latest', '2025', '2025-02-15 '])('api-version %p is refused', async (version) => {
  expect(await get(`${NAMESPACES}/ns1?api-version=${encodeURIComponent(version)}`)).toEqual({
    status: 400,
    json: { error: { code: 'InvalidApiVersionParameter', message: `The api-version '${version}' is invalid.` } },
  });
});

// https://learn.microsoft.com/en-us/azure/templates/microsoft.eventgrid/change-log/namespaces
test('a version of the API that has no namespaces does not find the type', async () => {
  expect(await get(`${NAMESPACES}/ns1/clients?api-version=2022-06-15`)).toEqual({
    status: 404,
    json: {
      error: {
        code: 'InvalidResourceType',
        message: expect.stringMatching(
          /^The resource type 'namespaces\/clients' could not be found in the namespace 'Microsoft\.EventGrid' for api version '2022-06-15'\. The supported api-versions are '2023-06-01-preview,.*,2025-02-15,.*'\.$/,
        ),
      },
    },
  });
});

test('a preview version that has namespaces is answered', async () => {
  expect((await get(`${NAMESPACES}/ns1?api-version=2025-07-15-preview`)).status).toBe(200);
});

test('a path that is no UTF-8 is a bad request, and a slash too many does no harm', async () => {
  expect(await get(`${NAMESPACES}/%ff?${VERSION}`)).toMatchObject({
    status: 400,
    json: { error: { code: 'BadRequest' } },
  });
  expect((await get(`${NAMESPACES.replace('/providers', '//providers')}/ns1/?${VERSION}`)).status).toBe(200);
});

// https://learn.microsoft.com/en-us/rest/api/resources/subscriptions/get
test('subscription and resource group are read', async () => {
  expect((await get(`${SUBSCRIPTION}?api-version=2022-12-01`)).json).toMatchObject({
    id: SUBSCRIPTION,
    state: 'Enabled',
  });
  expect((await get(`${SUBSCRIPTION}/resourceGroups/rg1?api-version=2021-04-01`)).json).toMatchObject({ name: 'rg1' });
});

test('a request without a token says what login is wanted', async () => {
  const response = await fetch(`${control}${NAMESPACES}/ns1?${VERSION}`);

  expect(response.headers.get('www-authenticate')).toMatch(/^Bearer authorization_uri=/);
  expect(await response.json()).toMatchObject({ error: { code: 'AuthenticationFailed' } });
});

test('a refusal with Retry-After is waited for by the client, and then told', async () => {
  fault = () => ({ code: 'TooManyRequests', message: 'The request is being throttled.' });
  const response = await fetch(`${control}${NAMESPACES}/ns1?${VERSION}`, {
    headers: { authorization: `Bearer ${engine.controlToken}` },
  });

  expect([response.status, response.headers.get('retry-after'), await response.json()]).toEqual([
    429,
    '0',
    { error: { code: 'TooManyRequests', message: 'The request is being throttled.' } },
  ]);
});

test('only the token of local.json is taken', async () => {
  expect(await get(`${NAMESPACES}/ns1?${VERSION}`, 'guess')).toMatchObject({
    status: 401,
    json: { error: { code: 'InvalidAuthenticationToken' } },
  });
  expect((await fetch(`${control}${NAMESPACES}/ns1?${VERSION}`)).status).toBe(401);
});

test('what would change something is refused', async () => {
  const headers = { authorization: `Bearer ${engine.controlToken}` };
  const response = await fetch(`${control}${NAMESPACES}/ns1?${VERSION}`, { method: 'DELETE', headers });

  expect(response.status).toBe(405);
});

test('the pipeline of @azure/arm-eventgrid reads a namespace, repeating what is throttled once', async () => {
  let calls = 0;
  fault = () => (calls++ === 0 ? { code: 'TooManyRequests' } : undefined);
  const credential = { getToken: () => Promise.resolve(null) };
  const client = new EventGridManagementClient(credential, SUBSCRIPTION, { endpoint: control });
  client.pipeline.removePolicy({ name: 'bearerTokenAuthenticationPolicy' });
  const headers = createHttpHeaders({ authorization: `Bearer ${engine.controlToken}` });

  const { status } = await client.sendRequest(
    createPipelineRequest({ url: `${control}${NAMESPACES}/ns1?${VERSION}`, headers, allowInsecureConnection: true }),
  );

  expect([status, calls]).toEqual([200, 2]);
});

describe('routing', () => {
  const thumbprints = ['1'.repeat(64)];
  const TOPICS = `${SUBSCRIPTION}/resourceGroups/rg1/providers/Microsoft.EventGrid/topics`;
  let routed: Engine;
  let origin: string;

  beforeAll(async () => {
    const { template: json } = synthesizeAzureLwtStack({
      sensors: [{ name: 'sensor1', thumbprints }],
      actuators: [],
      notificationPath: () => NotificationPath.webhook('https://example.com/hook?code=secret', { topicName: 'routed' }),
    });
    routed = await Engine.start({ azure: { template: { name: 'cdk.tf.json', json } } });
    origin = (await routed.listen()).control;
  });
  afterAll(() => routed.stop());

  async function read(path: string) {
    const headers = { authorization: `Bearer ${routed.controlToken}` };
    return JSON.parse(await (await fetch(`${origin}${path}`, { headers })).text());
  }

  // https://learn.microsoft.com/en-us/rest/api/eventgrid/controlplane/topic-event-subscriptions/get
  test('the URL of a webhook is read without the query, which may hold a secret', async () => {
    const { value } = await read(`${TOPICS}/routed/eventSubscriptions?${VERSION}`);

    expect(value).toHaveLength(1);
    expect(value[0].properties).toMatchObject({
      topic: `${TOPICS}/routed`,
      provisioningState: 'Succeeded',
      destination: { endpointType: 'WebHook', properties: { endpointBaseUrl: 'https://example.com/hook' } },
    });
    expect(JSON.stringify(value)).not.toContain('secret');
  });

  test("a namespace names the principal of its identity, and the identity's own read does too", async () => {
    const { identity } = await read(`${NAMESPACES}/ns1?${VERSION}`);
    const [[id, principal]] = Object.entries<{ principalId: string }>(identity.userAssignedIdentities) as [
      [string, { principalId: string }],
    ];

    expect(identity.type).toBe('UserAssigned');
    expect((await read(`${id}?api-version=2023-01-31`)).properties.principalId).toBe(principal.principalId);
  });

  // https://learn.microsoft.com/en-us/azure/role-based-access-control/role-assignments-list-rest
  test.each([
    [`${TOPICS}/routed`, 'atScope()', 1],
    [`${TOPICS}/routed/eventSubscriptions/none`, 'atScope()', 1],
    [`${SUBSCRIPTION}/resourceGroups/rg1`, '', 1],
    [`${SUBSCRIPTION}/resourceGroups/rg1`, 'atScope()', 0],
    [`${TOPICS}/routed`, "atScope() and assignedTo('somebody else')", 0],
  ])('role assignments for %s with the filter "%s": %i', async (scope, filter, count) => {
    const query = `api-version=2022-04-01&$filter=${encodeURIComponent(filter)}`;

    const { value } = await read(`${scope}/providers/Microsoft.Authorization/roleAssignments?${query}`);

    expect(value).toHaveLength(count);
  });
});

test('what a body leaves out is read as Azure fills it in', async () => {
  const json = JSON.stringify({
    resource: {
      azapi_resource: {
        ns: {
          type: 'Microsoft.EventGrid/namespaces@2025-02-15',
          name: 'plant',
          parent_id: '${azurerm_resource_group.plants.id}',
          location: 'westus2',
          body: { properties: { topicSpacesConfiguration: { state: 'Enabled', routeTopicResourceId: null } } },
        },
        valve: {
          type: 'Microsoft.EventGrid/namespaces/clients@2025-02-15',
          name: 'valve',
          parent_id: '${azapi_resource.ns.id}',
          body: { properties: {} },
        },
      },
      azurerm_resource_group: { plants: { name: 'plants', location: 'westus2' } },
    },
  });
  const foreign = await Engine.start({ azure: { template: { name: 'x.tf.json', json: JSON.parse(json) } } });
  const origin = (await foreign.listen()).control;
  const headers = { authorization: `Bearer ${foreign.controlToken}` };
  const list = `${origin}${SUBSCRIPTION}/providers/Microsoft.EventGrid/namespaces?${VERSION}`;

  const [namespace] = JSON.parse(await (await fetch(list, { headers })).text()).value;
  const client = await fetch(`${origin}${namespace.id}/clients/valve?${VERSION}`, { headers });
  const { properties } = JSON.parse(await client.text());
  await foreign.stop();

  expect(namespace.properties).toEqual({
    publicNetworkAccess: 'Enabled',
    provisioningState: 'Succeeded',
    topicSpacesConfiguration: {
      state: 'Enabled',
      hostname: 'localhost',
      maximumSessionExpiryInHours: 1,
      maximumClientSessionsPerAuthenticationName: 1,
    },
  });
  expect(properties).toEqual({
    authenticationName: 'valve',
    state: 'Enabled',
    clientCertificateAuthentication: { validationScheme: 'SubjectMatchesAuthenticationName' },
    provisioningState: 'Succeeded',
  });
});

test('a subscription in which nothing is declared is not found', async () => {
  const path = `/subscriptions/11111111-0000-0000-0000-000000000000/providers/Microsoft.EventGrid/namespaces?${VERSION}`;

  expect(await get(path)).toMatchObject({ status: 404, json: { error: { code: 'SubscriptionNotFound' } } });
});

// The embedded Azure has one subscription, whatever a template calls it.
test('zeros stand for the subscription that a template was written for', async () => {
  const own = '/subscriptions/22222222-0000-0000-0000-000000000000/resourceGroups/plants';
  const ns = {
    type: 'Microsoft.EventGrid/namespaces@2025-02-15',
    name: 'plant',
    parent_id: own,
    location: 'westus2',
    body: { properties: { topicSpacesConfiguration: { state: 'Enabled' } } },
  };
  const json = { resource: { azapi_resource: { ns } } };
  const written = await Engine.start({ azure: { template: { name: 'x.tf.json', json } } });
  const origin = (await written.listen()).control;
  const headers = { authorization: `Bearer ${written.controlToken}` };
  const ids = await Promise.all(
    [SUBSCRIPTION, `${SUBSCRIPTION}/resourceGroups/plants`, own].map(async (scope) => {
      const response = await fetch(`${origin}${scope}/providers/Microsoft.EventGrid/namespaces?${VERSION}`, {
        headers,
      });
      return JSON.parse(await response.text()).value[0].id;
    }),
  );
  await written.stop();

  expect(ids).toEqual(Array(3).fill(`${own}/providers/Microsoft.EventGrid/namespaces/plant`));
});
