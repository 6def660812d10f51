import { readCaCertificate } from '../../../semantics/event-grid/certificate-authentication';
import { isJsonObject, type JsonObject, own } from '../../json-value';
import type { ResolvedResource } from '../../resolved-template';
import type { AzureSubscription } from '../ports';
import { scopeOf } from './role-assignments';

/** A resource as Azure Resource Manager answers it: with what Azure fills in, and without what it keeps to itself. */
export function bodyOf(resource: ResolvedResource, subscription: AzureSubscription): JsonObject {
  const { ref, type, properties } = resource;
  const { name, location, body } = properties;
  const declared = withoutNulls(isJsonObject(body) ? body : {});
  const key = type.toLowerCase();
  const complete = Object.hasOwn(COMPLETIONS, key) ? COMPLETIONS[key] : undefined;
  const inner = { ...objectIn(declared, 'properties'), provisioningState: 'Succeeded' };
  return {
    ...declared,
    ...identityOf(resource, declared, subscription),
    id: ref,
    name,
    type,
    ...(location === undefined ? {} : { location }),
    properties: complete?.(inner, resource, subscription) ?? inner,
  };
}

type Complete = (properties: JsonObject, resource: ResolvedResource, subscription: AzureSubscription) => JsonObject;

/** What Azure answers besides what was sent, by type in lower case. */
const COMPLETIONS: Readonly<Record<string, Complete>> = {
  'microsoft.eventgrid/namespaces': (properties, _resource, { mqttHost }) => ({
    publicNetworkAccess: 'Enabled',
    ...properties,
    topicSpacesConfiguration: {
      state: 'Disabled',
      maximumSessionExpiryInHours: 1,
      maximumClientSessionsPerAuthenticationName: 1,
      ...objectIn(properties, 'topicSpacesConfiguration'),
      hostname: mqttHost,
    },
  }),
  'microsoft.eventgrid/namespaces/clients': (properties, { attributes }) => ({
    authenticationName: attributes.name,
    state: 'Enabled',
    ...properties,
    clientCertificateAuthentication: {
      validationScheme: 'SubjectMatchesAuthenticationName',
      ...objectIn(properties, 'clientCertificateAuthentication'),
    },
  }),
  'microsoft.eventgrid/namespaces/cacertificates': (properties) => ({
    ...properties,
    ...validityOf(own(properties, 'encodedCertificate')),
  }),
  'microsoft.eventgrid/topics': (properties, { attributes }) => ({ ...properties, endpoint: attributes.endpoint }),
  'microsoft.eventgrid/topics/eventsubscriptions': (properties, resource) => ({
    topic: String(resource.properties.parent_id),
    ...withoutEndpointUrl(properties),
  }),
  'microsoft.managedidentity/userassignedidentities': (_properties, { attributes }) => {
    const { principalId, clientId, tenantId } = attributes;
    return { principalId, clientId, tenantId };
  },
  'microsoft.authorization/roleassignments': ({ provisioningState: _none, ...properties }, resource) => ({
    ...properties,
    scope: scopeOf(resource),
  }),
};

/** Members that were sent as null are not there. */
function withoutNulls(value: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, member]) =>
      member === null ? [] : [[key, isJsonObject(member) ? withoutNulls(member) : member]],
    ),
  );
}

function objectIn(object: JsonObject, key: string): JsonObject {
  const value = own(object, key);
  return isJsonObject(value) ? value : {};
}

/** The principals behind a resource's managed identities. */
function identityOf(
  { type, attributes }: ResolvedResource,
  declared: JsonObject,
  { resources }: AzureSubscription,
): JsonObject {
  const identity = objectIn(declared, 'identity');
  if (Object.keys(identity).length === 0) return {};
  const named = Object.keys(objectIn(identity, 'userAssignedIdentities')).map((id) => {
    const found = resources.find(({ ref }) => ref.toLowerCase() === id.toLowerCase());
    const { principalId, clientId } = found?.attributes ?? {};
    return [id, { principalId, clientId }];
  });
  const { principalId } = attributes;
  return {
    identity: {
      ...identity,
      ...(named.length === 0 ? {} : { userAssignedIdentities: Object.fromEntries(named) }),
      ...(principalId === undefined || /identities$/i.test(type) ? {} : { principalId }),
    },
  };
}

function validityOf(encodedCertificate: unknown): JsonObject {
  const certificate = typeof encodedCertificate === 'string' ? readCaCertificate(encodedCertificate) : undefined;
  if (certificate === undefined) return {};
  return {
    issueTimeInUtc: new Date(certificate.validFrom).toISOString(),
    expiryTimeInUtc: new Date(certificate.validTo).toISOString(),
  };
}

/** The URL of a webhook may hold a secret: only its beginning is read. @see https://learn.microsoft.com/en-us/rest/api/eventgrid/controlplane/topic-event-subscriptions/get */
function withoutEndpointUrl(properties: JsonObject): JsonObject {
  const destination = objectIn(properties, 'destination');
  const { endpointUrl, ...known } = objectIn(destination, 'properties');
  if (typeof endpointUrl !== 'string') return properties;
  const base = endpointUrl.replace(/[?#].*$/s, '');
  return { ...properties, destination: { ...destination, properties: { ...known, endpointBaseUrl: base } } };
}
