/** A resource as Azure Resource Manager answers it. */
export interface ArmResource<Properties> {
  /** ARM id. */
  readonly id: string;
  readonly name: string;
  /** Absent for resources inside others. */
  readonly location?: string;
  readonly properties: Properties & {
    /** `Succeeded` once it is as it was asked for. */
    readonly provisioningState?: string;
  };
}

/** @see https://learn.microsoft.com/en-us/rest/api/eventgrid/controlplane/clients/get */
export type MqttClient = ArmResource<{
  readonly authenticationName?: string;
  /** `Enabled` or `Disabled`. */
  readonly state?: string;
  readonly clientCertificateAuthentication?: {
    readonly validationScheme?: string;
    readonly allowedThumbprints?: readonly string[];
  };
  readonly attributes?: Readonly<Record<string, unknown>>;
}>;

/** @see https://learn.microsoft.com/en-us/rest/api/eventgrid/controlplane/client-groups/get */
export type ClientGroup = ArmResource<{ readonly query?: string }>;

/** @see https://learn.microsoft.com/en-us/rest/api/eventgrid/controlplane/topic-spaces/get */
export type TopicSpace = ArmResource<{ readonly topicTemplates?: readonly string[] }>;

/** @see https://learn.microsoft.com/en-us/rest/api/eventgrid/controlplane/permission-bindings/get */
export type PermissionBinding = ArmResource<{
  readonly clientGroupName?: string;
  readonly topicSpaceName?: string;
  /** `Publisher` or `Subscriber`. */
  readonly permission?: string;
}>;

/** @see https://learn.microsoft.com/en-us/rest/api/eventgrid/controlplane/ca-certificates/get */
export type CaCertificate = ArmResource<{ readonly encodedCertificate?: string; readonly expiryTimeInUtc?: string }>;

/** A custom topic, or a topic of a namespace. */
export type RoutedTopic = ArmResource<{ readonly inputSchema?: string }>;

/**
 * An event subscription of a custom topic, or of a topic of a namespace.
 * @see https://learn.microsoft.com/en-us/rest/api/eventgrid/controlplane/topic-event-subscriptions/list
 * @see https://learn.microsoft.com/en-us/rest/api/eventgrid/controlplane/namespace-topic-event-subscriptions/list-by-namespace-topic
 */
export type EventSubscription = ArmResource<{
  readonly expirationTimeUtc?: string;
  /** Of a custom topic. */
  readonly filter?: Readonly<Record<string, unknown>>;
  readonly destination?: EventDestination;
  readonly deliveryWithResourceIdentity?: { readonly destination?: EventDestination };
  /** Of a topic of a namespace. */
  readonly filtersConfiguration?: {
    readonly includedEventTypes?: readonly string[];
    readonly filters?: readonly unknown[];
  };
  readonly deliveryConfiguration?: {
    /** `Queue`: consumers pull; `Push`: to a destination. */
    readonly deliveryMode?: string;
    readonly push?: {
      readonly destination?: EventDestination;
      readonly deliveryWithResourceIdentity?: { readonly destination?: EventDestination };
    };
  };
}>;

/** Where events are delivered to. */
export interface EventDestination {
  /** E.g. `WebHook`, `AzureFunction`. */
  readonly endpointType?: string;
  readonly properties?: Readonly<Record<string, unknown>>;
}

/** @see https://learn.microsoft.com/en-us/rest/api/authorization/role-assignments/list-for-scope */
export type RoleAssignment = ArmResource<{
  readonly roleDefinitionId?: string;
  readonly principalId?: string;
  readonly scope?: string;
}>;
