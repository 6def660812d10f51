import type { ResolvedInstance } from './azapi-instance';
import { isList, isObject, type Value, type ValueObject } from './values';

/** What an azurerm resource is in Azure Resource Manager, as far as it matters to clients of a namespace. */
export type ArmEquivalent = Pick<ResolvedInstance, 'armType' | 'apiVersion' | 'body'>;

const API_VERSION = '2025-02-15';

/**
 * The resource of Azure Resource Manager that an azurerm resource stands for; `undefined` for types that do not matter
 * here. azurerm knows resource groups and namespaces, but none of the clients, groups, topic spaces and bindings.
 * @see https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/eventgrid_namespace
 */
export function armEquivalent(type: string, attributes: ValueObject): ArmEquivalent | undefined {
  switch (type) {
    case 'azurerm_resource_group':
      return { armType: 'Microsoft.Resources/resourceGroups', apiVersion: '2021-04-01', body: {} };
    case 'azurerm_eventgrid_namespace':
      return { armType: 'Microsoft.EventGrid/namespaces', apiVersion: API_VERSION, body: namespaceBody(attributes) };
    default:
      return undefined;
  }
}

/** The ARM id of what an azurerm resource belongs to. */
export function parentOf(type: string, attributes: ValueObject, subscriptionId: string): string {
  if (type === 'azurerm_resource_group') return subscriptionId;
  return `${subscriptionId}/resourceGroups/${String(attributes.resource_group_name)}`;
}

// The block is what switches MQTT on.
function namespaceBody(attributes: ValueObject): Value {
  const configuration = blockOf(attributes.topic_spaces_configuration);
  if (configuration === undefined) return { properties: { topicSpacesConfiguration: { state: 'Disabled' } } };
  const enrichments = (name: string): Value =>
    isList(configuration[name] ?? null) ? (configuration[name] as Value) : [];
  const topicSpacesConfiguration: ValueObject = {
    state: 'Enabled',
    maximumSessionExpiryInHours: configuration.maximum_session_expiry_in_hours ?? null,
    maximumClientSessionsPerAuthenticationName: configuration.maximum_client_sessions_per_authentication_name ?? null,
    clientAuthentication: {
      alternativeAuthenticationNameSources: configuration.alternative_authentication_name_source ?? null,
    },
    routeTopicResourceId: configuration.route_topic_id ?? null,
    routingEnrichments: {
      static: enrichments('static_routing_enrichment'),
      dynamic: enrichments('dynamic_routing_enrichment'),
    },
  };
  return { properties: { topicSpacesConfiguration } };
}

/** The one block of a name, which Terraform JSON writes as an object or as a list of one. */
function blockOf(value: Value | undefined): ValueObject | undefined {
  const block = value !== undefined && isList(value) ? value[0] : value;
  return block !== undefined && isObject(block) ? block : undefined;
}
