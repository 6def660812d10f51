import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { ITopicRuleAction, ITopicRuleBinding, TopicRuleActionConfig } from '../topic-rule-action';

/** Properties of {@link CloudWatchLogsAction}. */
export interface CloudWatchLogsActionProps {
  /** Whether the message is an array of log events, to be written one by one. @default false */
  readonly batchMode?: boolean;
}

/**
 * Writes the message to a log group.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/cloudwatch-logs-rule-action.html
 */
export class CloudWatchLogsAction implements ITopicRuleAction {
  constructor(
    private readonly logGroup: ILogGroup,
    private readonly props: CloudWatchLogsActionProps = {},
  ) {}

  /** Grants `logs:CreateLogStream`, `logs:DescribeLogStreams` and `logs:PutLogEvents` on the log group. */
  bind(rule: ITopicRuleBinding): TopicRuleActionConfig {
    this.logGroup.grant(rule.role, 'logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents');
    return {
      configuration: {
        cloudwatchLogs: {
          logGroupName: this.logGroup.logGroupName,
          roleArn: rule.role.roleArn,
          batchMode: this.props.batchMode,
        },
      },
    };
  }
}
