import { createHash } from 'node:crypto';
import { Annotations, CfnOutput, Stack, type StackProps, Token } from 'aws-cdk-lib';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { SnsMessageFormat } from '../constructs/aws/actions/sns-action';
import { Certificate, type ICertificate } from '../constructs/aws/certificate';
import type { IotSql } from '../constructs/aws/iot-sql';
import { LwtMonitor, SHARED_WILL_TOPIC_WARNING } from '../constructs/aws/lwt-monitor';
import { Thing, thingNameProblem } from '../constructs/aws/thing';
import { AWS_STACK_TOPICS } from '../presence/default-topics';
import { LastwillError, mustBe, throwIfAny } from '../presence/errors';
import type { LwtOptions } from '../presence/lwt-options';
import { namesWithPrefix } from './name-prefix';
import { outputIdFor } from './output-id';

/** A device of {@link AwsLwtStack}: its name and exactly one way to its certificate. */
export interface AwsLwtDevice {
  /** Name of the thing, before the prefix: 1 to 128 letters, digits, `:`, `_` or `-`. */
  readonly name: string;
  /** Text of a certificate signing request in PEM, for AWS to sign. @default - a certificate is given */
  readonly certificateSigningRequest?: string;
  /**
   * Text of the signing request of the certificate that is to come next. Both certificates let the device in until
   * this request takes the place of the first one; its certificate then stays as it is.
   * @default - no certificate is due
   */
  readonly nextCertificateSigningRequest?: string;
  /** Text of a certificate in PEM, to be registered as it is. @default - a signing request is given */
  readonly certificatePem?: string;
  /** ARN of a certificate that AWS IoT Core knows already. @default - a signing request is given */
  readonly certificateArn?: string;
}

/** Properties of {@link AwsLwtStack}. */
export interface AwsLwtStackProps extends StackProps, LwtOptions {
  /** The devices, at most 100: a stack holds 500 resources, and each device takes four. */
  readonly devices: readonly AwsLwtDevice[];
  /**
   * Put in front of every name and, as a level of its own, of every topic that is not given, so that two stages can
   * live in one account: letters, digits, `_` and `-`, starting with a letter.
   * @default - no prefix
   */
  readonly namePrefix?: string;
  /** Name of the rule, before the prefix. @default lastWillRule */
  readonly ruleName?: string;
  /** What the rule is for. @default My first LWT rule */
  readonly ruleDescription?: string;
  /** Name of the rule's role, before the prefix. @default lwtRuleRole */
  readonly roleName?: string;
  /** Name of the SNS topic, before the prefix. @default lwtSNSTopic */
  readonly snsTopicName?: string;
  /** Sender's name in e-mails. @default - the name of the SNS topic */
  readonly snsDisplayName?: string;
  /** How SNS takes the message. @default SnsMessageFormat.RAW */
  readonly messageFormat?: SnsMessageFormat;
  /** Statement of the rule. @default - wills whose reported state says `last_will` and `trigger_action` */
  readonly sql?: IotSql;
  /** Whether alarms watch the rule and tell the SNS topic. @default true */
  readonly alarms?: boolean;
  /** How long failures of the rule's actions are kept. @default RetentionDays.ONE_MONTH */
  readonly errorLogRetention?: RetentionDays;
}

/** Most devices of one stack: 500 resources, four for each device, and what the stack itself needs. */
const MAXIMUM_DEVICES = 100;

/**
 * Last-will presence that deploys as it is: an e-mail as soon as a device drops off abruptly. Names and topics are
 * fixed so that device software can rely on them.
 * @see https://aws.amazon.com/blogs/iot/monitor-aws-iot-connections-in-near-real-time-using-mqtt-lwt/
 */
export class AwsLwtStack extends Stack {
  readonly monitor: LwtMonitor;

  /** @throws LastwillError OPTION_INVALID that names every prop, rule and value that is wrong. */
  constructor(scope: Construct, id: string, props: AwsLwtStackProps) {
    super(scope, id, props);
    throwIfAny('OPTION_INVALID', deviceNameProblems(props.devices.map((device) => device.name)));
    const names = namesWithPrefix(props.namePrefix);
    const snsTopicName = names.name(props.snsTopicName ?? 'lwtSNSTopic');
    this.monitor = new LwtMonitor(this, 'Monitor', {
      ...props,
      willTopic: props.willTopic ?? names.topic(AWS_STACK_TOPICS.willTopic),
      willQos: props.willQos ?? 0,
      connectedTopic: props.connectedTopic ?? names.topic(AWS_STACK_TOPICS.connectedTopic),
      executedTopic: props.executedTopic ?? names.topic(AWS_STACK_TOPICS.executedTopic),
      ruleName: names.ruleName(props.ruleName ?? 'lastWillRule'),
      ruleDescription: props.ruleDescription ?? 'My first LWT rule',
      roleName: names.name(props.roleName ?? 'lwtRuleRole'),
      snsTopicName,
      snsDisplayName: props.snsDisplayName ?? snsTopicName,
    });
    const devices = new Construct(this, 'Devices');
    for (const device of props.devices) this.#addDevice(devices, device, names.name(device.name));
    if (props.willTopic === undefined) this.#acknowledgeSharedTopic();
    this.#describe();
  }

