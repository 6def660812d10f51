import type { ActionContext } from './action-context';
import { evaluatePolicies } from './iam-policy';
import { invoke } from './lambda-action';
import type { LambdaFunctions } from './lambda-functions';
import { envelope, logDelivery, recordedProtocol } from './sns-protocols';
import type { SnsNotification, SnsProtocol } from './sns-topics';
import type { EmbeddedQueue, SqsQueues } from './sqs-queues';

const SERVICE = 'sns.amazonaws.com';

/** `sqs`: the queue's policy must let SNS send for the topic. @see https://docs.aws.amazon.com/sns/latest/dg/subscribe-sqs-queue-to-sns-topic.html */
export function sqsProtocol(context: ActionContext, queues: SqsQueues): SnsProtocol {
  const outside = recordedProtocol(context);
  return (notification, subscription) => {
    const queue = queues.find(subscription.endpoint);
    if (queue === undefined) return outside(notification, subscription);
    const problem = sendProblem(queue, notification, context);
    const body = subscription.rawMessageDelivery
      ? notification.text
      : JSON.stringify(envelope(notification, subscription));
    return {
      send: () => {
        if (problem === undefined) {
          logDelivery(context, notification, subscription);
          queue.send(body);
        } else {
          context.log.write({ type: 'warning', resource: queue.arn, reason: `SNS could not deliver: ${problem}` });
        }
      },
    };
  };
}

/** `lambda`: the function must let SNS invoke it for the topic. @see https://docs.aws.amazon.com/sns/latest/dg/sns-lambda-as-subscriber.html */
export function lambdaProtocol(context: ActionContext, functions: LambdaFunctions): SnsProtocol {
  const recorded = recordedProtocol(context);
  return (notification, subscription) => {
    const { endpoint } = subscription;
    const sourceArn = notification.topic.arn;
    const invoker = { service: SERVICE, sourceArn, sourceAccount: sourceArn.split(':')[4] ?? '' };
    const problem = functions.invokeProblem(endpoint, invoker);
    if (problem !== undefined) {
      const reason = `SNS could not deliver: ${problem}`;
      return { send: () => context.log.write({ type: 'warning', resource: endpoint, reason }) };
    }
    const handler = functions.handlerFor(endpoint);
    if (handler === undefined) return recorded(notification, subscription);
    const record = {
      EventSource: 'aws:sns',
      EventVersion: '1.0',
      EventSubscriptionArn: subscription.arn,
      Sns: { ...envelope(notification, subscription), MessageAttributes: {} },
    };
    return {
      send: () => {
        logDelivery(context, notification, subscription);
        return invoke(handler, { Records: [record] }, endpoint, context);
      },
    };
  };
}

function sendProblem(queue: EmbeddedQueue, { topic }: SnsNotification, { keys }: ActionContext): string | undefined {
  const verdict = evaluatePolicies(queue.policies, {
    action: 'sqs:SendMessage',
    resource: queue.arn,
    principal: { arns: [], service: SERVICE },
    context: new Map([
      ['aws:sourcearn', [topic.arn]],
      ['aws:sourceaccount', [topic.arn.split(':')[4] ?? '']],
      ['aws:securetransport', ['true']],
    ]),
  });
  if (verdict !== 'allowed') {
    return `the policy of queue ${queue.arn} does not let ${SERVICE} perform sqs:SendMessage for topic ${topic.arn}`;
  }
  return keys.serviceProblem(queue.kmsKeyId, SERVICE);
}
