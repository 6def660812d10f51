import type { ITerraformDependable } from 'cdktf';
import type { ICustomTopic } from './custom-topic';
import type { NamespaceTopic } from './namespace-topic';
import type { RoutingEnrichments } from './routing-enrichments';
import type { IUserAssignedIdentity } from './user-assigned-identity';

/** Options of {@link MqttRouting}. */
export interface MqttRoutingOptions {
  /** What is added to every routed message. @default - nothing */
  readonly enrichments?: RoutingEnrichments;
}

/** Options of {@link MqttRouting.toCustomTopic}. */
export interface CustomTopicRoutingOptions extends MqttRoutingOptions {
  /**
   * User-assigned identity that hands the messages over. A system-assigned one would make a Terraform cycle: the role
   * must be granted before the namespace is written, and the identity would exist only after.
   */
  readonly identity: IUserAssignedIdentity;
  /** What must be done before messages are routed, e.g. the role granted and known everywhere. @default - nothing */
  readonly after?: readonly ITerraformDependable[];
}

/** How a routing is written down; for the namespace. */
export type MqttRoutingTarget =
  | ({ readonly kind: 'customTopic'; readonly topic: ICustomTopic } & CustomTopicRoutingOptions)
  | ({ readonly kind: 'namespaceTopic'; readonly topic: NamespaceTopic } & MqttRoutingOptions);

/**
 * Where every published message, wills included, goes besides its subscribers.
 * @see https://learn.microsoft.com/en-us/azure/event-grid/mqtt-routing
 */
export class MqttRouting {
  /** To a custom topic, from which webhooks, functions and queues are fed. See `grantSend` of the topic. */
  static toCustomTopic(topic: ICustomTopic, options: CustomTopicRoutingOptions): MqttRouting {
    return new MqttRouting({ kind: 'customTopic', topic, ...options });
  }

  /** To a topic of the namespace itself, from which consumers pull. */
  static toNamespaceTopic(topic: NamespaceTopic, options: MqttRoutingOptions = {}): MqttRouting {
    return new MqttRouting({ kind: 'namespaceTopic', topic, ...options });
  }

  readonly target: MqttRoutingTarget;

  private constructor(target: MqttRoutingTarget) {
    this.target = target;
  }
}
