import type { AwsSession } from '../../../cloud-clients/aws/aws-session';
import { everyPage } from '../../../cloud-clients/aws/pages';
import type { Subscription } from './ports';

/**
 * Who subscribes to an SNS topic; `undefined` when there is no such topic.
 * @see https://docs.aws.amazon.com/sns/latest/api/API_ListSubscriptionsByTopic.html
 */
export async function notificationSubscriptions(
  session: AwsSession,
  topicArn: string,
): Promise<readonly Subscription[] | undefined> {
  const { ListSubscriptionsByTopicCommand } = require('@aws-sdk/client-sns') as typeof import('@aws-sdk/client-sns');
  const action = 'sns:ListSubscriptionsByTopic';
  let exists = true;
  const found = await everyPage(action, async (token) => {
    const input = { TopicArn: topicArn, NextToken: token };
    const page = await session.find(action, () => session.sns.send(new ListSubscriptionsByTopicCommand(input)));
    exists &&= page !== undefined;
    const items = (page?.Subscriptions ?? []).map(({ Protocol = '', Endpoint = '', SubscriptionArn }) => ({
      protocol: Protocol,
      endpoint: Endpoint,
      confirmed: SubscriptionArn !== 'PendingConfirmation',
    }));
    return { items, next: page?.NextToken };
  });
  return exists ? found : undefined;
}
