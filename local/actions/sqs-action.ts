import type { Action } from '../rule-action';
import type { ActionContext, ActionIdentity } from './action-context';
import type { ActionProperties } from './action-properties';
import type { SqsQueues } from './sqs-queues';

const UNDERTAKING = 'send the message to the SQS queue';

/** The `Sqs` action. @see https://docs.aws.amazon.com/iot/latest/developerguide/sqs-rule-action.html */
export function sqsAction(
  properties: ActionProperties,
  identity: ActionIdentity,
  context: ActionContext,
  queues: SqsQueues,
): Action {
  const urlTemplate = properties.text('QueueUrl');
  const roleArn = properties.text('RoleArn');
  const useBase64 = properties.optionalBoolean('UseBase64') ?? false;
  return {
    type: identity.type,
    prepare: (invocation) => {
      const url = invocation.substitute(urlTemplate);
      const queue = queues.find(url);
      const arn = queue?.arn ?? arnOf(url, identity);
      identity.authorize({ roleArn, action: 'sqs:SendMessage', resource: arn }, UNDERTAKING, queue?.policies);
      if (queue === undefined) {
        context.warn(`SQS queue ${url} is in no given template: messages to it are recorded, not sent`);
        return { resource: arn, recorded: true, details: { queueUrl: url, useBase64 } };
      }
      if (queue.isFifo) {
        throw identity.failure(arn, UNDERTAKING, 'The request must contain the parameter MessageGroupId.');
      }
      const problem = context.keys.roleProblem(queue.kmsKeyId, { roleArn, rule: identity.rule });
      if (problem !== undefined) throw identity.denial(arn, UNDERTAKING, problem);
      const body = invocation.payload.toString(useBase64 ? 'base64' : 'utf8');
      return { resource: arn, payload: Buffer.from(body), apply: () => queue.send(body) };
    },
  };
}

/** The ARN that belongs to `https://sqs.REGION.amazonaws.com/ACCOUNT/NAME`. */
function arnOf(url: string, { rule }: ActionIdentity): string {
  const [, account, name] = URL.canParse(url) ? new URL(url).pathname.split('/') : [];
  return `arn:${rule.partition}:sqs:${rule.region}:${account ?? rule.account}:${name ?? url}`;
}
