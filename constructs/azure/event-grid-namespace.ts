import { dependable, Lazy } from 'cdktf';
import { Construct } from 'constructs';
import { LastwillError, mustBe } from '../../presence/errors';
import { EVENT_GRID_API_VERSION, EVENT_GRID_PREVIEW_API_VERSION, NAMESPACE_CONFLICT_RETRY } from './api-versions';
import { type AzapiIdentity, AzapiResource } from './azapi/azapi-resource';
import type { AzapiBody, AzapiTimeouts } from './azapi/azapi-settings';
import { AzapiUpdateResource } from './azapi/azapi-update-resource';
import type { ICustomTopic } from './custom-topic';
import type { IEventGridNamespace } from './event-grid-namespace-interface';
import type { MqttRouting, MqttRoutingTarget } from './mqtt-routing';
import { type NamespaceSettings, namespaceBody, namespaceProblemsOf, routingBody } from './namespace-body';
import { namespaceProblems, namespaceWarnings } from './namespace-checks';
import { NamespaceContents } from './namespace-contents';
import { defaultResourceName, refuse, resourceNameProblems } from './property-checks';
import type { IResourceGroup } from './resource-group';
import { enrichmentProblems } from './routing-enrichments';
import { isUnresolved } from './terraform-text';
import type { IUserAssignedIdentity } from './user-assigned-identity';
import { type Warning, Warnings } from './warnings';

/** Properties of {@link EventGridNamespace}. */
export interface EventGridNamespaceProps extends NamespaceSettings {
  /** Where it is created. */
  readonly resourceGroup: IResourceGroup;
  /** 3 to 50 letters, digits and hyphens, unique in the region. @default - made from the construct's path */
  readonly namespaceName?: string;
  /** Azure region. @default - the resource group's location */
  readonly location?: string;
  /** Whether the namespace has an identity of its own. @default false */
  readonly systemAssignedIdentity?: boolean;
  /** Identities that the namespace may act as. @default - none */
  readonly userAssignedIdentities?: readonly IUserAssignedIdentity[];
  /** Where published messages go besides their subscribers; costs money per message. @default - nowhere */
  readonly routing?: MqttRouting;
  /**
   * True when clients authenticate by a CA certificate that is uploaded elsewhere, or when other apps declare clients,
   * groups, topic spaces or bindings in this namespace: then their absence here proves nothing.
   * @default false
   */
  readonly sharedWithOtherApps?: boolean;
  /** Azure tags of the namespace, by name. @default - none */
  readonly tags?: Readonly<Record<string, string>>;
  /** How long creating, changing and deleting may take. @default - azapi's own timeouts */
  readonly timeouts?: AzapiTimeouts;
}

/** A namespace that exists already. */
export interface EventGridNamespaceAttributes {
  /** ARM id. */
  readonly namespaceId: string;
  /** Hours, 1 to 8, after which it ends a session. @default - not known, and so not checked */
  readonly maximumSessionExpiryHours?: number;
}

/** A namespace that exists already, by its name. */
export interface EventGridNamespaceNameAttributes {
  /** Its name. */
  readonly namespaceName: string;
  /** The resource group that it is in. */
  readonly resourceGroup: IResourceGroup;
  /** Hours, 1 to 8, after which it ends a session. @default - not known, and so not checked */
  readonly maximumSessionExpiryHours?: number;
}

const UNREACHABLE: Warning = {
  id: 'lastwill:namespaceUnreachable',
  message: 'publicNetworkAccess is off and there is no PrivateEndpoint: no client of this app can connect',
};
const HOSTNAME_PATH = 'properties.topicSpacesConfiguration.hostname';

/**
 * An Event Grid namespace with its MQTT broker switched on.
 *
 * @example
 * const namespace = new EventGridNamespace(this, 'ns1', { resourceGroup });
 * @see https://learn.microsoft.com/en-us/azure/templates/microsoft.eventgrid/namespaces
 */
