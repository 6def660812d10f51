import { isJsonObject } from '../json-value';
import type { ResolvedResource } from '../resolved-template';
import type { ActionContext } from './action-context';
import { matchesFilterPolicy } from './sns-filter-policy';
import { readSnsMessage, type SnsMessageFormat } from './sns-message';
import { type SnsSubscription, subscriptionsOf } from './sns-subscription';

/** A message that SNS has taken on. */
export interface SnsNotification {
  /** UUID. */
  readonly id: string;
  readonly topic: SnsTopic;
  readonly subject?: string;
  /** What the subscription's protocol gets. */
  readonly text: string;
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly time: number;
}

/** A message made ready for one subscription; `send` delivers it and cannot fail. */
export interface SnsDelivery {
  send(): void | Promise<void>;
}

/** How SNS delivers under one protocol. */
export type SnsProtocol = (
  notification: SnsNotification,
  subscription: SnsSubscription,
) => SnsDelivery | Promise<SnsDelivery>;

/** A topic of the templates. */
export interface SnsTopic {
  readonly arn: string;
  readonly region: string;
  /** Absent when the topic has none. */
  readonly displayName?: string;
  readonly kmsKeyId?: unknown;
  /** The topic's own policies. */
  readonly policies: readonly unknown[];
  readonly subscriptions: readonly SnsSubscription[];
}

/** The SNS topics of the templates, with their subscriptions. */
export class SnsTopics {
  readonly #topics: ReadonlyMap<string, SnsTopic>;

  constructor(
    private readonly context: ActionContext,
    private readonly protocols: ReadonlyMap<string, SnsProtocol>,
    private readonly otherProtocol: SnsProtocol,
    /** Endpoints whose owners have not confirmed their subscriptions. */
    private readonly unconfirmed: readonly string[] = [],
  ) {
    const topics = context.resources.ofType('AWS::SNS::Topic').map((resource) => this.#topicOf(resource));
    this.#topics = new Map(topics.map((topic) => [topic.arn, topic]));
    const endpoints = new Set(topics.flatMap(({ subscriptions }) => subscriptions.map(({ endpoint }) => endpoint)));
    for (const endpoint of unconfirmed.filter((name) => !endpoints.has(name))) {
      const known = [...endpoints].join(', ');
      const reason = `${endpoint} cannot be left unconfirmed: the subscriptions are for ${known === '' ? 'nobody' : known}`;
      context.log.write({ type: 'warning', reason });
    }
  }

  get all(): readonly SnsTopic[] {
    return [...this.#topics.values()];
  }

  find(arn: string): SnsTopic | undefined {
    return this.#topics.get(arn);
  }

  /**
   * Makes a message ready for every subscription whose filter lets it through.
   * @throws SnsMessageProblem when SNS would refuse the message.
   */
  async prepare(topic: SnsTopic, message: string, format: SnsMessageFormat, subject?: string): Promise<SnsDelivery[]> {
    const read = readSnsMessage(message, format);
    const id = this.context.randomness.uuid();
    const time = this.context.clock.now();
    return Promise.all(
      topic.subscriptions
        .filter(({ confirmed }) => confirmed !== false)
        .filter((subscription) => isWanted(subscription, read.textFor(subscription.protocol)))
        .map((subscription) => {
          const deliver = this.protocols.get(subscription.protocol) ?? this.otherProtocol;
          return deliver({ id, topic, subject, text: read.textFor(subscription.protocol), time }, subscription);
        }),
    );
  }

  #topicOf(resource: ResolvedResource): SnsTopic {
    const { DisplayName: displayName, KmsMasterKeyId: kmsKeyId } = resource.properties;
    const { resources } = this.context;
    return {
      arn: resource.ref,
      region: resource.ref.split(':')[3] ?? 'us-east-1',
      displayName: typeof displayName === 'string' && displayName !== '' ? displayName : undefined,
      kmsKeyId,
      policies: resources
        .ofType('AWS::SNS::TopicPolicy')
        .filter(({ properties }) => Array.isArray(properties.Topics) && properties.Topics.includes(resource.ref))
        .map(({ properties }) => properties.PolicyDocument),
      subscriptions: subscriptionsOf(resource, resources).map((subscription) =>
        this.unconfirmed.includes(subscription.endpoint) ? { ...subscription, confirmed: false } : subscription,
      ),
    };
  }
}

/** AWS IoT sends no message attributes, so that a filter on attributes sees none. */
function isWanted(subscription: SnsSubscription, text: string): boolean {
  const { filterPolicy, filterPolicyScope } = subscription;
  if (filterPolicy === undefined) return true;
  return matchesFilterPolicy(filterPolicy, filterPolicyScope === 'MessageBody' ? jsonObject(text) : {});
}

function jsonObject(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
