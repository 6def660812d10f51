import { Annotations, CfnResource, type RemovalPolicy, Stack, Token } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import { STATUS_TOPIC } from '../../presence/default-topics';
import { LastwillError, mustBe } from '../../presence/errors';
import {
  DEVICE_PLACEHOLDER,
  everyDeviceFilter,
  isPerDevice,
  type LwtOptions,
  type ResolvedLwtOptions,
  renderDevice,
  resolveLwtOptions,
} from '../../presence/lwt-options';
import { filtersOverlap, matchesTopic } from '../../presence/topic';
import { lastWillPayload } from '../../presence/will-payload';
import { RepublishAction } from './actions/republish-action';
import { SnsAction, type SnsMessageFormat } from './actions/sns-action';
import type { ICertificate } from './certificate';
import { DevicePolicy } from './device-policy';
import { IotSql } from './iot-sql';
import { NotificationTopic } from './notification-topic';
import type { IThing } from './thing';
import { TopicRule } from './topic-rule';
import type { ITopicRuleAction } from './topic-rule-action';
import { TopicRuleAlarms } from './topic-rule-alarms';

/** Condition on the payload that the device agent gives its will. */
const DEFAULT_CONDITION = "state.reported.last_will = 'yes' and state.reported.trigger_action = 'on'";

/** Metadata of the rule that say which will it deals with. */
const WILL_METADATA = 'lastwill:will';

/** Warning: a will topic without `{device}`. */
export const SHARED_WILL_TOPIC_WARNING = 'lastwill:sharedWillTopic';
/** Warning: nobody is notified. */
export const NOBODY_NOTIFIED_WARNING = 'lastwill:nobodyNotified';
/** Warning: a statement of one's own that listens elsewhere than on the topic of the wills. */
export const WILL_NOT_HEARD_WARNING = 'lastwill:willNotHeard';

/** Properties of {@link LwtMonitor}. All names are left to CloudFormation unless they are given. */
export interface LwtMonitorProps extends LwtOptions {
  /**
   * Statement of the rule.
   * @default - `SELECT *` from the will topic of every device, where the will says `last_will` and `trigger_action`
   */
  readonly sql?: IotSql;
  /** Name of the rule: 1 to 128 letters, digits or `_`. @default - chosen by CloudFormation */
  readonly ruleName?: string;
  /** What the rule is for. @default - no description */
  readonly ruleDescription?: string;
  /** Name of the rule's role: 1 to 64 letters, digits or any of `_+=,.@-`. @default - chosen by CloudFormation */
  readonly roleName?: string;
  /** Name of the devices' policy. @default - chosen by CloudFormation */
  readonly policyName?: string;
  /** Topic that notifies instead of one of the monitor's own; its policy must let the rule publish. @default - a new topic */
  readonly notificationTopic?: ITopic;
  /** Name of the monitor's SNS topic. @default - chosen by CloudFormation */
  readonly snsTopicName?: string;
  /** Sender's name in e-mails, at most 100 characters. @default - the topic's name */
  readonly snsDisplayName?: string;
  /** How SNS takes the message. @default SnsMessageFormat.RAW */
  readonly messageFormat?: SnsMessageFormat;
  /** Key that encrypts the monitor's SNS topic. @default - a key of the topic's own, rotated every year */
  readonly encryptionKey?: IKey;
  /** What else is done with a will, after the notification and the republish. @default - nothing */
  readonly actions?: readonly ITopicRuleAction[];
  /** How long failures of the rule's actions are kept. @default RetentionDays.ONE_MONTH */
  readonly errorLogRetention?: RetentionDays;
  /** Whether alarms watch the rule and tell the notification topic: failed actions, throttling, messages not understood. @default true */
  readonly alarms?: boolean;
  /** What becomes of key and error log when the monitor is deleted. @default RemovalPolicy.DESTROY */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * Last-will presence on AWS IoT Core: a policy under which devices may connect with their last will, and a rule that
 * notifies when a will is published. It works without a resource per device: attach {@link policy} to whatever
 * certificates there are.
 *
 * @example
 * const monitor = new LwtMonitor(stack, 'Presence', { notify: ['support@example.com'] });
 * monitor.addDevice(thing, certificate);
 */
export class LwtMonitor extends Construct {
  /** What was asked for, with the defaults filled in. */
  readonly options: ResolvedLwtOptions & { readonly willTopic: string };
  /** The policy of the devices. */
  readonly policy: DevicePolicy;
  /** The topic that notifies. */
  readonly notificationTopic: ITopic;
  /** The rule that acts on wills. */
  readonly rule: TopicRule;

  /** @throws LastwillError OPTION_INVALID that names the prop, its rule and the value. */
  constructor(scope: Construct, id: string, props: LwtMonitorProps = {}) {
    super(scope, id);
    const options = resolveLwtOptions(props, { cloud: 'aws', isUnresolved: Token.isUnresolved });
    this.options = { ...options, willTopic: options.willTopic ?? STATUS_TOPIC };
    this.#refuseLoop();
    this.policy = this.#createPolicy(props);
    const ownTopic = props.notificationTopic === undefined ? this.#createTopic(props) : undefined;
    this.notificationTopic = props.notificationTopic ?? (ownTopic as NotificationTopic).topic;
    this.#subscribe(props.notify ?? []);
    this.rule = this.#createRule(props);
    ownTopic?.allowPublisher(this.rule.role);
    if (props.alarms !== false) {
      new TopicRuleAlarms(this, 'Alarms', { rule: this.rule, notificationTopic: this.notificationTopic });
    }
    this.#warn(props.notify ?? []);
    this.#warnOfDeafness(props.sql?.fromFilter);
  }

