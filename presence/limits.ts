/**
 * Limits of MQTT and of the two clouds, as the clouds document them.
 * @see https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html
 * @see https://docs.aws.amazon.com/general/latest/gr/iot-core.html
 * @see https://learn.microsoft.com/en-us/azure/event-grid/quotas-limits
 */

/** Limits of a topic name or topic filter. */
export interface TopicLimits {
  /** Most bytes in UTF-8. */
  readonly maximumBytes: number;
  /** Most levels, where `/` separates levels; a leading `/` makes an empty first level. */
  readonly maximumLevels: number;
}

/** Limits of the MQTT standard. @see https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html */
export const MQTT_LIMITS = {
  /** [MQTT-4.7.3-3] */
  topic: { maximumBytes: 65_535, maximumLevels: 65_535 },
  /** Keep Alive is a two byte integer of seconds (3.1.2.10). */
  maximumKeepAliveSeconds: 65_535,
  /** Will Delay Interval is a four byte integer of seconds (3.1.3.2.2). */
  maximumWillDelaySeconds: 4_294_967_295,
  /** Session Expiry Interval 0xFFFFFFFF: the session never expires (3.1.2.11.2). */
  sessionNeverExpiresSeconds: 4_294_967_295,
  /** A client is given up after one and a half times its keep alive [MQTT-3.1.2-22]. */
  keepAliveFactor: 1.5,
} as const;

/** Limits of AWS IoT Core. @see https://docs.aws.amazon.com/general/latest/gr/iot-core.html */
export const AWS_LIMITS = {
  /** 256 bytes and 7 slashes. */
  topic: { maximumBytes: 256, maximumLevels: 8 },
  maximumClientIdBytes: 128,
  minimumKeepAliveSeconds: 30,
  maximumKeepAliveSeconds: 1_200,
  maximumPayloadBytes: 131_072,
  maximumQos: 1,
  maximumSessionExpirySeconds: 604_800,
  defaultSessionExpirySeconds: 3_600,
  maximumMessageExpirySeconds: 604_800,
  /** White space does not count. @see https://docs.aws.amazon.com/iot/latest/developerguide/iot-policies.html */
  maximumPolicyCharacters: 2_048,
  maximumPoliciesPerCertificate: 10,
  maximumActionsPerRule: 10,
  maximumResourcesPerStack: 500,
  /** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iot-thing.html */
  thingName: /^[a-zA-Z0-9:_-]{1,128}$/,
  /** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iot-topicrule.html */
  ruleName: /^[a-zA-Z0-9_]{1,128}$/,
  /** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iot-policy.html */
  policyName: /^[\w+=,.@-]{1,128}$/,
} as const;

/** Limits of Azure Event Grid namespaces. @see https://learn.microsoft.com/en-us/azure/event-grid/quotas-limits */
export const EVENT_GRID_LIMITS = {
  /** 256 bytes and 15 segments (raised from 8 in May 2025). */
  topic: { maximumBytes: 256, maximumLevels: 15 },
  minimumKeepAliveSeconds: 1,
  maximumKeepAliveSeconds: 1_160,
  maximumPacketBytes: 524_288,
  maximumQos: 1,
  maximumWillDelaySeconds: 300,
  maximumSessionExpiryHours: 8,
  maximumSessionsPerAuthenticationName: 100,
  maximumThroughputUnits: 40,
  maximumClientGroups: 10,
  maximumTopicSpaces: 10,
  maximumTemplatesPerTopicSpace: 10,
  maximumPermissionBindings: 100,
  maximumCaCertificates: 10,
  maximumClientsPerThroughputUnit: 10_000,
  maximumAttributesBytes: 4_096,
  clientName: /^[-a-zA-Z0-9:._]{1,128}$/,
  /** Namespaces, client groups, topic spaces, permission bindings and CA certificates. */
  resourceName: /^[a-zA-Z0-9-]{3,50}$/,
} as const;
