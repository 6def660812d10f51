import type { AccountTopic, AwsAccount } from '../ports';
import { pageOf } from './page';
import type { QueryParameters, QueryService } from './query-operation';
import { ServiceError } from './service-error';

/** Topics and their subscriptions. @see https://docs.aws.amazon.com/sns/latest/api/API_ListSubscriptionsByTopic.html */
export const sns: QueryService = {
  namespace: 'http://sns.amazonaws.com/doc/2010-03-31/',
  operations: [
    { name: 'ListSubscriptionsByTopic', answer: listSubscriptionsByTopic },
    { name: 'GetTopicAttributes', answer: getTopicAttributes },
  ],
};

/** In place of the ARN of a subscription whose owner has not confirmed it. */
const PENDING = 'PendingConfirmation';

function listSubscriptionsByTopic(parameters: QueryParameters, account: AwsAccount) {
  const { arn: topicArn, subscriptions } = topicOf(parameters, account);
  const { items, next } = pageOf(subscriptions, {
    token: parameters.get('NextToken'),
    size: undefined,
    defaultSize: 100,
    errorCode: 'InvalidParameter',
  });
  const listed = items.map(({ arn, protocol, endpoint, confirmed }) => ({
    SubscriptionArn: confirmed === false ? PENDING : arn,
    Owner: account.account,
    Protocol: protocol,
    Endpoint: endpoint,
    TopicArn: topicArn,
  }));
  return { Subscriptions: listed, NextToken: next };
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
  const arn = parameters.get('TopicArn');
  const topic = topics.find((candidate) => candidate.arn === arn);
  if (topic === undefined) throw new ServiceError('NotFound', 'Topic does not exist');
  return topic;
}
