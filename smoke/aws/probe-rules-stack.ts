import { RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { CloudWatchLogsAction } from '../../constructs/aws/actions/cloudwatch-logs-action';
import { RepublishAction, type RepublishActionProps } from '../../constructs/aws/actions/republish-action';
import { IotSql } from '../../constructs/aws/iot-sql';
import { TopicRule } from '../../constructs/aws/topic-rule';
import type { ITopicRuleAction } from '../../constructs/aws/topic-rule-action';
import { namesWithPrefix, type StageNames } from '../../lib/name-prefix';

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
    select: [
      '*',
      "'changed' AS kept",
      'number / 2 AS division',
      'number / 0 AS byZero',
      'nothing = nothing AS nullIsNull',
      'topic(1) AS firstLevel',
      'clientid() AS client',
      'nested.deep AS outer.inner',
      "indexof('abc', 'z') AS notFound",
      "lpad('x', 2) AS padded",
    ].join(', '),
  },
  names: { asked: 'asked/names', select: "nested.deep, upper('x')" },
  template: { asked: 'asked/template', select: 'number' },
  parent: { asked: 'asked/parent/#', select: 'topic() AS topic' },
  any: { asked: 'asked/any', select: '*' },
} as const;

/** Rules that show how AWS evaluates statements: each answers what it is asked, and nobody else listens. */
export class ProbeRulesStack extends Stack {
  readonly #names: StageNames;
  readonly #probeTopic: string;

  constructor(scope: Construct, id: string, { namePrefix, probeTopic, ...props }: ProbeRulesStackProps) {
    super(scope, id, props);
    this.#names = namesWithPrefix(namePrefix);
    this.#probeTopic = probeTopic;
    this.#addAnsweringRules();
    this.#addFailingRule();
  }

  #addAnsweringRules(): void {
    const settings = { retention: RetentionDays.ONE_DAY, removalPolicy: RemovalPolicy.DESTROY };
    const errorAction = new CloudWatchLogsAction(new LogGroup(this, 'Errors', settings));
    for (const [name, { asked, select }] of Object.entries(PROBE_RULES)) {
      const options: RepublishActionProps = name === 'template' ? WITH_TEMPLATE : { qos: 1 };
      const answer = new RepublishAction(`${this.#probeTopic}/answered/${name}`, options);
      this.#addRule(name, { asked, select, action: answer, errorAction });
    }
  }

  /** A rule whose action fails, as far as is known; its error action answers. */
  #addFailingRule(): void {
    const action = jsonWithoutDefault(new Topic(this, 'Topic', { topicName: this.#names.name('probes') }));
    const errorAction = new RepublishAction(`${this.#probeTopic}/answered/json`, { qos: 1 });
    this.#addRule('json', { asked: 'asked/json', select: '*', action, errorAction });
  }

  #addRule(name: string, rule: ProbeRule): void {
    new TopicRule(this, name, {
      ruleName: this.#names.ruleName(`probe_${name}`),
      description: 'Shows how AWS evaluates statements',
      sql: IotSql.select({ select: rule.select, from: `${this.#probeTopic}/${rule.asked}` }),
      actions: [rule.action],
      errorAction: rule.errorAction,
    });
  }
}

interface ProbeRule {
  readonly asked: string;
  readonly select: string;
  readonly action: ITopicRuleAction;
  readonly errorAction: ITopicRuleAction;
}

/** What the construct for SNS avoids: message format JSON without a text `default` in the message. */
function jsonWithoutDefault(topic: Topic): ITopicRuleAction {
  return {
    bind: (rule) => {
      topic.grantPublish(rule.role);
      const { roleArn } = rule.role;
      return { configuration: { sns: { targetArn: topic.topicArn, roleArn, messageFormat: 'JSON' } } };
    },
  };
}

/** The value of this user property is not in the message. */
const WITH_TEMPLATE: RepublishActionProps = {
  qos: 1,
  headers: { userProperties: [{ key: 'absent', value: 'before-${absent}-after' }] },
};
