import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { RepublishAction } from '../constructs/aws/actions/republish-action';
import { Certificate, type ICertificate } from '../constructs/aws/certificate';
import { DevicePolicy } from '../constructs/aws/device-policy';
import { IotSql } from '../constructs/aws/iot-sql';
import { Thing } from '../constructs/aws/thing';
import { TopicRule } from '../constructs/aws/topic-rule';
import { LastwillError } from '../presence/errors';
import { namesWithPrefix } from './name-prefix';
import { outputIdFor } from './output-id';

/** Properties of {@link AwsMqtt5Stack}: exactly one way to the certificate that all its things share. */
export interface AwsMqtt5StackProps extends StackProps {
  /** Text of a certificate signing request in PEM, for AWS to sign. @default - a certificate is given */
  readonly certificateSigningRequest?: string;
  /** ARN of a certificate that AWS IoT Core knows already. @default - a signing request is given */
  readonly certificateArn?: string;
  /**
   * Put in front of every name, so that two stages can live in one account. The topics stay: devices know them.
   * @default - no prefix
   */
  readonly namePrefix?: string;
}

interface Pattern {
  readonly id: string;
  readonly things: readonly string[];
  readonly publishes?: readonly string[];
  /** Topics below which the things publish on topics of their choice. */
  readonly publishesBelow?: readonly string[];
  readonly subscribes?: readonly string[];
}

const ALIASED_TOPIC = 'sensors/field/field001/equipments/a804e598-ee90-4f89-9cde-458f8fe9b980/temperature';

/** Where decoded values go: one topic, so that the rule's role may publish on that and on nothing else. */
const DECODED_TOPIC = 'decoded/sensors/gateway01';

const PATTERNS: readonly Pattern[] = [
  {
    id: 'RequestResponse',
    things: ['TestThing01'],
    publishes: ['home07/main_door/lock', 'home07/main_door/status'],
    subscribes: ['home07/main_door/#'],
  },
  {
    id: 'UserProperties',
    things: ['TestThing02'],
    publishesBelow: ['sensors/gateway01'],
    subscribes: ['sensors/gateway01/#'],
  },
  { id: 'TopicAlias', things: ['TestThing03'], publishes: [ALIASED_TOPIC], subscribes: [ALIASED_TOPIC] },
  {
    id: 'Expiry',
    things: ['TestThing04-Sub', 'TestThing04-Pub'],
    publishes: ['vehicle/driver_door/lock', 'vehicle/air_conditioner/set'],
    subscribes: ['vehicle/#'],
  },
  { id: 'ReasonCodes', things: ['TestThing05'], publishes: [ALIASED_TOPIC] },
];

/**
 * What a sensor measured, whatever it says of the encoding of its payload in the user property `Content-Type`. The
 * payload need not be JSON, so it is taken as bytes: encode and decode make text of it.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/binary-payloads.html
 */
const SENSOR_VALUE =
  "CASE get_or_default(get(get_user_properties('Content-Type'), 0), 'text/plain') " +
  "WHEN 'base64' THEN decode(decode(encode(*, 'base64'), 'base64'), 'base64') " +
  "ELSE decode(encode(*, 'base64'), 'base64') END";

/**
 * Things, policies and a rule for five patterns of MQTT 5: request and response, user properties, topic alias, expiry,
 * reason codes. All things share one certificate, and with it all policies; each may connect under its own name only.
 */
export class AwsMqtt5Stack extends Stack {
  /** The rule that decodes what sensors measured and publishes it, with the sensor's name, on `decoded/sensors/gateway01`. */
  readonly rule: TopicRule;

  /** @throws LastwillError OPTION_INVALID when not exactly one way to the certificate is given. */
  constructor(scope: Construct, id: string, props: AwsMqtt5StackProps) {
    super(scope, id, props);
    const names = namesWithPrefix(props.namePrefix);
    const certificate = this.#certificate(props);
    for (const pattern of PATTERNS) {
      this.#policy(pattern).attachTo(certificate);
      for (const name of pattern.things) {
        new Thing(this, name, { thingName: names.name(name) }).attachCertificate(certificate);
        new CfnOutput(this, outputIdFor('CertificateId', name), {
          value: certificate.certificateId,
          description: `Certificate of ${names.name(name)}`,
        });
      }
    }
    this.rule = new TopicRule(this, 'DecodeSensorValues', {
      ruleName: names.ruleName('decodeSensorValues'),
      description: 'Decodes what the sensors of gateway01 measured',
      sql: IotSql.select({
        select: `${SENSOR_VALUE} AS sensor_value, topic(3) AS sensor`,
        from: 'sensors/gateway01/#',
      }),
      actions: [new RepublishAction(DECODED_TOPIC, { qos: 1, headers: { contentType: 'application/json' } })],
    });
    new CfnOutput(this, 'RuleName', { value: this.rule.topicRuleName, description: 'Rule that decodes sensor values' });
  }

  #certificate(props: AwsMqtt5StackProps): ICertificate {
    const { certificateSigningRequest, certificateArn } = props;
    if ((certificateSigningRequest === undefined) === (certificateArn === undefined)) {
      throw new LastwillError(
        'OPTION_INVALID',
        `exactly one of certificateSigningRequest and certificateArn must be given to ${this.node.path}`,
      );
    }
    return certificateArn === undefined
      ? new Certificate(this, 'Certificate', { certificateSigningRequest })
      : Certificate.fromCertificateArn(this, 'Certificate', certificateArn);
  }

  #policy(pattern: Pattern): DevicePolicy {
    const policy = new DevicePolicy(this, `${pattern.id}Policy`).allowConnect();
    if (pattern.publishes !== undefined) policy.allowPublish(...pattern.publishes);
    if (pattern.publishesBelow !== undefined) policy.allowPublishBelow(...pattern.publishesBelow);
    if (pattern.subscribes !== undefined) policy.allowSubscribe(...pattern.subscribes);
    return policy;
  }
}