export class EventGridNamespace extends Construct implements IEventGridNamespace {
  /** A namespace that exists already; clients, groups and topic spaces can be added to it. */
  static fromNamespaceId(scope: Construct, id: string, attributes: EventGridNamespaceAttributes): IEventGridNamespace {
    return new ExistingNamespace(scope, id, attributes);
  }

  /** As {@link EventGridNamespace.fromNamespaceId}, by its name and resource group. */
  static fromNamespaceName(
    scope: Construct,
    id: string,
    { namespaceName, resourceGroup, maximumSessionExpiryHours }: EventGridNamespaceNameAttributes,
  ): IEventGridNamespace {
    refuse(scope, resourceNameProblems('namespaceName', namespaceName));
    const namespaceId = `${resourceGroup.resourceGroupId}/providers/Microsoft.EventGrid/namespaces/${namespaceName}`;
    return new ExistingNamespace(scope, id, { namespaceId, maximumSessionExpiryHours });
  }

  readonly namespaceId: string;
  /** Name, as a reference. */
  readonly namespaceName: string;
  /** Host that MQTT clients connect to, port 8883; known once deployed. */
  readonly mqttHostname: string;
  readonly contents: NamespaceContents;
  readonly maximumSessionExpirySeconds: number | undefined;
  readonly location: string;
  readonly resourceGroup: IResourceGroup;

  readonly #props: EventGridNamespaceProps;
  readonly #resource: AzapiResource;
  readonly #type: string;
  #routing: MqttRoutingTarget | undefined;

  constructor(scope: Construct, id: string, props: EventGridNamespaceProps) {
    super(scope, id);
    refuse(this, namespaceProblemsOf(props, props.namespaceName));
    this.#props = props;
    this.resourceGroup = props.resourceGroup;
    this.location = props.location ?? props.resourceGroup.location;
    this.contents = new NamespaceContents({
      throughputUnits: known(props.capacity ?? 1),
      partial: props.sharedWithOtherApps ?? false,
    });
    this.maximumSessionExpirySeconds = secondsOf(props.maximumSessionExpiryHours ?? 1);
    const version = usesPreview(props) ? EVENT_GRID_PREVIEW_API_VERSION : EVENT_GRID_API_VERSION;
    this.#type = `Microsoft.EventGrid/namespaces@${version}`;
    this.#resource = this.#createResource();
    this.namespaceId = this.#resource.resourceId;
    this.namespaceName = this.#resource.resourceName;
    this.mqttHostname = this.#resource.outputOf(HOSTNAME_PATH);
    if (props.routing !== undefined) this.routeTo(props.routing);
    checkAtSynthesis(this);
    this.contents.rules.push(({ privateEndpoints }) => ({
      problems: [],
      warnings: props.publicNetworkAccess === false && privateEndpoints.length === 0 ? [UNREACHABLE] : [],
    }));
  }

  /** The custom topic to which messages are routed; `undefined` when they are not, or to a topic of the namespace itself. */
  get routedTopic(): ICustomTopic | undefined {
    return this.#routing?.kind === 'customTopic' ? this.#routing.topic : undefined;
  }