  /** Lets a device in: attaches its certificate to its thing and the monitor's policy to the certificate. */
  addDevice(thing: IThing, certificate: ICertificate): void {
    thing.attachCertificate(certificate);
    this.policy.attachTo(certificate);
  }

  #refuseLoop(): void {
    const { willTopic, executedTopic } = this.options;
    if (executedTopic === undefined || Token.isUnresolved(executedTopic) || Token.isUnresolved(willTopic)) return;
    if (!matchesTopic(everyDeviceFilter(willTopic), renderDevice(executedTopic, 'device'))) return;
    throw new LastwillError(
      'OPTION_INVALID',
      mustBe(
        'executedTopic',
        `a topic that the rule on '${everyDeviceFilter(willTopic)}' does not match`,
        executedTopic,
      ),
    );
  }

  #createPolicy(props: LwtMonitorProps): DevicePolicy {
    const { willTopic, willRetain, connectedTopic, executedTopic } = this.options;
    const policy = new DevicePolicy(this, 'Policy', { policyName: props.policyName })
      .allowConnect()
      .allowWill({ topic: willTopic, retain: willRetain });
    if (connectedTopic !== undefined) policy.allowPublish(connectedTopic);
    const watched = [connectedTopic, executedTopic].filter((topic) => topic !== undefined);
    return watched.length === 0 ? policy : policy.allowSubscribe(...watched);
  }

  #createTopic(props: LwtMonitorProps): NotificationTopic {
    return new NotificationTopic(this, 'Notification', {
      snsTopicName: props.snsTopicName,
      snsDisplayName: props.snsDisplayName,
      encryptionKey: props.encryptionKey,
      removalPolicy: props.removalPolicy,
    });
  }

  #subscribe(addresses: readonly string[]): void {
    const twice = addresses.find((address, index) => addresses.indexOf(address) !== index);
    if (twice !== undefined) {
      throw new LastwillError('OPTION_INVALID', mustBe('notify', 'free of duplicates', twice));
    }
    for (const address of addresses) this.notificationTopic.addSubscription(new EmailSubscription(address));
  }

  #createRule(props: LwtMonitorProps): TopicRule {
    const { willTopic, willQos, executedTopic } = this.options;
    const notification = new SnsAction(this.notificationTopic, {
      messageFormat: props.messageFormat,
      defaultText: "concat('The last will of ', clientid(), ' was published on ', topic())",
    });
    const republish =
      executedTopic === undefined
        ? []
        : [new RepublishAction(renderDevice(executedTopic, deviceSubstitution(willTopic)), { qos: willQos })];
    const rule = new TopicRule(this, 'Rule', {
      ruleName: props.ruleName,
      description: props.ruleDescription,
      roleName: props.roleName,
      sql: props.sql ?? IotSql.select({ from: everyDeviceFilter(willTopic), where: DEFAULT_CONDITION }),
      actions: [notification, ...republish, ...(props.actions ?? [])],
      errorLogRetention: props.errorLogRetention,
      removalPolicy: props.removalPolicy,
    });
    this.#declareWill(rule, props);
    return rule;
  }

  /** Writes into the template what it does not say otherwise, so that checks of the template can prove it. */
  #declareWill(rule: TopicRule, props: LwtMonitorProps): void {
    const { willTopic, willRetain, willDelaySeconds } = this.options;
    const { defaultChild: cfnRule } = rule.node;
    const { defaultChild: cfnPolicy } = this.policy.node;
    if (!CfnResource.isCfnResource(cfnRule) || !CfnResource.isCfnResource(cfnPolicy)) return;
    cfnRule.addMetadata(WILL_METADATA, {
      topic: willTopic,
      retain: willRetain,
      delaySeconds: willDelaySeconds,
      // A statement of one's own may look for another payload.
      payload: props.sql === undefined ? lastWillPayload(DEVICE_PLACEHOLDER) : undefined,
      policy: { Ref: Stack.of(this).getLogicalId(cfnPolicy) },
    });
  }

  #warnOfDeafness(filter: string | undefined): void {
    const { willTopic } = this.options;
    if (filter === undefined || Token.isUnresolved(willTopic)) return;
    if (filtersOverlap(filter, everyDeviceFilter(willTopic))) return;
    Annotations.of(this).addWarningV2(
      WILL_NOT_HEARD_WARNING,
      `sql must be a statement FROM topics of wills such as '${everyDeviceFilter(willTopic)}', got FROM '${filter}': nobody is told when a device dies. Change it, or acknowledge this when another rule listens`,
    );
  }

  #warn(addresses: readonly string[]): void {
    const { willTopic } = this.options;
    if (!Token.isUnresolved(willTopic) && !isPerDevice(willTopic)) {
      Annotations.of(this).addWarningV2(
        SHARED_WILL_TOPIC_WARNING,
        `willTopic '${willTopic}' is shared: any device could report the death of another one. Put ${DEVICE_PLACEHOLDER} into it, or acknowledge this`,
      );
    }
    if (addresses.length === 0) {
      Annotations.of(this).addWarningV2(
        NOBODY_NOTIFIED_WARNING,
        'notify is empty: nobody is told when a device dies. Name e-mail addresses, or acknowledge this when the topic has other subscribers',
      );
    }
  }
}

/** The device's name as a rule on the will's topic knows it: its level, or the dead client's id. */
function deviceSubstitution(willTopic: string): string {
  const level = willTopic.split('/').indexOf(DEVICE_PLACEHOLDER);
  return level === -1 ? `\${clientid()}` : `\${topic(${level + 1})}`;
}
