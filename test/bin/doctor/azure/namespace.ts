import { azureChecks } from '../../../../bin/doctor/azure/checks';
import type { AzurePorts } from '../../../../bin/doctor/azure/ports';
import { type Finding, runChecks } from '../../../../bin/doctor/check';
import type { EventGridNamespace, TopicSpacesConfiguration } from '../../../../cloud-clients/azure/namespaces';
import type { EventSubscription, MqttClient } from '../../../../cloud-clients/azure/resources';
import { ManualClock } from '../../../../presence/clock';
import { LastwillError } from '../../../../presence/errors';
import { lastWillPayload } from '../../../../presence/will-payload';
import { fixturePem, fixtureThumbprint } from '../../../local/azure/lwt-template';

const NAMESPACE_ID = '/subscriptions/s/resourceGroups/rg/providers/Microsoft.EventGrid/namespaces/ns1';
export const TOPIC_ID = '/subscriptions/s/resourceGroups/rg/providers/Microsoft.EventGrid/topics/routed';
export const IDENTITY_ID =
  '/subscriptions/s/resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/router';
const DATA_SENDER = 'd5a91429-5739-47e2-a06b-3470a27159e7';

/** A resource that Azure has done with. */
export function resource<P extends object>(name: string, properties: P) {
  return { id: `${NAMESPACE_ID}/any/${name}`, name, properties: { provisioningState: 'Succeeded', ...properties } };
}

/** A client that is known by the thumbprint of its fixture certificate. */
export function client(name: string, properties: Partial<MqttClient['properties']> = {}): MqttClient {
  return resource(name, {
    authenticationName: name,
    state: 'Enabled',
    attributes: { type: name.replace(/\d+$/, '') },
    clientCertificateAuthentication: {
      validationScheme: 'ThumbprintMatch',
      allowedThumbprints: [fixtureThumbprint('sensor1')],
    },
    ...properties,
  });
}

/** A namespace with MQTT enabled. */
export function namespace(
  configuration: TopicSpacesConfiguration = {},
  properties: Partial<EventGridNamespace['properties']> = {},
): EventGridNamespace {
  return {
    id: NAMESPACE_ID,
    name: 'ns1',
    location: 'westus2',
    identity: { type: 'UserAssigned', userAssignedIdentities: { [IDENTITY_ID]: { principalId: 'p1' } } },
    properties: {
      provisioningState: 'Succeeded',
      publicNetworkAccess: 'Enabled',
      topicSpacesConfiguration: { state: 'Enabled', hostname: 'ns1.example.com', ...configuration },
      ...properties,
    },
  };
}

/** A namespace that routes messages to a custom topic. */
export function routing(configuration: TopicSpacesConfiguration = {}): Partial<AzurePorts> {
  return {
    namespace: async () =>
      namespace({
        routeTopicResourceId: TOPIC_ID,
        routingIdentityInfo: { type: 'UserAssigned', userAssignedIdentity: IDENTITY_ID },
        ...configuration,
      }),
  };
}

/** An event subscription of a webhook. */
export function subscription(properties: EventSubscription['properties'] = {}): EventSubscription {
  return resource('wills', {
    destination: { endpointType: 'WebHook', properties: { endpointBaseUrl: 'https://example.com/hook' } },
    filter: { includedEventTypes: ['MQTT.EventPublished'], subjectBeginsWith: 'clients/', subjectEndsWith: '/status' },
    ...properties,
  });
}

/** The stack of sensors and actuators, in which all is right but for what a test says. */
export function ports(wrong: Partial<AzurePorts> = {}): AzurePorts {
  const asked = wrong.subject?.device ?? 'sensor1';
  return {
    subject: { device: asked, willTopic: `clients/${asked}/status`, willPayload: lastWillPayload(asked) },
    clock: new ManualClock(Date.UTC(2027, 0, 1)),
    subscription: 's',
    stored: () => ({ directory: 'certificates/azure/sensor1', certificate: fixturePem('sensor1') }),
    endpoint: async () => ({ host: 'ns1.example.com', port: 8883 }),
    handshakeProblem: async () => undefined,
    namespace: async () => namespace(),
    client: async () => client('sensor1'),
    clients: async () => ({ clients: [client('sensor1'), client('actuator1')], complete: true }),
    clientGroups: async () => [
      resource('sensors', { query: "attributes.type='sensor'" }),
      resource('actuators', { query: "attributes.type='actuator'" }),
    ],
    topicSpaces: async () => [
      resource('own', { topicTemplates: ['clients/${client.authenticationName}/status'] }),
      resource('all', { topicTemplates: ['clients/+/status'] }),
    ],
    permissionBindings: async () => [
      resource('pub', { clientGroupName: 'sensors', topicSpaceName: 'own', permission: 'Publisher' }),
      resource('sub', { clientGroupName: 'actuators', topicSpaceName: 'all', permission: 'Subscriber' }),
    ],
    caCertificates: async () => [],
    routedTopic: async () => ({
      ...resource('routed', { inputSchema: 'CloudEventSchemaV1_0' }),
      id: TOPIC_ID,
      location: 'westus2',
    }),
    eventSubscriptions: async () => [subscription()],
    roleAssignments: async () => [resource('r', { roleDefinitionId: `/x/roleDefinitions/${DATA_SENDER}` })],
    principalOf: async () => 'p1',
    ...wrong,
  };
}

/** What one check finds where a namespace is all right but for what a test says. */
export async function finding(name: string, wrong: Partial<AzurePorts> = {}): Promise<Finding | undefined> {
  const all = ports(wrong);
  const findings = await runChecks(azureChecks(all.subject), all);
  return findings.find((each) => each.name === name);
}

/** A question that nobody may ask. */
export function refusing(code: 'CLOUD_CALL_FAILED' | 'NOT_DEPLOYED', message: string): () => Promise<never> {
  return async () => {
    throw new LastwillError(code, message);
  };
}
