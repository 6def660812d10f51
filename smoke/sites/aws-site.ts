import type { AwsSession } from '../../cloud-clients/aws/aws-session';
import type { Dial, Site } from './site';

/** What a deployed stack calls its parts. */
export interface AwsDeployment {
  /** Name of the thing, which is also its client id. */
  readonly thing: string;
  readonly willTopic: string;
  readonly connectedTopic: string;
  readonly executedTopic: string;
  readonly ruleName: string;
  /** The topic below which the probes' own topics lie; nobody else publishes there. */
  readonly probeTopic: string;
}

/** AWS IoT Core, real or embedded, with the stack deployed. */
export interface AwsSite extends Site {
  readonly deployment: AwsDeployment;
  /** The control plane. */
  readonly session: AwsSession;
  /** As the thing, with its certificate. */
  readonly asDevice: Dial;
  /** As an IAM identity that may use every topic of the probes. */
  readonly asOperator: Dial;
  /** The same, surely over WebSocket. */
  readonly asOperatorByWebSocket: Dial;
}