  /**
   * Routes every published message, wills included, to a topic.
   * @throws LastwillError OPTION_INVALID when a routing is set already, or the topic cannot take the messages.
   */
  routeTo(routing: MqttRouting): void {
    const { target } = routing;
    refuse(this, this.#routingProblems(target));
    this.#routing = target;
    if (target.kind === 'namespaceTopic') {
      this.#addRoutingUpdate(target);
      return;
    }
    this.#resource.dependsOn = (target.after ?? []).map((before) => dependable(before));
  }

  #createResource(): AzapiResource {
    const { namespaceName, resourceGroup, tags, timeouts } = this.#props;
    return new AzapiResource(this, 'Default', {
      type: this.#type,
      name: namespaceName ?? defaultResourceName(this),
      parentId: resourceGroup.resourceGroupId,
      location: this.location,
      identity: () => this.#identity(),
      body: Lazy.anyValue({ produce: (): AzapiBody => namespaceBody(this.#props, this.#routing) }),
      tags,
      timeouts,
      retry: NAMESPACE_CONFLICT_RETRY,
      responseExportValues: [HOSTNAME_PATH],
    });
  }

  // The topic is the namespace's child, so the namespace cannot name it in its own body. Replaced whenever the
  // namespace changes, because writing the namespace without the route would take the route away.
  #addRoutingUpdate(target: MqttRoutingTarget): void {
    new AzapiUpdateResource(this, 'Routing', {
      type: this.#type,
      resourceId: this.namespaceId,
      body: { properties: { topicSpacesConfiguration: routingBody(target) } },
      locks: [this.namespaceId],
      retry: NAMESPACE_CONFLICT_RETRY,
      lifecycle: { replaceTriggeredBy: [dependable(this.#resource)] },
    });
  }

  #identity(): AzapiIdentity | undefined {
    const { systemAssignedIdentity = false, userAssignedIdentities = [] } = this.#props;
    const routing = this.#routing?.kind === 'customTopic' ? [this.#routing.identity] : [];
    const identityIds = [...new Set([...userAssignedIdentities, ...routing].map((identity) => identity.identityId))];
    if (identityIds.length === 0) return systemAssignedIdentity ? { type: 'SystemAssigned' } : undefined;
    return { type: systemAssignedIdentity ? 'SystemAssigned, UserAssigned' : 'UserAssigned', identityIds };
  }

  #routingProblems(target: MqttRoutingTarget): string[] {
    const problems = enrichmentProblems('enrichments', target.enrichments ?? {});
    if (this.#props.publicNetworkAccess === false) {
      problems.push(mustBe('publicNetworkAccess', 'true for routing, which needs it', false));
    }
    if (this.#routing !== undefined) problems.push('routing must be set once: a namespace routes to one topic');
    if (target.kind === 'namespaceTopic') {
      if (target.topic.namespace !== this)
        problems.push('routing must be to a topic of this namespace, got one of another');
    } else if (!isUnresolved([target.topic.location, this.location]) && target.topic.location !== this.location) {
      problems.push(
        mustBe('routing', `to a topic in the namespace's location ${this.location}`, target.topic.location),
      );
    }
    return problems;
  }
}

class ExistingNamespace extends Construct implements IEventGridNamespace {
  readonly namespaceId: string;
  readonly contents = new NamespaceContents({ partial: true });
  readonly maximumSessionExpirySeconds: number | undefined;

  constructor(scope: Construct, id: string, attributes: EventGridNamespaceAttributes) {
    super(scope, id);
    if (!isUnresolved(attributes.namespaceId) && !/\/namespaces\/[^/]+$/.test(attributes.namespaceId)) {
      throw new LastwillError(
        'OPTION_INVALID',
        mustBe('namespaceId', 'the ARM id of a namespace', attributes.namespaceId),
      );
    }
    this.namespaceId = attributes.namespaceId;
    this.maximumSessionExpirySeconds = secondsOf(attributes.maximumSessionExpiryHours);
    checkAtSynthesis(this);
  }
}

function checkAtSynthesis(namespace: IEventGridNamespace): void {
  namespace.node.addValidation({ validate: () => namespaceProblems(namespace.contents) });
  Warnings.of(namespace).addAtSynthesis(() => namespaceWarnings(namespace.contents));
}

function usesPreview(settings: NamespaceSettings): boolean {
  return (settings.alternativeAuthenticationNameSources ?? []).length > 0;
}

function known(value: number): number | undefined {
  return isUnresolved(value) ? undefined : value;
}

function secondsOf(hours: number | undefined): number | undefined {
  return hours === undefined || isUnresolved(hours) ? undefined : hours * 3600;
}
