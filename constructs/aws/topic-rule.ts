import { ArnFormat, type IResource, Lazy, PhysicalName, RemovalPolicy, Resource, Stack, Token } from 'aws-cdk-lib';
import {
  MathExpression,
  type MathExpressionOptions,
  Metric,
  type MetricOptions,
  Stats,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Grant, type IGrantable, type IRole, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnTopicRule } from 'aws-cdk-lib/aws-iot';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { LastwillError, mustBe, throwIfAny } from '../../presence/errors';
import { AWS_LIMITS } from '../../presence/limits';
import { matchesTopic } from '../../presence/topic';
import { CloudWatchLogsAction } from './actions/cloudwatch-logs-action';
import type { IotSql } from './iot-sql';
import { nameProblem, problemsIn } from './prop-check';
import type { ITopicRuleAction, ITopicRuleBinding, TopicRuleActionConfig } from './topic-rule-action';

/** A rule that acts on messages as they are published. */
export interface ITopicRule extends IResource {
  /** Name of the rule. */
  readonly topicRuleName: string;
  /** `arn:<partition>:iot:<region>:<account>:rule/<name>` */
  readonly topicRuleArn: string;

  /**
   * Grants what the rule needs no subscription for: `iot:Publish` to the rule itself (Basic Ingest), on
   * `$aws/rules/<name>`.
   * @see https://docs.aws.amazon.com/iot/latest/developerguide/iot-basic-ingest.html
   */
  grantBasicIngest(grantee: IGrantable): Grant;
  /** A metric of the rule, in the namespace `AWS/IoT`; summed up over five minutes. */
  metric(metricName: string, options?: MetricOptions): Metric;
  /** Messages that the rule's topic filter matched. */
  metricTopicMatch(options?: MetricOptions): Metric;
  /** Messages whose processing was throttled. */
  metricRuleMessageThrottled(options?: MetricOptions): Metric;
  /** Messages that the statement could not be applied to. */
  metricParseError(options?: MetricOptions): Metric;
  /** Failed runs of the rule's actions, of all kinds together. */
  metricFailure(options?: MathExpressionOptions): MathExpression;
  /** Successful runs of the rule's actions, of all kinds together. */
  metricSuccess(options?: MathExpressionOptions): MathExpression;
}

abstract class TopicRuleBase extends Resource implements ITopicRule {
  abstract readonly topicRuleName: string;
  abstract readonly topicRuleArn: string;

  grantBasicIngest(grantee: IGrantable): Grant {
    const resourceName = `$aws/rules/${this.topicRuleName}`;
    const arn = Stack.of(this).formatArn({ service: 'iot', resource: 'topic', resourceName });
    return Grant.addToPrincipal({ grantee, actions: ['iot:Publish'], resourceArns: [arn, `${arn}/*`] });
  }

  metric(metricName: string, options: MetricOptions = {}): Metric {
    return new Metric({
      namespace: METRIC_NAMESPACE,
      metricName,
      dimensionsMap: { RuleName: this.topicRuleName },
      statistic: Stats.SUM,
      ...options,
    }).attachTo(this);
  }

  metricTopicMatch(options?: MetricOptions): Metric {
    return this.metric('TopicMatch', options);
  }

  metricRuleMessageThrottled(options?: MetricOptions): Metric {
    return this.metric('RuleMessageThrottled', options);
  }

  metricParseError(options?: MetricOptions): Metric {
    return this.metric('ParseError', options);
  }

  metricFailure(options?: MathExpressionOptions): MathExpression {
    return this.#overAllActions('Failure', options);
  }

  metricSuccess(options?: MathExpressionOptions): MathExpression {
    return this.#overAllActions('Success', options);
  }

  // AWS counts these per action type; a query sums them up whatever the types are.
  #overAllActions(metricName: string, options: MathExpressionOptions = {}): MathExpression {
    return new MathExpression({
      expression: `SELECT SUM(${metricName}) FROM SCHEMA("${METRIC_NAMESPACE}", ActionType, RuleName) WHERE RuleName = '${this.topicRuleName}'`,
      label: metricName,
      ...options,
    });
  }
}

/** @see https://docs.aws.amazon.com/iot/latest/developerguide/metrics_dimensions.html */
const METRIC_NAMESPACE = 'AWS/IoT';

