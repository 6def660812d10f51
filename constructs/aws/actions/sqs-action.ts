import { Grant } from 'aws-cdk-lib/aws-iam';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { LastwillError } from '../../../presence/errors';
import type { ITopicRuleAction, ITopicRuleBinding, TopicRuleActionConfig } from '../topic-rule-action';

/** Properties of {@link SqsAction}. */
export interface SqsActionProps {
  /** Whether the message is encoded in Base64, for payloads that are no text. @default false */
  readonly useBase64?: boolean;
}

/**
 * Sends the message to an SQS queue, which may not be a FIFO queue.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/sqs-rule-action.html
 */
export class SqsAction implements ITopicRuleAction {
  /** @throws LastwillError OPTION_INVALID for a FIFO queue, which rules cannot send to. */
  constructor(
    private readonly queue: IQueue,
    private readonly props: SqsActionProps = {},
  ) {
    if (queue.fifo) {
      throw new LastwillError(
        'OPTION_INVALID',
        `queue must be a standard queue, got the FIFO queue ${queue.node.path}`,
      );
    }
  }

  /** Grants `sqs:SendMessage` on the queue and, where it has a key, `kms:Decrypt` and `kms:GenerateDataKey` on that. */
  bind(rule: ITopicRuleBinding): TopicRuleActionConfig {
    Grant.addToPrincipal({ grantee: rule.role, actions: ['sqs:SendMessage'], resourceArns: [this.queue.queueArn] });
    this.queue.encryptionMasterKey?.grant(rule.role, 'kms:Decrypt', 'kms:GenerateDataKey');
    return {
      configuration: {
        sqs: { queueUrl: this.queue.queueUrl, roleArn: rule.role.roleArn, useBase64: this.props.useBase64 },
      },
    };
  }
}
