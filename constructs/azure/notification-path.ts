import type { Construct } from 'constructs';
import { mustBe } from '../../presence/errors';
import { CustomTopic, type ICustomTopic } from './custom-topic';
import { DisconnectAlert } from './disconnect-alert';
import { EventDestination } from './event-destination';
import { EventGridNamespace } from './event-grid-namespace';
import type { IEventGridNamespace } from './event-grid-namespace-interface';
import { EventSubscription, type SubjectFilter } from './event-subscription';
import { MqttRouting } from './mqtt-routing';
import { refuse } from './property-checks';
import type { IResourceGroup } from './resource-group';
import type { RoutingEnrichments } from './routing-enrichments';
import { UserAssignedIdentity } from './user-assigned-identity';
import { Warnings } from './warnings';

/** What a notification path is told by whoever uses it. */
export interface NotificationPathContext {
  /** The namespace whose messages are told of. */
  readonly namespace: IEventGridNamespace;
  /** Which topics to tell of. */
  readonly subject: SubjectFilter;
  /** E-mail addresses that the user named. */
  readonly emailAddresses: readonly string[];
}

/** Options of a path on which messages are routed out of the namespace. */
export interface RoutedPathOptions {
  /** Name of the custom topic: 3 to 50 letters, digits and hyphens, unique in the region. @default - made from the construct's path */
  readonly topicName?: string;
  /** What is added to every routed message. @default - the client's authentication name, as `clientname` */
  readonly enrichments?: RoutingEnrichments;
  /** Seconds, 0 to 600, that the new role assignment is given to be known everywhere. @default 60 */
  readonly propagationSeconds?: number;
}

/** Options of {@link NotificationPath.logAlert}. */
export interface LogAlertOptions {
  /** ARM id of the Log Analytics workspace that receives the namespace's logs. */
  readonly workspaceId: string;
  /** Where the alert rule is created. */
  readonly resourceGroup: IResourceGroup;
  /** Whether the workspace receives the disconnections already. @default false */
  readonly workspaceHasLogs?: boolean;
}

/** The paths that there are and how fast they are, for the message that asks to choose one. */
export const NOTIFICATION_PATHS =
  'NotificationPath.webhook, azureFunction, storageQueue, serviceBusQueue or serviceBusTopic (within seconds, carries the will, each routed message is billed), or NotificationPath.logAlert (an e-mail some minutes later, sees the disconnect and never the will)';

/**
 * How people or programs outside MQTT hear of a will.
 * @see https://learn.microsoft.com/en-us/azure/event-grid/mqtt-routing
 */
export class NotificationPath {
  /** An HTTPS endpoint, e.g. a Logic App that sends an e-mail. */
  static webhook(url: string, options: RoutedPathOptions = {}): NotificationPath {
    return NotificationPath.to(EventDestination.webhook(url), options);
  }

  /** A function, by the ARM id of the function inside its app. */
  static azureFunction(functionId: string, options: RoutedPathOptions = {}): NotificationPath {
    return NotificationPath.to(EventDestination.azureFunction(functionId), options);
  }

  /** A storage queue, by the ARM id of its account and its name. */
  static storageQueue(storageAccountId: string, queueName: string, options: RoutedPathOptions = {}): NotificationPath {
    return NotificationPath.to(EventDestination.storageQueue(storageAccountId, queueName), options);
  }

  /** A Service Bus queue, by its ARM id. */
  static serviceBusQueue(queueId: string, options: RoutedPathOptions = {}): NotificationPath {
    return NotificationPath.to(EventDestination.serviceBusQueue(queueId), options);
  }

  /** A Service Bus topic, by its ARM id. */
  static serviceBusTopic(topicId: string, options: RoutedPathOptions = {}): NotificationPath {
    return NotificationPath.to(EventDestination.serviceBusTopic(topicId), options);
  }

  /** Any destination of an event subscription. */
  static to(destination: EventDestination, options: RoutedPathOptions = {}): NotificationPath {
    return new NotificationPath((scope, context) => addRoutedPath(scope, context, destination, options));
  }

  /** E-mail by a log alert on disconnects: minutes late, and it never sees the will. */
  static logAlert(options: LogAlertOptions): NotificationPath {
    return new NotificationPath((scope, { namespace, emailAddresses }) => {
      const rule = 'at least one e-mail address for NotificationPath.logAlert';
      refuse(scope, emailAddresses.length > 0 ? [] : [mustBe('notify', rule, emailAddresses)]);
      new DisconnectAlert(scope, 'DisconnectAlert', { ...options, namespace, emailAddresses });
    });
  }

  readonly #add: (scope: Construct, context: NotificationPathContext) => void;

  private constructor(add: (scope: Construct, context: NotificationPathContext) => void) {
    this.#add = add;
  }

  /** Creates what the path needs, below `scope`. */
  addTo(scope: Construct, context: NotificationPathContext): void {
    this.#add(scope, context);
  }
}

/** A namespace routes to one topic: the first path makes it, others deliver from it too. */
function routedTopic(scope: Construct, namespace: EventGridNamespace, options: RoutedPathOptions): ICustomTopic {
  if (namespace.routedTopic !== undefined) {
    const rule = 'left out where the namespace routes to a topic already: its options were given then';
    const given = Object.entries(options).filter(([, value]) => value !== undefined);
    refuse(
      scope,
      given.map(([name, value]) => mustBe(name, rule, value)),
    );
    return namespace.routedTopic;
  }
  const { resourceGroup, location } = namespace;
  const topic = new CustomTopic(scope, 'RoutedMessages', { resourceGroup, location, topicName: options.topicName });
  const identity = new UserAssignedIdentity(scope, 'RoutingIdentity', { resourceGroup, location });
  const granted = topic.grantSend(identity, { propagationSeconds: options.propagationSeconds });
  const enrichments = options.enrichments ?? { dynamic: { clientname: '${client.authenticationName}' } };
  namespace.routeTo(MqttRouting.toCustomTopic(topic, { identity, enrichments, after: [granted] }));
  return topic;
}

function addRoutedPath(
  scope: Construct,
  { namespace, subject, emailAddresses }: NotificationPathContext,
  destination: EventDestination,
  options: RoutedPathOptions,
): void {
  if (!(namespace instanceof EventGridNamespace)) {
    const rule = 'a namespace of this app, because its routing is set in its own definition';
    refuse(scope, [mustBe('namespace', rule, namespace.node.path)]);
    return;
  }
  const topic = routedTopic(scope, namespace, options);
  new EventSubscription(scope, 'Wills', { topic, destination, subject });
  if (emailAddresses.length > 0) {
    const message = `notify: nothing is sent to ${emailAddresses.join(', ')} by itself; whatever receives the routed messages must do so`;
    Warnings.of(scope).add('lastwill:notifyLeftToDestination', message);
  }
}
