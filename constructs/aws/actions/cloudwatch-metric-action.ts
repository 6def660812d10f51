import { Token } from 'aws-cdk-lib';
import { Grant } from 'aws-cdk-lib/aws-iam';
import { acknowledgeWildcard } from '../acknowledgement';
import type { ITopicRuleAction, ITopicRuleBinding, TopicRuleActionConfig } from '../topic-rule-action';

/** Properties of {@link CloudWatchMetricAction}; each may hold substitution templates such as `${topic(2)}`. */
export interface CloudWatchMetricActionProps {
  /** Name of the metric. */
  readonly metricName: string;
  /** Namespace of the metric, which may not start with `AWS/`. */
  readonly metricNamespace: string;
  /** Value, a number as text. @default 1 */
  readonly metricValue?: string;
  /** Unit that CloudWatch knows. @default Count */
  readonly metricUnit?: string;
  /** Seconds since 1970-01-01T00:00:00Z, as text. @default - now */
  readonly metricTimestamp?: string;
}

/**
 * Writes a value of a CloudWatch metric.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/cloudwatch-metrics-rule-action.html
 */
export class CloudWatchMetricAction implements ITopicRuleAction {
  constructor(private readonly props: CloudWatchMetricActionProps) {}

  /** Grants `cloudwatch:PutMetricData`, which knows no resources, in the metric's namespace. */
  bind(rule: ITopicRuleBinding): TopicRuleActionConfig {
    const { metricName, metricNamespace, metricValue, metricUnit, metricTimestamp } = this.props;
    const isFixed = Token.isUnresolved(metricNamespace) || !metricNamespace.includes('${');
    Grant.addToPrincipal({
      grantee: rule.role,
      actions: ['cloudwatch:PutMetricData'],
      resourceArns: ['*'],
      conditions: isFixed ? { StringEquals: { 'cloudwatch:namespace': metricNamespace } } : undefined,
    });
    acknowledgeWildcard(rule.role, '*', 'cloudwatch:PutMetricData knows no resources');
    return {
      configuration: {
        cloudwatchMetric: {
          metricName,
          metricNamespace,
          metricValue: metricValue ?? '1',
          metricUnit: metricUnit ?? 'Count',
          metricTimestamp,
          roleArn: rule.role.roleArn,
        },
      },
    };
  }
}
