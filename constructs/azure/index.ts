export { LastwillError } from '../../presence/errors';
export type { LwtOptions } from '../../presence/lwt-options';
export type { AttributeValue, ClientAttributes } from '../../semantics/event-grid/mqtt-client-identity';
export { AzapiProvider, type AzapiProviderProps } from './azapi/azapi-provider';
export { type AzapiIdentity, AzapiResource, type AzapiResourceProps } from './azapi/azapi-resource';
export type { AzapiBody, AzapiRetry, AzapiSettings, AzapiTimeouts, JsonValue } from './azapi/azapi-settings';
export { AzapiUpdateResource, type AzapiUpdateResourceProps } from './azapi/azapi-update-resource';
export { DataAzapiClientConfig } from './azapi/data-azapi-client-config';
export { CaCertificate, type CaCertificateProps } from './ca-certificate';
export { CertificateAuthentication, type ValidationScheme } from './certificate-authentication';
export { ClientGroup, type ClientGroupProps, type IClientGroup } from './client-group';
export { ClientGroupOperand, ClientGroupQuery } from './client-group-query';
export type { ClientWill } from './client-will';
export {
  CustomTopic,
  type CustomTopicAttributes,
  type CustomTopicProps,
  type GrantSendOptions,
  type ICustomTopic,
} from './custom-topic';
export { DiagnosticSetting, type DiagnosticSettingProps, MqttLogCategory } from './diagnostic-setting';
export { DisconnectAlert, type DisconnectAlertProps } from './disconnect-alert';
export { EventDestination } from './event-destination';
export {
  EventGridNamespace,
  type EventGridNamespaceAttributes,
  type EventGridNamespaceNameAttributes,
  type EventGridNamespaceProps,
} from './event-grid-namespace';
export type { IEventGridNamespace } from './event-grid-namespace-interface';
export { EventSubscription, type EventSubscriptionProps, type SubjectFilter } from './event-subscription';
export {
  type DeviceSettings,
  LwtMonitor,
  type LwtMonitorNames,
  type LwtMonitorProps,
  NOBODY_NOTIFIED_WARNING,
  SHARED_WILL_TOPIC_WARNING,
} from './lwt-monitor';
export { type IMqttClient, MqttClient, type MqttClientAttributes, type MqttClientProps } from './mqtt-client';
export { type CustomTopicRoutingOptions, MqttRouting, type MqttRoutingOptions } from './mqtt-routing';
export { AuthenticationNameSource, type NamespaceSettings } from './namespace-body';
export { NamespaceTopic, type NamespaceTopicProps } from './namespace-topic';
export {
  type LogAlertOptions,
  NotificationPath,
  type NotificationPathContext,
  type RoutedPathOptions,
} from './notification-path';
export { Permission, PermissionBinding, type PermissionBindingProps } from './permission-binding';
export { PrivateEndpoint, type PrivateEndpointProps } from './private-endpoint';
export {
  type IResourceGroup,
  ResourceGroup,
  type ResourceGroupAttributes,
  type ResourceGroupProps,
} from './resource-group';
export { PrincipalType, RoleAssignment, type RoleAssignmentProps } from './role-assignment';
export type { RoutingEnrichments } from './routing-enrichments';
export { TimeProvider } from './time/time-sleep';
export { TopicSpace, type TopicSpaceGrantOptions, type TopicSpaceProps } from './topic-space';
export type { ITopicSpace } from './topic-space-interface';
export {
  type IUserAssignedIdentity,
  UserAssignedIdentity,
  type UserAssignedIdentityAttributes,
  type UserAssignedIdentityProps,
} from './user-assigned-identity';
export { type Warning, Warnings } from './warnings';
