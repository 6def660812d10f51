import type { Clock } from '../presence/clock';
import type { Randomness } from '../presence/randomness';
import { awsAccount } from './aws-account';
import type { AwsCloud } from './aws-cloud';
import type { AzureCloud } from './azure-cloud';
import { type ControlServer, listenControl } from './control/control-server';
import type { FaultInjection } from './control/ports';

/** What the control plane of an engine is made of. */
export interface ControlPlaneOptions {
  readonly aws?: AwsCloud;
  readonly azure?: { readonly cloud: AzureCloud; readonly token: string };
  readonly clock: Clock;
  readonly randomness: Randomness;
  readonly port?: number;
  readonly fault?: FaultInjection;
}

/** The host name by which devices reach the embedded brokers. */
const BROKER_HOST = 'localhost';

/**
 * Opens the control plane of an engine.
 * @throws LastwillError LISTEN_FAILED
 */
export function openControlPlane(options: ControlPlaneOptions): Promise<ControlServer> {
  const { aws, azure, clock, randomness, port, fault } = options;
  const account =
    aws === undefined ? undefined : awsAccount(aws, { createdAt: clock.now(), endpointHost: BROKER_HOST });
  return listenControl({
    randomness,
    ...(account === undefined ? {} : { aws: account }),
    ...(azure === undefined
      ? {}
      : { azure: { token: azure.token, resources: azure.cloud.template.resources, mqttHost: BROKER_HOST } }),
    ...(port === undefined ? {} : { port }),
    ...(fault === undefined ? {} : { fault }),
  });
}
