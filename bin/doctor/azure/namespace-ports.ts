import type { ArmSession } from '../../../cloud-clients/azure/arm-session';
import {
  eventSubscriptions,
  principalOf,
  roleAssignments,
  routedTopic,
} from '../../../cloud-clients/azure/message-routes';
import { NamespaceContents } from '../../../cloud-clients/azure/namespace-contents';
import { findNamespace, mqttHostOf, type NamespaceChoice } from '../../../cloud-clients/azure/namespaces';
import type { Clock } from '../../../presence/clock';
import { type DeviceCredentials, deviceCredentials } from '../device-credentials';
import { handshakeProblem } from '../handshake';
import { once } from '../ports';
import type { AzurePorts, AzureSubject } from './ports';

/** Where the checks look. */
export interface NamespacePortsOptions {
  readonly session: ArmSession;
  readonly choice: NamespaceChoice;
  readonly subject: AzureSubject;
  readonly store: string;
  readonly clock: Clock;
  readonly port: number;
  /** In place of the namespace's own host name. @default - that */
  readonly endpoint?: string;
  /** Root certificates to trust, in PEM. @default - those that Node.js trusts */
  readonly rootCa?: string;
}

/** Of a namespace's tens of thousands of clients, those looked at for who may hear of a will. */
const CLIENTS_LOOKED_AT = 1_000;

/**
 * The checks' questions, put to a namespace through Azure Resource Manager; each is asked once.
 * @public loaded where it is needed
 */
export function namespacePorts(options: NamespacePortsOptions): AzurePorts {
  const { session, choice, subject, store, clock, port, rootCa } = options;
  const stored = (): DeviceCredentials => deviceCredentials(store, 'azure', subject.device);
  const namespace = once(() => findNamespace(session, choice));
  const read = <T>(ask: (contents: NamespaceContents) => Promise<T>): (() => Promise<T>) =>
    once(async () => ask(new NamespaceContents(session, (await namespace()).id)));
  return {
    subject,
    clock,
    stored,
    subscription: session.subscriptionId,
    namespace,
    endpoint: once(async () => ({ host: options.endpoint ?? mqttHostOf(await namespace()), port })),
    handshakeProblem: (host, at) => handshakeProblem(host, at, { rootCa, ...stored() }),
    client: read((contents) => contents.client(subject.device)),
    clients: read((contents) => contents.clients(CLIENTS_LOOKED_AT)),
    clientGroups: read((contents) => contents.clientGroups()),
    topicSpaces: read((contents) => contents.topicSpaces()),
    permissionBindings: read((contents) => contents.permissionBindings()),
    caCertificates: read((contents) => contents.caCertificates()),
    routedTopic: (topicId) => routedTopic(session, topicId),
    eventSubscriptions: (topicId) => eventSubscriptions(session, topicId),
    roleAssignments: (scope, principalId) => roleAssignments(session, scope, principalId),
    principalOf: (identityId) => principalOf(session, identityId),
  };
}
