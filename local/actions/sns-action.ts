import type { Action, ActionEffect, ActionInvocation } from '../rule-action';
import type { ActionContext, ActionIdentity } from './action-context';
import type { ActionProperties } from './action-properties';
import { type SnsMessageFormat, SnsMessageProblem } from './sns-message';
import type { SnsTopic, SnsTopics } from './sns-topics';

const UNDERTAKING = 'publish to the SNS topic';

/** The `Sns` action. @see https://docs.aws.amazon.com/iot/latest/developerguide/sns-rule-action.html */
export function snsAction(
  properties: ActionProperties,
  identity: ActionIdentity,
  context: ActionContext,
  topics: SnsTopics,
): Action {
  const target = properties.text('TargetArn');
  const roleArn = properties.text('RoleArn');
  const format = properties.oneOf<SnsMessageFormat>('MessageFormat', ['RAW', 'JSON'], 'RAW');
  return {
    type: identity.type,
    prepare: (invocation) => {
      const targetArn = invocation.substitute(target);
      const topic = topics.find(targetArn);
      identity.authorize({ roleArn, action: 'sns:Publish', resource: targetArn }, UNDERTAKING, topic?.policies);
      if (topic === undefined) return outside(targetArn, format, context);
      authorizeKey(topic, roleArn, identity, context);
      return publish({ topic, format, identity, topics, invocation });
    },
  };
}

interface SnsPublish {
  readonly topic: SnsTopic;
  readonly format: SnsMessageFormat;
  readonly identity: ActionIdentity;
  readonly topics: SnsTopics;
  readonly invocation: ActionInvocation;
}

/** @throws ActionFailure when the role may not use the topic's key. */
function authorizeKey(
  { arn, region, kmsKeyId }: SnsTopic,
  roleArn: string,
  identity: ActionIdentity,
  { keys }: ActionContext,
): void {
  const keyContext = new Map([
    ['kms:viaservice', [`sns.${region}.amazonaws.com`]],
    ['kms:encryptioncontext:aws:sns:topicarn', [arn]],
  ]);
  const problem = keys.roleProblem(kmsKeyId, { roleArn, rule: identity.rule, context: keyContext });
  if (problem !== undefined) throw identity.denial(arn, UNDERTAKING, problem);
}

async function publish({ topic, format, identity, topics, invocation }: SnsPublish): Promise<ActionEffect> {
  const { arn } = topic;
  if (arn.endsWith('.fifo')) {
    const reason = 'Invalid parameter: The MessageGroupId parameter is required for FIFO topics';
    throw identity.failure(arn, UNDERTAKING, reason);
  }
  try {
    const deliveries = await topics.prepare(topic, invocation.payload.toString(), format);
    return {
      resource: arn,
      details: { messageFormat: format, subscriptions: deliveries.length },
      apply: async () => {
        await Promise.all(deliveries.map((delivery) => delivery.send()));
      },
    };
  } catch (error) {
    if (error instanceof SnsMessageProblem) throw identity.failure(arn, UNDERTAKING, error.message);
    throw error;
  }
}

function outside(targetArn: string, messageFormat: SnsMessageFormat, context: ActionContext): ActionEffect {
  context.warn(`SNS topic ${targetArn} is in no given template: messages to it are recorded, not delivered`);
  return { resource: targetArn, recorded: true, details: { targetArn, messageFormat } };
}