  #addDevice(devices: Construct, device: AwsLwtDevice, thingName: string): void {
    const scope = new Construct(devices, device.name);
    const thing = new Thing(scope, 'Thing', { thingName });
    const certificate = certificateOf(scope, device);
    this.monitor.addDevice(thing, certificate);
    this.#output(outputIdFor('CertificateId', device.name), certificate.certificateId, `Certificate of ${thingName}`);
    if (device.nextCertificateSigningRequest !== undefined) this.#addNext(scope, device, thing);
  }

  #addNext(scope: Construct, device: AwsLwtDevice, thing: Thing): void {
    const request = device.nextCertificateSigningRequest as string;
    if (idOfRequest(request) === idOfRequest(device.certificateSigningRequest)) {
      throw new LastwillError(
        'OPTION_INVALID',
        `nextCertificateSigningRequest of device ${device.name} must be another request than the present one`,
      );
    }
    const next = Certificate.fromCsr(scope, idOfRequest(request), request);
    this.monitor.addDevice(thing, next);
    this.#output(
      outputIdFor('NextCertificateId', device.name),
      next.certificateId,
      `Next certificate of ${device.name}`,
    );
  }

  #acknowledgeSharedTopic(): void {
    Annotations.of(this).acknowledgeWarning(
      SHARED_WILL_TOPIC_WARNING,
      'the devices of this stack trust each other; the client id is in the payload',
    );
  }

  #describe(): void {
    const { options, policy, rule, notificationTopic } = this.monitor;
    this.#output('WillTopic', options.willTopic, 'Topic of the devices’ last will');
    this.#output('ConnectedTopic', options.connectedTopic as string, 'Topic on which a device says it is connected');
    this.#output('ExecutedTopic', options.executedTopic as string, 'Topic to which the will is republished');
    this.#output('RuleName', rule.topicRuleName, 'Rule that acts on wills');
    this.#output('NotificationTopicArn', notificationTopic.topicArn, 'SNS topic that notifies');
    this.#output('PolicyName', policy.policyName, 'Policy under which devices connect');
  }

  #output(id: string, value: string, description: string): void {
    new CfnOutput(this, id, { value, description });
  }
}

/** What is wrong with a list of device names: too many, twice the same, or no names of things. */
export function deviceNameProblems(names: readonly string[]): string[] {
  if (names.length > MAXIMUM_DEVICES) {
    return [
      `${mustBe('devices', `at most ${MAXIMUM_DEVICES} in one stack`, names.length)}; leave devices empty and let a fleet register itself with a provisioning template`,
    ];
  }
  return names.flatMap((name, index) =>
    [
      thingNameProblem(`devices[${index}]`, name),
      names.indexOf(name) === index ? undefined : mustBe(`devices[${index}]`, 'named only once', name),
    ].filter((problem) => problem !== undefined),
  );
}

function certificateOf(scope: Construct, device: AwsLwtDevice): ICertificate {
  const { certificateSigningRequest, certificatePem, certificateArn } = device;
  if (certificateArn === undefined) {
    const id = idOfRequest(certificateSigningRequest);
    return new Certificate(scope, id, { certificateSigningRequest, certificatePem });
  }
  if (certificateSigningRequest !== undefined || certificatePem !== undefined) {
    throw new LastwillError(
      'OPTION_INVALID',
      `device ${device.name} must have one of certificateSigningRequest, certificatePem and certificateArn, got several`,
    );
  }
  return Certificate.fromCertificateArn(scope, 'Certificate', certificateArn);
}

/**
 * Id of the certificate that a request leads to: it follows the request, so that a certificate stays when its request
 * moves from next to first place.
 */
function idOfRequest(request: string | undefined): string {
  if (request === undefined || Token.isUnresolved(request)) return 'Certificate';
  return `Certificate${createHash('sha256').update(request.replace(/\s/g, '')).digest('hex').slice(0, 8)}`;
}
