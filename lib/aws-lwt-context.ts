import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { SnsMessageFormat } from '../constructs/aws/actions/sns-action';
import { IotSql } from '../constructs/aws/iot-sql';
import { mustBe, throwIfAny } from '../presence/errors';
import { type AwsLwtDevice, type AwsLwtStackProps, deviceNameProblems } from './aws-lwt-stack';
import { type Context, ContextReader } from './context-reader';
import type { TypedNames } from './typed-names';

/** Every context key that {@link AwsLwtStackProps} can be given by, and what it sets. */
export const AWS_LWT_CONTEXT_KEYS = {
  emails: 'e-mail addresses to notify, with commas between',
  devices: 'names of the devices, with commas between (lwtThing)',
  namePrefix: 'put in front of every name and topic, so that two stages can live in one account',
  store: 'folder with the devices’ certificate signing requests (certificates)',
  willTopic: 'topic of the will; {device} in it stands for the device (/last/will/topic)',
  willQos: 'quality of service of the will: 0 or 1 (0)',
  willRetain: 'whether the will is retained: true or false (false)',
  willDelaySeconds: 'will delay; AWS publishes at once (0)',
  connectedTopic: 'topic on which a device says that it is connected (/lwt/connected/topic)',
  executedTopic: 'topic to which the will is republished (/lwt/executed)',
  ruleName: 'name of the rule (lastWillRule)',
  ruleDescription: 'what the rule is for (My first LWT rule)',
  roleName: 'name of the rule’s role (lwtRuleRole)',
  snsTopicName: 'name of the SNS topic (lwtSNSTopic)',
  snsDisplayName: 'sender’s name in e-mails (the name of the SNS topic)',
  messageFormat: 'RAW or JSON (RAW)',
  sql: 'statement of the rule',
  alarms: 'whether alarms watch the rule: true or false (true)',
  errorLogRetentionDays: 'days that failures of the rule’s actions are kept (30)',
  stackName: 'name of the stack (LwtStack)',
} as const;

/** The context keys that set a prop of another name. */
export const AWS_LWT_TYPED_NAMES: TypedNames = { notify: 'emails', errorLogRetention: 'errorLogRetentionDays' };

/** The device that the stack has when none is named. */
const DEFAULT_DEVICES = ['lwtThing'];

/** What the context says of the stack; the devices' requests are still to be read from the store. */
export interface AwsLwtContext {
  readonly deviceNames: readonly string[];
  /** Folder of the store; `undefined` when the context names none. */
  readonly store: string | undefined;
  /** Completes the props with the devices. */
  readonly props: (devices: readonly AwsLwtDevice[]) => AwsLwtStackProps;
}

/**
 * Reads the stack's props from context values.
 * @throws LastwillError OPTION_INVALID that names every key, rule and value that is wrong.
 */
export function readAwsLwtContext(context: Context): AwsLwtContext {
  const reader = new ContextReader(context);
  const sql = reader.text('sql');
  const retentionDays = reader.number('errorLogRetentionDays');
  const deviceNames = reader.list('devices') ?? DEFAULT_DEVICES;
  const store = reader.text('store');
  const props = {
    notify: reader.list('emails'),
    namePrefix: reader.text('namePrefix'),
    willTopic: reader.text('willTopic'),
    // Whether it is 0 or 1 is for the stack to check.
    willQos: reader.number('willQos') as 0 | 1 | undefined,
    willRetain: reader.flag('willRetain'),
    willDelaySeconds: reader.number('willDelaySeconds'),
    connectedTopic: reader.text('connectedTopic'),
    executedTopic: reader.text('executedTopic'),
    ruleName: reader.text('ruleName'),
    ruleDescription: reader.text('ruleDescription'),
    roleName: reader.text('roleName'),
    snsTopicName: reader.text('snsTopicName'),
    snsDisplayName: reader.text('snsDisplayName'),
    messageFormat: reader.choice('messageFormat', Object.values(SnsMessageFormat)),
    alarms: reader.flag('alarms'),
    errorLogRetention: retentionDays,
    stackName: reader.text('stackName'),
  };
  reader.finish();
  throwIfAny('OPTION_INVALID', [...deviceNameProblems(deviceNames), ...retentionProblems(retentionDays)]);
  return {
    deviceNames,
    store,
    props: (devices) => ({ ...props, sql: sql === undefined ? undefined : IotSql.fromString(sql), devices }),
  };
}

function retentionProblems(days: number | undefined): string[] {
  if (days === undefined || RetentionDays[days] !== undefined) return [];
  const allowed = Object.values(RetentionDays).filter((value) => typeof value === 'number' && value < 9999);
  return [mustBe('context errorLogRetentionDays', `one of ${allowed.join(', ')}`, days)];
}
