import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { ITopicRule } from './topic-rule';

/** Properties of {@link TopicRuleAlarms}. */
export interface TopicRuleAlarmsProps {
  /** The rule to watch. */
  readonly rule: ITopicRule;
  /** Topic that is told when an alarm goes off and when it is over; its policy must let CloudWatch publish. */
  readonly notificationTopic: ITopic;
}

interface Watch {
  readonly id: string;
  readonly description: string;
  readonly metric: (rule: ITopicRule) => IMetric;
}

const PERIOD = Duration.minutes(5);

const WATCHES: readonly Watch[] = [
  {
    id: 'ActionFailed',
    description: 'An action of the rule failed; its error log says why',
    metric: (rule) => rule.metricFailure({ period: PERIOD }),
  },
  {
    id: 'Throttled',
    description: 'AWS IoT throttled the rule: messages were delayed or lost',
    metric: (rule) => rule.metricRuleMessageThrottled({ period: PERIOD }),
  },
  {
    id: 'ParseError',
    description: 'The rule’s statement could not be applied to a message',
    metric: (rule) => rule.metricParseError({ period: PERIOD }),
  },
];

/** Alarms on what keeps a rule from doing its work: failed actions, throttling, messages that are not understood. */
export class TopicRuleAlarms extends Construct {
  /** The alarms. */
  readonly alarms: readonly Alarm[];

  constructor(scope: Construct, id: string, props: TopicRuleAlarmsProps) {
    super(scope, id);
    this.alarms = WATCHES.map((watch) => this.#createAlarm(watch, props));
  }

  #createAlarm(watch: Watch, props: TopicRuleAlarmsProps): Alarm {
    const alarm = new Alarm(this, watch.id, {
      alarmDescription: watch.description,
      metric: watch.metric(props.rule),
      threshold: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    const notify = { bind: () => ({ alarmActionArn: props.notificationTopic.topicArn }) };
    alarm.addAlarmAction(notify);
    alarm.addOkAction(notify);
    return alarm;
  }
}
