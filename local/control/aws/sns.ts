import type { AccountTopic, AwsAccount } from '../ports';
import { type QueryParameters, type QueryService, queryPage } from './query-operation';
import { ServiceError } from './service-error';

/** Topics and their subscriptions. @see https://docs.aws.amazon.com/sns/latest/api/API_ListSubscriptionsByTopic.html */
export const sns: QueryService = {
  namespace: 'http://sns.amazonaws.com/doc/2010-03-31/',
  operations: [
    { name: 'ListTopics', answer: listTopics },
    { name: 'ListSubscriptions', answer: listSubscriptions },
    { name: 'ListSubscriptionsByTopic', answer: listSubscriptionsByTopic },
    { name: 'GetTopicAttributes', answer: getTopicAttributes },
    { name: 'GetSubscriptionAttributes', answer: getSubscriptionAttributes },
  ],
};

/** In place of the ARN of a subscription whose owner has not confirmed it. */
const PENDING = 'PendingConfirmation';
const PAGES = { errorCode: 'InvalidParameter' };

function listTopics(parameters: QueryParameters, { topics }: AwsAccount) {
  const { items, next } = queryPage(topics, parameters, PAGES);
  return { Topics: items.map(({ arn }) => ({ TopicArn: arn })), NextToken: next };
}

function listSubscriptions(parameters: QueryParameters, account: AwsAccount) {
  const all = account.topics.flatMap((topic) => describedOf(topic, account));
  const { items, next } = queryPage(all, parameters, PAGES);
  return { Subscriptions: items, NextToken: next };
}

function listSubscriptionsByTopic(parameters: QueryParameters, account: AwsAccount) {
  const all = describedOf(topicOf(parameters, account), account);
  const { items, next } = queryPage(all, parameters, PAGES);
  return { Subscriptions: items, NextToken: next };
}

function describedOf({ arn: topicArn, subscriptions }: AccountTopic, { account }: AwsAccount) {
  return subscriptions.map(({ arn, protocol, endpoint, confirmed }) => ({
    SubscriptionArn: confirmed === false ? PENDING : arn,
    Owner: account,
    Protocol: protocol,
    Endpoint: endpoint,
    TopicArn: topicArn,
  }));
}

function getSubscriptionAttributes(parameters: QueryParameters, { topics, account }: AwsAccount) {
  const arn = parameters.get('SubscriptionArn');
  const found = topics
    .flatMap((topic) => topic.subscriptions.map((subscription) => ({ topic, subscription })))
    .find(({ subscription }) => subscription.arn === arn);
  if (found === undefined) throw new ServiceError('NotFound', 'Subscription does not exist');
  const { protocol, endpoint, confirmed } = found.subscription;
  const attributes = new Map([
    ['SubscriptionArn', found.subscription.arn],
    ['TopicArn', found.topic.arn],
    ['Owner', account],
    ['Protocol', protocol],
    ['Endpoint', endpoint],
    ['PendingConfirmation', String(confirmed === false)],
  ]);
  return { Attributes: attributes };
}

function getTopicAttributes(parameters: QueryParameters, account: AwsAccount) {
  const { arn, displayName = '', kmsKeyId, policies, subscriptions } = topicOf(parameters, account);
  const pending = subscriptions.filter(({ confirmed }) => confirmed === false).length;
  const attributes: Readonly<Record<string, string | undefined>> = {
    TopicArn: arn,
    Owner: account.account,
    DisplayName: displayName,
    KmsMasterKeyId: typeof kmsKeyId === 'string' ? kmsKeyId : undefined,
    Policy: policies[0] === undefined ? undefined : JSON.stringify(policies[0]),
    SubscriptionsConfirmed: String(subscriptions.length - pending),
    SubscriptionsPending: String(pending),
    SubscriptionsDeleted: '0',
  };
  const known = Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : [[key, value] as const],
  );
  return { Attributes: new Map(known) };
}

function topicOf(parameters: QueryParameters, { topics }: AwsAccount): AccountTopic {
  const arn = parameters.get('TopicArn') ?? '';
  if (arn.split(':').length < 6) {
    throw new ServiceError(
      'InvalidParameter',
      `Invalid parameter: TopicArn Reason: An ARN must have at least 6 elements, not ${arn.split(':').length}`,
    );
  }
  const topic = topics.find((candidate) => candidate.arn === arn);
  if (topic === undefined) throw new ServiceError('NotFound', 'Topic does not exist');
  return topic;
}
