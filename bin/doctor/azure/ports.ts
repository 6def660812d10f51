import type { SomeClients } from '../../../cloud-clients/azure/namespace-contents';
import type { EventGridNamespace } from '../../../cloud-clients/azure/namespaces';
import type {
  CaCertificate,
  ClientGroup,
  EventSubscription,
  MqttClient,
  PermissionBinding,
  RoleAssignment,
  RoutedTopic,
  TopicSpace,
} from '../../../cloud-clients/azure/resources';
import type { DevicePorts, Subject } from '../ports';

/** What the doctor is asked about on Azure. */
export interface AzureSubject extends Subject {
  /** @default 0 */
  readonly willDelaySeconds?: number;
  /** Seconds for which the device's session outlives its connection. @default 0 */
  readonly sessionExpirySeconds?: number;
  /** Connections that the device holds at once, each with a client id of its own. @default 1 */
  readonly connections?: number;
}

/** What the checks on Azure ask of the world. All reject with a LastwillError that says why nobody could answer. */
export interface AzurePorts extends DevicePorts {
  readonly subject: AzureSubject;
  /** Id of the subscription that is asked. */
  readonly subscription: string;
  namespace(): Promise<EventGridNamespace>;
  /** The client with the device's authentication name; `undefined` when there is none. */
  client(): Promise<MqttClient | undefined>;
  /** Clients of the namespace: all, or as many as are worth looking at. */
  clients(): Promise<SomeClients>;
  clientGroups(): Promise<readonly ClientGroup[]>;
  topicSpaces(): Promise<readonly TopicSpace[]>;
  permissionBindings(): Promise<readonly PermissionBinding[]>;
  caCertificates(): Promise<readonly CaCertificate[]>;
  /** The topic with an ARM id; `undefined` when there is none. */
  routedTopic(topicId: string): Promise<RoutedTopic | undefined>;
  eventSubscriptions(topicId: string): Promise<readonly EventSubscription[]>;
  /** Roles on a resource, whether assigned there or above: those of a principal, or of all when none is named. */
  roleAssignments(scope: string, principalId?: string): Promise<readonly RoleAssignment[]>;
  /** The principal of a user-assigned identity; `undefined` when there is no such identity. */
  principalOf(identityId: string): Promise<string | undefined>;
}
