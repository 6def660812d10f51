import { isJsonObject, type JsonObject } from '../json-value';
import type { ResolvedResource } from '../resolved-template';
import type { TemplateResources } from './template-resources';

/** A subscription to an SNS topic. */
export interface SnsSubscription {
  readonly arn: string;
  readonly topicArn: string;
  /** `email`, `email-json`, `sqs`, `lambda`, `http`, `https`, `sms`, ... */
  readonly protocol: string;
  readonly endpoint: string;
  /** @default - every message */
  readonly filterPolicy?: JsonObject;
  readonly filterPolicyScope: 'MessageAttributes' | 'MessageBody';
  readonly rawMessageDelivery: boolean;
  /** False when its owner has not confirmed it: nothing is delivered. @default true */
  readonly confirmed?: boolean;
}

/**
 * Every subscription to a topic: resources of their own and those that stand in the topic. Subscribing the same
 * endpoint twice gives the same subscription.
 * @see https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html
 */
export function subscriptionsOf(topic: ResolvedResource, resources: TemplateResources): SnsSubscription[] {
  const inline = Array.isArray(topic.properties.Subscription) ? topic.properties.Subscription : [];
  const separate = resources
    .ofType('AWS::SNS::Subscription')
    .filter(({ properties }) => properties.TopicArn === topic.ref)
    .map(({ ref, properties }) => subscription(ref, topic.ref, properties));
  const all = [
    ...inline
      .filter(isJsonObject)
      .map((properties, index) => subscription(`${topic.ref}:${topic.logicalId}-${index}`, topic.ref, properties)),
    ...separate,
  ].filter((one) => one !== undefined);
  return [...new Map(all.map((one) => [`${one.protocol} ${one.endpoint}`, one])).values()];
}

function subscription(arn: string, topicArn: string, properties: JsonObject): SnsSubscription | undefined {
  const { Protocol: protocol, Endpoint: endpoint } = properties;
  if (typeof protocol !== 'string' || typeof endpoint !== 'string') return undefined;
  return {
    arn,
    topicArn,
    protocol,
    endpoint,
    filterPolicy: policyOf(properties.FilterPolicy),
    filterPolicyScope: properties.FilterPolicyScope === 'MessageBody' ? 'MessageBody' : 'MessageAttributes',
    rawMessageDelivery: properties.RawMessageDelivery === true || properties.RawMessageDelivery === 'true',
  };
}

function policyOf(declared: unknown): JsonObject | undefined {
  const value = typeof declared === 'string' ? parse(declared) : declared;
  return isJsonObject(value) && Object.keys(value).length > 0 ? value : undefined;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
