import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { CfnTopicRule } from 'aws-cdk-lib/aws-iot';
import type { IConstruct } from 'constructs';
import type { IotSqlColumn } from './iot-sql';

/** What an action may use of the rule that it is bound to. */
export interface ITopicRuleBinding extends IConstruct {
  /** ARN of the rule. */
  readonly topicRuleArn: string;
  /** The role that the rule acts in: the action grants it what it needs, and nothing else. */
  readonly role: IRole;
}

/** Something that a topic rule does with a message. */
export interface ITopicRuleAction {
  /** Grants the rule's role what the action needs and returns the action as the rule renders it. */
  bind(rule: ITopicRuleBinding): TopicRuleActionConfig;
}

/** What {@link ITopicRuleAction.bind} returns. */
export interface TopicRuleActionConfig {
  /** The action, as CloudFormation writes it. */
  readonly configuration: CfnTopicRule.ActionProperty;
  /** Values that the rule's statement must select for this action to work. @default - any statement will do */
  readonly columns?: readonly IotSqlColumn[];
}