/** Properties of {@link TopicRule}. */
export interface TopicRuleProps {
  /** What the rule selects, from which topics, under which condition. */
  readonly sql: IotSql;
  /**
   * Name of the rule: 1 to 128 letters, digits or `_`. Changing it replaces the rule.
   * @default - chosen by CloudFormation
   */
  readonly ruleName?: string;
  /** What the rule is for. @default - no description */
  readonly description?: string;
  /** What is done with each message, at most 10 actions. @default - none; add them with `addAction` */
  readonly actions?: readonly ITopicRuleAction[];
  /**
   * What is done when an action fails.
   * @default - the failure is written to a log group of the rule's own
   */
  readonly errorAction?: ITopicRuleAction;
  /** How long the default log group keeps failures. @default RetentionDays.ONE_MONTH */
  readonly errorLogRetention?: RetentionDays;
  /** What becomes of the default log group when the rule is deleted. @default RemovalPolicy.DESTROY */
  readonly removalPolicy?: RemovalPolicy;
  /** Whether the rule acts. @default true */
  readonly enabled?: boolean;
  /**
   * The role that the rule acts in. AWS IoT must be able to assume it.
   * @default - a role of the rule's own, which only this account's rules can be given
   */
  readonly role?: IRole;
  /** Name of the default role: 1 to 64 letters, digits or any of `_+=,.@-`. @default - chosen by CloudFormation */
  readonly roleName?: string;
}

/**
 * A topic rule with one narrow role and an error action. It is created after the permissions of its role, because AWS
 * starts to use them at once.
 *
 * @example
 * new TopicRule(stack, 'Rule', {
 *   sql: IotSql.select({ from: 'clients/+/status' }),
 *   actions: [new SnsAction(topic)],
 * });
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/iot-rules.html
 */
export class TopicRule extends TopicRuleBase implements ITopicRuleBinding {
  /** Imports a rule by its ARN. */
  static fromTopicRuleArn(scope: Construct, id: string, topicRuleArn: string): ITopicRule {
    const name = Stack.of(scope).splitArn(topicRuleArn, ArnFormat.SLASH_RESOURCE_NAME).resourceName;
    throwIfAny(
      'OPTION_INVALID',
      name === undefined ? [mustBe('topicRuleArn', 'the ARN of a topic rule', topicRuleArn)] : [],
    );
    return new ImportedTopicRule(scope, id, name as string, topicRuleArn);
  }

  /** Imports a rule of this account and region by its name. */
  static fromTopicRuleName(scope: Construct, id: string, topicRuleName: string): ITopicRule {
    throwIfAny('OPTION_INVALID', problemsIn([ruleNameProblem(topicRuleName)]));
    return new ImportedTopicRule(scope, id, topicRuleName, ruleArn(Stack.of(scope), topicRuleName));
  }

  readonly topicRuleName: string;
  readonly topicRuleArn: string;
  readonly role: IRole;
  readonly #actions: CfnTopicRule.ActionProperty[] = [];
  readonly #errorAction: CfnTopicRule.ActionProperty;
  #sql: IotSql;

  /** @throws LastwillError OPTION_INVALID that names every prop, rule and value that is wrong. */
  constructor(scope: Construct, id: string, props: TopicRuleProps) {
    super(scope, id, { physicalName: props.ruleName });
    throwIfAny(
      'OPTION_INVALID',
      problemsIn([
        ruleNameProblem(props.ruleName),
        nameProblem('roleName', props.roleName, ROLE_NAME, "1 to 64 letters, digits or any of '_+=,.@-'"),
      ]),
    );
    this.#sql = props.sql;
    this.role = props.role ?? this.#createRole(props);
    const rule = this.#createRule(props);
    this.topicRuleName = this.getResourceNameAttribute(rule.ref);
    this.topicRuleArn = this.getResourceArnAttribute(rule.attrArn, {
      service: 'iot',
      resource: 'rule',
      resourceName: this.physicalName,
    });
    for (const action of props.actions ?? []) this.addAction(action);
    this.#errorAction = this.#bindErrorAction(props);
  }

