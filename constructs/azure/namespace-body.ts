import { mustBe } from '../../presence/errors';
import { EVENT_GRID_LIMITS } from '../../presence/limits';
import type { AzapiBody, JsonValue } from './azapi/azapi-settings';
import type { MqttRoutingTarget } from './mqtt-routing';
import { integerProblems, memberProblems, resourceNameProblems } from './property-checks';
import { renderEnrichments } from './routing-enrichments';
import { isUnresolved } from './terraform-text';

/** Where a client's authentication name may stand when it sends no username. */
export enum AuthenticationNameSource {
  CERTIFICATE_SUBJECT = 'ClientCertificateSubject',
  CERTIFICATE_DNS = 'ClientCertificateDns',
  CERTIFICATE_URI = 'ClientCertificateUri',
  CERTIFICATE_IP = 'ClientCertificateIp',
  CERTIFICATE_EMAIL = 'ClientCertificateEmail',
}

/** What a namespace can be told about its size, its sessions and who may reach it. */
export interface NamespaceSettings {
  /** Throughput units, 1 to 40; each brings 10,000 sessions and 1,000 messages per second in and out. @default 1 */
  readonly capacity?: number;
  /** Hours, 1 to 8, after which a session that is not connected ends. @default 1 */
  readonly maximumSessionExpiryHours?: number;
  /** Sessions, 1 to 100, that one authentication name may have, offline ones included. @default 1 */
  readonly maximumClientSessionsPerAuthenticationName?: number;
  /** Whether the namespace can be reached from the internet. When not, MQTT routing does not work. @default true */
  readonly publicNetworkAccess?: boolean;
  /** Address ranges in CIDR notation that may connect; at most 16. @default - every address may */
  readonly inboundIpRanges?: readonly string[];
  /** Fixed once created. @default - Azure decides: on where the region has availability zones */
  readonly zoneRedundant?: boolean;
  /**
   * Certificate fields in which the authentication name is looked for, in this order, when a client sends no username.
   * Only preview versions of the API have it, and one is used then. @default - a username is required
   */
  readonly alternativeAuthenticationNameSources?: readonly AuthenticationNameSource[];
}

const MAXIMUM_IP_RANGES = 16;
const CIDR = /^(\d{1,3}(\.\d{1,3}){3}|[0-9a-fA-F:]+)(\/\d{1,3})?$/;

/** What is wrong with a namespace's own properties, each problem worded `<prop> must be <rule>, got <value>`. */
export function namespaceProblemsOf(settings: NamespaceSettings, name: string | undefined): string[] {
  const limits = EVENT_GRID_LIMITS;
  const ranges = settings.inboundIpRanges ?? [];
  return [
    ...resourceNameProblems('namespaceName', name),
    ...integerProblems('capacity', settings.capacity, 1, limits.maximumThroughputUnits),
    ...integerProblems(
      'maximumSessionExpiryHours',
      settings.maximumSessionExpiryHours,
      1,
      limits.maximumSessionExpiryHours,
    ),
    ...integerProblems(
      'maximumClientSessionsPerAuthenticationName',
      settings.maximumClientSessionsPerAuthenticationName,
      1,
      limits.maximumSessionsPerAuthenticationName,
    ),
    ...(ranges.length > MAXIMUM_IP_RANGES
      ? [mustBe('inboundIpRanges', `at most ${MAXIMUM_IP_RANGES} ranges`, ranges.length)]
      : []),
    ...ranges.flatMap((range, index) =>
      isUnresolved(range) || CIDR.test(range) ? [] : [mustBe(`inboundIpRanges[${index}]`, 'in CIDR notation', range)],
    ),
    ...(settings.alternativeAuthenticationNameSources ?? []).flatMap((source, index) =>
      memberProblems(`alternativeAuthenticationNameSources[${index}]`, source, Object.values(AuthenticationNameSource)),
    ),
  ];
}

/**
 * The namespace as ARM spells it. What is switched off is written down as such: azapi takes a member that is absent for
 * one that it need not change.
 */
export function namespaceBody(settings: NamespaceSettings, routing: MqttRoutingTarget | undefined): AzapiBody {
  return {
    sku: { name: 'Standard', capacity: settings.capacity ?? 1 },
    properties: {
      topicSpacesConfiguration: {
        state: 'Enabled',
        maximumSessionExpiryInHours: settings.maximumSessionExpiryHours ?? 1,
        maximumClientSessionsPerAuthenticationName: settings.maximumClientSessionsPerAuthenticationName ?? 1,
        clientAuthentication: clientAuthentication(settings.alternativeAuthenticationNameSources),
        // A route to the namespace's own topic is added afterwards and must not be contradicted here.
        ...(routing?.kind === 'namespaceTopic' ? {} : routingBody(routing)),
      },
      publicNetworkAccess: settings.publicNetworkAccess === false ? 'Disabled' : 'Enabled',
      inboundIpRules: (settings.inboundIpRanges ?? []).map((ipMask) => ({ ipMask, action: 'Allow' })),
      isZoneRedundant: settings.zoneRedundant,
      minimumTlsVersionAllowed: '1.2',
    },
  };
}

/** The members of `topicSpacesConfiguration` that say where messages are routed to. */
export function routingBody(routing: MqttRoutingTarget | undefined): Readonly<Record<string, JsonValue>> {
  if (routing === undefined) {
    return { routeTopicResourceId: null, routingEnrichments: null, routingIdentityInfo: null };
  }
  return {
    routeTopicResourceId: routing.topic.topicId,
    routingEnrichments: renderEnrichments('enrichments', routing.enrichments ?? {}),
    routingIdentityInfo:
      routing.kind === 'customTopic'
        ? { type: 'UserAssigned', userAssignedIdentity: routing.identity.identityId }
        : null,
  };
}

function clientAuthentication(sources: readonly AuthenticationNameSource[] | undefined): JsonValue | undefined {
  // Not written as null when unused: the stable API version does not know the member at all.
  if (sources === undefined || sources.length === 0) return undefined;
  return { alternativeAuthenticationNameSources: sources };
}
