import type { AwsSession } from '../../../cloud-clients/aws/aws-session';
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
  const found: Subscription[] = [];
  let token: string | undefined;
  do {
    const input = { TopicArn: topicArn, NextToken: token };
    const page = await session.find('sns:ListSubscriptionsByTopic', () =>
      session.sns.send(new ListSubscriptionsByTopicCommand(input)),
    );
    if (page === undefined) return undefined;
    for (const { Protocol = '', Endpoint = '', SubscriptionArn } of page.Subscriptions ?? []) {
      found.push({ protocol: Protocol, endpoint: Endpoint, confirmed: SubscriptionArn !== 'PendingConfirmation' });
    }
    token = page.NextToken;
  } while (token !== undefined && token !== '');
  return found;
}
