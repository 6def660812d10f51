import type { CloudCertificate } from '../../../cloud-clients/aws/iot-registry';
import type { DevicePorts } from '../ports';

/** What the policies say. */
export interface Authorization {
  readonly decision: 'ALLOWED' | 'IMPLICIT_DENY' | 'EXPLICIT_DENY';
  /** Names of the policies that decided. */
  readonly policies: readonly string[];
  /** Policy variables without a value. */
  readonly missing: readonly string[];
}

/** A topic rule. */
export interface Rule {
  readonly name: string;
  readonly sql: string;
  readonly sqlVersion: string;
  readonly disabled: boolean;
  readonly actions: readonly RuleAction[];
  /** What it does when an action fails. @default - nothing */
  readonly errorAction?: RuleAction;
}

/** An action of a rule, by the API's name for it, e.g. `sns`. */
export interface RuleAction {
  readonly kind: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** A subscription to an SNS topic. */
export interface Subscription {
  readonly protocol: string;
  readonly endpoint: string;
  readonly confirmed: boolean;
}

/** What the checks on AWS ask of the world. All reject with a LastwillError that says why nobody could answer. */
export interface AwsPorts extends DevicePorts {
  /** Account and region that are called, and as whom. */
  account(): Promise<{ readonly account: string; readonly caller: string; readonly region: string }>;
  certificate(id: string): Promise<CloudCertificate | undefined>;
  /** Certificates of the device's thing; `undefined` when there is no such thing. */
  attachedCertificates(): Promise<readonly CloudCertificate[] | undefined>;
  authorize(
    certificateArn: string,
    action: 'CONNECT' | 'PUBLISH' | 'SUBSCRIBE',
    resource: string,
  ): Promise<Authorization>;
  /** Rules whose FROM matches the topic. */
  rulesOn(topic: string): Promise<readonly Rule[]>;
  /** Whether a role's policies allow an action; `undefined` when there is no such role. */
  simulate(roleArn: string, action: string, resource: string): Promise<boolean | undefined>;
  /** Whether a role lets AWS IoT take it on; `undefined` when there is no such role. */
  letsIotAssume(roleArn: string): Promise<boolean | undefined>;
  /** `undefined` when there is no such topic. */
  subscriptions(topicArn: string): Promise<readonly Subscription[] | undefined>;
}
