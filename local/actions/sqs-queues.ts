import type { Clock } from '../../presence/clock';
import type { Randomness } from '../../presence/randomness';
import type { ResolvedResource } from '../resolved-template';
import type { TemplateResources } from './template-resources';

/** A message in an SQS queue. */
export interface QueueMessage {
  /** UUID. */
  readonly id: string;
  readonly body: string;
  /** When it was sent, in milliseconds since 1970-01-01T00:00:00Z. */
  readonly sentAt: number;
}

/** What SQS does when the template does not say. @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sqs-queue.html */
const DEFAULT_RETENTION_SECONDS = 345_600;

/** An SQS queue of the templates, kept in memory for a test to read. Visibility timeouts and redrive are not emulated. */
export class EmbeddedQueue {
  readonly url: string;
  readonly arn: string;
  readonly name: string;
  readonly kmsKeyId: unknown;
  /** The queue's own policies. */
  readonly policies: readonly unknown[];
  readonly #delayMilliseconds: number;
  readonly #retentionMilliseconds: number;
  #messages: QueueMessage[] = [];

  constructor(
    resource: ResolvedResource,
    resources: TemplateResources,
    private readonly clock: Clock,
    private readonly randomness: Randomness,
  ) {
    const { properties, attributes, ref } = resource;
    this.url = ref;
    this.arn = attributes.Arn ?? '';
    this.name = attributes.QueueName ?? '';
    this.kmsKeyId = properties.KmsMasterKeyId;
    this.policies = resources
      .ofType('AWS::SQS::QueuePolicy')
      .filter((policy) => Array.isArray(policy.properties.Queues) && policy.properties.Queues.includes(ref))
      .map((policy) => policy.properties.PolicyDocument);
    this.#delayMilliseconds = Number(properties.DelaySeconds ?? 0) * 1_000;
    this.#retentionMilliseconds = Number(properties.MessageRetentionPeriod ?? DEFAULT_RETENTION_SECONDS) * 1_000;
  }

  /** Whether it is a FIFO queue, which rule actions cannot write to. */
  get isFifo(): boolean {
    return this.name.endsWith('.fifo');
  }

  send(body: string): void {
    this.#messages.push({ id: this.randomness.uuid(), body, sentAt: this.clock.now() });
  }

  /** The messages that a reader would get now, the oldest first: not those that are delayed still. They stay. */
  get messages(): readonly QueueMessage[] {
    const now = this.clock.now();
    this.#messages = this.#messages.filter(({ sentAt }) => now - sentAt < this.#retentionMilliseconds);
    return this.#messages.filter(({ sentAt }) => now - sentAt >= this.#delayMilliseconds);
  }

  /** Takes the messages that a reader would get now out of the queue. */
  take(): readonly QueueMessage[] {
    const taken = this.messages;
    this.#messages = this.#messages.filter((message) => !taken.includes(message));
    return taken;
  }
}

/** The SQS queues of the templates. */
export class SqsQueues {
  readonly all: readonly EmbeddedQueue[];

  constructor(resources: TemplateResources, clock: Clock, randomness: Randomness) {
    this.all = resources
      .ofType('AWS::SQS::Queue')
      .map((resource) => new EmbeddedQueue(resource, resources, clock, randomness));
  }

  /** A queue by URL, ARN or name. */
  find(identifier: string): EmbeddedQueue | undefined {
    return this.all.find(({ url, arn, name }) => [url, arn, name].includes(identifier));
  }
}
