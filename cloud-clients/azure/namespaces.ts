import { LastwillError } from '../../presence/errors';
import type { ArmSession } from './arm-session';

/** What a namespace says of MQTT. @see https://learn.microsoft.com/en-us/rest/api/eventgrid/controlplane/namespaces/get */
export interface TopicSpacesConfiguration {
  /** `Enabled` or `Disabled`. */
  readonly state?: string;
  readonly hostname?: string;
  /** 1 to 8. */
  readonly maximumSessionExpiryInHours?: number;
  /** 1 to 100, sessions that are not connected included. */
  readonly maximumClientSessionsPerAuthenticationName?: number;
  /** ARM id of the topic that every message is routed to. */
  readonly routeTopicResourceId?: string;
  readonly routingIdentityInfo?: { readonly type?: string; readonly userAssignedIdentity?: string };
  readonly routingEnrichments?: Readonly<
    Partial<Record<'static' | 'dynamic', readonly { readonly key?: string; readonly value?: string }[]>>
  >;
}

/** An Event Grid namespace, as far as devices are concerned. */
export interface EventGridNamespace {
  /** ARM id. */
  readonly id: string;
  readonly name: string;
  readonly location: string;
  readonly sku?: { readonly capacity?: number };
  /** Managed identities, with the principals that roles are assigned to. */
  readonly identity?: {
    readonly type?: string;
    readonly principalId?: string;
    readonly userAssignedIdentities?: Readonly<Record<string, { readonly principalId?: string } | undefined>>;
  };
  readonly properties: {
    /** `Succeeded` once it is as it was asked for. */
    readonly provisioningState?: string;
    /** `Enabled` or `Disabled`. */
    readonly publicNetworkAccess?: string;
    readonly topicSpacesConfiguration?: TopicSpacesConfiguration;
  };
}

/** Which namespace is meant. */
export interface NamespaceChoice {
  /** @default - the only one there is */
  readonly namespace?: string;
  /** @default - anywhere in the subscription */
  readonly resourceGroup?: string;
}

/**
 * Finds a namespace of the subscription.
 * @throws LastwillError NOT_DEPLOYED when there is none, OPTION_INVALID when there are several to choose from.
 * @public loaded where it is needed
 * @see https://learn.microsoft.com/en-us/rest/api/eventgrid/controlplane/namespaces/list-by-subscription
 */
export async function findNamespace(session: ArmSession, choice: NamespaceChoice): Promise<EventGridNamespace> {
  const { namespace, resourceGroup } = choice;
  const group = resourceGroup === undefined ? '' : `/resourceGroups/${resourceGroup}`;
  const scope = `/subscriptions/${session.subscriptionId}${group}`;
  const all = await session.list<EventGridNamespace>(`${scope}/providers/Microsoft.EventGrid/namespaces`);
  const matching =
    namespace === undefined ? all : all.filter(({ name }) => name.toLowerCase() === namespace.toLowerCase());
  const [only] = matching;
  if (only !== undefined && matching.length === 1) return only;
  const where =
    resourceGroup === undefined ? `subscription ${session.subscriptionId}` : `resource group ${resourceGroup}`;
  if (matching.length > 1) {
    const ids = matching.map(({ id }) => id.replace(/^.*\/resourceGroups\/([^/]+)\/.*\/([^/]+)$/i, '$1/$2')).join(', ');
    throw new LastwillError(
      'OPTION_INVALID',
      `${where} has ${matching.length} namespaces (${ids}): choose one with --namespace and --resource-group`,
    );
  }
  const known = all.map(({ name }) => name).join(', ') || 'none';
  throw new LastwillError(
    'NOT_DEPLOYED',
    `${where} has no Event Grid namespace${namespace === undefined ? '' : ` ${namespace} (it has ${known})`}: deploy it (terraform apply), or name another subscription with --subscription`,
  );
}

/**
 * The host name to which MQTT clients of a namespace connect.
 * @throws LastwillError NOT_DEPLOYED when MQTT is not enabled in it.
 * @public loaded where it is needed
 */
export function mqttHostOf({ name, properties }: EventGridNamespace): string {
  const { state, hostname } = properties.topicSpacesConfiguration ?? {};
  if (state === 'Enabled' && hostname !== undefined && hostname !== '') return hostname;
  throw new LastwillError(
    'NOT_DEPLOYED',
    `namespace ${name} does not have MQTT enabled: set topicSpacesConfiguration.state to Enabled and deploy it again`,
  );
}
