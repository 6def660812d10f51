import { RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { CloudWatchLogsAction } from '../../constructs/aws/actions/cloudwatch-logs-action';
import { RepublishAction, type RepublishActionProps } from '../../constructs/aws/actions/republish-action';
import { IotSql } from '../../constructs/aws/iot-sql';
import { TopicRule } from '../../constructs/aws/topic-rule';
import { namesWithPrefix } from '../../lib/name-prefix';

/** Properties of {@link ProbeRulesStack}. */
export interface ProbeRulesStackProps extends StackProps {
  /** Put in front of every name. */
  readonly namePrefix: string;
  /** The topic below which the rules listen and answer. */
  readonly probeTopic: string;
}

/** Id of the stack, after which its template file is named. */
export const PROBE_RULES_STACK_ID = 'ProbeRules';

/**
 * What each rule selects. `asked` is the topic below the probes' topic on which it listens, with a wildcard perhaps;
 * it answers on `answered/<name>`.
 */
const PROBE_RULES = {
  /** Values that the documents leave open, by the names under which they are selected. */
  sql: {
    asked: 'asked/sql',
    select:
      "*, 'changed' AS kept, number / 2 AS division, topic(1) AS firstLevel, clientid() AS client, nested.deep AS outer.inner, indexof('abc', 'z') AS notFound, lpad('x', 2) AS padded",
  },
  names: { asked: 'asked/names', select: "nested.deep, upper('x')" },
  template: { asked: 'asked/template', select: 'number' },
  parent: { asked: 'asked/parent/#', select: 'topic() AS topic' },
  any: { asked: 'asked/any', select: '*' },
} as const;

/** Rules that show how AWS evaluates statements: each answers what it is asked, and nobody else listens. */
export class ProbeRulesStack extends Stack {
  constructor(scope: Construct, id: string, { namePrefix, probeTopic, ...props }: ProbeRulesStackProps) {
    super(scope, id, props);
    const names = namesWithPrefix(namePrefix);
    const errorAction = new CloudWatchLogsAction(
      new LogGroup(this, 'Errors', { retention: RetentionDays.ONE_DAY, removalPolicy: RemovalPolicy.DESTROY }),
    );
    for (const [name, { asked, select }] of Object.entries(PROBE_RULES)) {
      const options: RepublishActionProps = name === 'template' ? WITH_TEMPLATE : { qos: 1 };
      new TopicRule(this, name, {
        ruleName: names.ruleName(`probe_${name}`),
        description: 'Shows how AWS evaluates statements',
        sql: IotSql.select({ select, from: `${probeTopic}/${asked}` }),
        actions: [new RepublishAction(`${probeTopic}/answered/${name}`, options)],
        errorAction,
      });
    }
  }
}

/** The value of this user property is not in the message. */
const WITH_TEMPLATE: RepublishActionProps = {
  qos: 1,
  headers: { userProperties: [{ key: 'absent', value: 'before-${absent}-after' }] },
};