  /**
   * Adds an action.
   * @throws LastwillError OPTION_INVALID beyond 10 actions, or when the rule would hear what it republishes; SQL_INVALID when the statement cannot serve the action.
   */
  addAction(action: ITopicRuleAction): this {
    const count = this.#actions.length + 1;
    if (count > AWS_LIMITS.maximumActionsPerRule) {
      throw new LastwillError(
        'OPTION_INVALID',
        mustBe('actions', `at most ${AWS_LIMITS.maximumActionsPerRule} per rule`, count),
      );
    }
    const config = action.bind(this);
    this.#refuseLoop(config.configuration);
    for (const column of config.columns ?? []) this.#sql = this.#sql.withColumn(column);
    this.#actions.push(config.configuration);
    return this;
  }

  /** AWS does not stop a rule that hears itself. With a condition the loop may end: that is for checks of the template. */
  #refuseLoop({ republish }: CfnTopicRule.ActionProperty): void {
    const { fromFilter, text } = this.#sql;
    if (republish === undefined || Token.isUnresolved(republish) || !('topic' in republish)) return;
    const { topic } = republish;
    if (fromFilter === undefined || Token.isUnresolved(text) || /\bwhere\b/i.test(text)) return;
    if (Token.isUnresolved(topic) || topic.includes('${')) return;
    if (!matchesTopic(fromFilter, topic.replace(/^\$\$/, '$'), { hashMatchesParent: false })) return;
    const rule = `a topic that the rule's own FROM '${fromFilter}' does not match, or it runs for ever`;
    throw new LastwillError('OPTION_INVALID', mustBe('topic of the republish action', rule, topic));
  }

  #createRole(props: TopicRuleProps): Role {
    const stack = Stack.of(this);
    return new Role(this, 'Role', {
      roleName: props.roleName,
      description: 'What a topic rule of AWS IoT Core may do',
      assumedBy: new ServicePrincipal('iot.amazonaws.com', {
        conditions: {
          StringEquals: { 'aws:SourceAccount': stack.account },
          ArnLike: { 'aws:SourceArn': ruleArn(stack, isNamed(props.ruleName) ? props.ruleName : '*') },
        },
      }),
    });
  }

  #createRule(props: TopicRuleProps): CfnTopicRule {
    const rule = new CfnTopicRule(this, 'Resource', {
      ruleName: this.physicalName,
      topicRulePayload: {
        sql: Lazy.string({ produce: () => this.#sql.text }),
        awsIotSqlVersion: props.sql.version,
        description: props.description,
        ruleDisabled: props.enabled === false,
        actions: Lazy.any({ produce: () => this.#actions }),
        errorAction: Lazy.any({ produce: () => this.#errorAction }),
      },
    });
    // grant* writes permissions into a policy of its own, which Ref and GetAtt of the role do not order.
    rule.node.addDependency(this.role);
    return rule;
  }

  #bindErrorAction(props: TopicRuleProps): CfnTopicRule.ActionProperty {
    const config: TopicRuleActionConfig = (props.errorAction ?? this.#logErrors(props)).bind(this);
    if (config.columns !== undefined && config.columns.length > 0) {
      throw new LastwillError(
        'OPTION_INVALID',
        `errorAction must be an action that takes any message: AWS words the failure itself, so it has no '${config.columns[0]?.alias}'`,
      );
    }
    return config.configuration;
  }

  #logErrors(props: TopicRuleProps): ITopicRuleAction {
    return new CloudWatchLogsAction(
      new LogGroup(this, 'ErrorLog', {
        retention: props.errorLogRetention ?? RetentionDays.ONE_MONTH,
        removalPolicy: props.removalPolicy ?? RemovalPolicy.DESTROY,
      }),
    );
  }
}

class ImportedTopicRule extends TopicRuleBase {
  constructor(
    scope: Construct,
    id: string,
    readonly topicRuleName: string,
    readonly topicRuleArn: string,
  ) {
    super(scope, id);
  }
}

/** Whether a name is given, be it one that is only known at deployment; the CDK may also be told to make one up. */
function isNamed(name: string | undefined): name is string {
  return name !== undefined && name !== PhysicalName.GENERATE_IF_NEEDED;
}

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html */
const ROLE_NAME = /^[\w+=,.@-]{1,64}$/;

function ruleNameProblem(name: string | undefined): string | undefined {
  return nameProblem('ruleName', name, AWS_LIMITS.ruleName, "1 to 128 letters, digits or '_' (AWS allows no hyphen)");
}

function ruleArn(stack: Stack, name: string): string {
  return stack.formatArn({ service: 'iot', resource: 'rule', resourceName: name });
}
