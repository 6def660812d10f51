import type { ActionContext } from './action-context';
import type { HttpPost, Outbox } from './ports';
import { composeSnsEmail } from './sns-email';
import type { SnsSubscription } from './sns-subscription';
import type { SnsNotification, SnsProtocol } from './sns-topics';

/** `email` and `email-json`: an e-mail in the outbox. */
export function emailProtocol(outbox: Outbox): SnsProtocol {
  return async (notification, subscription) => {
    const { topic, id, subject, time } = notification;
    const json = subscription.protocol === 'email-json';
    const email = await composeSnsEmail({
      displayName: topic.displayName,
      to: subscription.endpoint,
      subject,
      message: json ? JSON.stringify(envelope(notification, subscription), undefined, 2) : notification.text,
      topicArn: topic.arn,
      subscriptionArn: subscription.arn,
      region: topic.region,
      id,
      time,
    });
    return { send: () => outbox.deliver(email) };
  };
}

/** `http` and `https` on this machine; SNS tries again when the endpoint does not answer with success. */
export function httpProtocol(context: ActionContext, post: HttpPost): SnsProtocol {
  const unreachable = recordedProtocol(context);
  return (notification, subscription) => {
    if (!isLoopback(subscription.endpoint)) return unreachable(notification, subscription);
    const { rawMessageDelivery, endpoint } = subscription;
    const body = rawMessageDelivery ? notification.text : JSON.stringify(envelope(notification, subscription));
    const headers = {
      'content-type': 'text/plain; charset=UTF-8',
      'x-amz-sns-message-type': 'Notification',
      'x-amz-sns-message-id': notification.id,
      'x-amz-sns-topic-arn': notification.topic.arn,
      'x-amz-sns-subscription-arn': subscription.arn,
      ...(rawMessageDelivery ? { 'x-amz-sns-rawdelivery': 'true' } : {}),
      'user-agent': 'Amazon Simple Notification Service Agent',
    };
    logDelivery(context, notification, subscription);
    return { send: () => postWithRetries(() => post(endpoint, headers, body), subscription, context) };
  };
}

/** Protocols that reach beyond this machine are only logged. */
export function recordedProtocol(context: ActionContext): SnsProtocol {
  return (notification, subscription) => ({
    send: () => logDelivery(context, notification, subscription, 'recorded'),
  });
}

/** What SNS sends to protocols that get JSON. There is no signature: no key of AWS is here. */
export function envelope(notification: SnsNotification, subscription: SnsSubscription): Record<string, string> {
  const { id, topic, subject, text, time } = notification;
  const query = new URLSearchParams({ Action: 'Unsubscribe', SubscriptionArn: subscription.arn });
  return {
    Type: 'Notification',
    MessageId: id,
    TopicArn: topic.arn,
    ...(subject === undefined ? {} : { Subject: subject }),
    Message: text,
    Timestamp: new Date(time).toISOString(),
    SignatureVersion: '1',
    Signature: '',
    SigningCertURL: '',
    UnsubscribeURL: `https://sns.${topic.region}.amazonaws.com/?${query.toString()}`,
  };
}

/** Writes that a subscription got, or would have got, a message. */
export function logDelivery(
  context: ActionContext,
  notification: SnsNotification,
  { protocol, endpoint, arn }: SnsSubscription,
  outcome: 'delivered' | 'recorded' = 'delivered',
): void {
  context.log.write({
    type: 'action',
    action: 'sns:Deliver',
    resource: notification.topic.arn,
    payload: Buffer.from(notification.text),
    details: { protocol, endpoint, subscription: arn, outcome },
  });
}

/** SNS retries at once without delay three times; the later phases of its policy take minutes to days. @see https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html */
const RETRY_DELAYS_MILLISECONDS = [0, 0, 0, 20_000, 20_000, 20_000];

async function postWithRetries(
  attempt: () => ReturnType<HttpPost>,
  { endpoint }: SnsSubscription,
  context: ActionContext,
): Promise<void> {
  const retry = async (remaining: readonly number[]): Promise<void> => {
    const reason = await attempt().then(
      ({ status }) => (status >= 200 && status < 300 ? undefined : `status ${status}`),
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );
    if (reason === undefined) return;
    const [delay, ...rest] = remaining;
    if (delay === undefined)
      context.log.write({ type: 'warning', resource: endpoint, reason: `SNS gave up: ${reason}` });
    else context.clock.schedule(delay, () => void retry(rest));
  };
  await retry(RETRY_DELAYS_MILLISECONDS);
}

function isLoopback(endpoint: string): boolean {
  const { hostname } = URL.canParse(endpoint) ? new URL(endpoint) : { hostname: '' };
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);
}
