import { Grant } from 'aws-cdk-lib/aws-iam';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { LastwillError } from '../../../presence/errors';
import type { ITopicRuleAction, ITopicRuleBinding, TopicRuleActionConfig } from '../topic-rule-action';

/** How SNS takes the message. @see https://docs.aws.amazon.com/iot/latest/developerguide/sns-rule-action.html */
export enum SnsMessageFormat {
  /** The message as it is. */
  RAW = 'RAW',
  /** A JSON object with a text per protocol; SNS refuses one without a string `default`. */
  JSON = 'JSON',
}

/** Properties of {@link SnsAction}. */
export interface SnsActionProps {
  /** How SNS takes the message. @default SnsMessageFormat.RAW */
  readonly messageFormat?: SnsMessageFormat;
  /**
   * With {@link SnsMessageFormat.JSON}: SQL expression of the text that subscribers read. The rule's statement then
   * selects it as `default`, without which SNS would refuse every message.
   * @default - a sentence that names the topic
   */
  readonly defaultText?: string;
}

/** Sends the message to an SNS topic, which may not be a FIFO topic. */
export class SnsAction implements ITopicRuleAction {
  /** @throws LastwillError OPTION_INVALID for a FIFO topic, which rules cannot publish to. */
  constructor(
    private readonly topic: ITopic,
    private readonly props: SnsActionProps = {},
  ) {
    if (topic.fifo) {
      throw new LastwillError(
        'OPTION_INVALID',
        `topic must be a standard topic, got the FIFO topic ${topic.node.path}`,
      );
    }
  }

  /** Grants `sns:Publish` on the topic and, where it has a key, `kms:Decrypt` and `kms:GenerateDataKey` on that. */
  bind(rule: ITopicRuleBinding): TopicRuleActionConfig {
    Grant.addToPrincipal({ grantee: rule.role, actions: ['sns:Publish'], resourceArns: [this.topic.topicArn] });
    this.topic.masterKey?.grant(rule.role, 'kms:Decrypt', 'kms:GenerateDataKey');
    const messageFormat = this.props.messageFormat ?? SnsMessageFormat.RAW;
    const expression = this.props.defaultText ?? "concat('A message was published on ', topic())";
    return {
      configuration: { sns: { targetArn: this.topic.topicArn, roleArn: rule.role.roleArn, messageFormat } },
      columns: messageFormat === SnsMessageFormat.JSON ? [{ expression, alias: 'default' }] : [],
    };
  }
}
