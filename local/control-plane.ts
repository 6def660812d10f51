import type { Clock } from '../presence/clock';
import type { Randomness } from '../presence/randomness';
import { awsAccount } from './aws-account';
import type { AwsCloud } from './aws-cloud';
import type { AzureCloud } from './azure-cloud';
import { addressable } from './control/azure/addressable';
import { type ControlServer, listenControl } from './control/control-server';
import type { FaultInjection } from './control/ports';

/** What the control plane of an engine is made of. */
export interface ControlPlaneOptions {
  readonly aws?: AwsCloud;
  readonly azure?: { readonly cloud: AzureCloud; readonly token: string };
  readonly clock: Clock;
  readonly randomness: Randomness;
  readonly port?: number;
  /** The host name by which devices reach the embedded brokers. */
  readonly brokerHost: string;
  readonly fault?: FaultInjection;
}

/**
 * Opens the control plane of an engine.
 * @throws LastwillError LISTEN_FAILED
 */
export function openControlPlane(options: ControlPlaneOptions): Promise<ControlServer> {
  const { aws, azure, brokerHost, clock, randomness, port, fault } = options;
  const account = aws === undefined ? undefined : awsAccount(aws, { createdAt: clock.now(), endpointHost: brokerHost });
  return listenControl({
    randomness,
    ...(account === undefined ? {} : { aws: account }),
    ...(azure === undefined
      ? {}
      : {
          azure: {
            token: azure.token,
            resources: addressable(azure.cloud.template.resources),
            mqttHost: brokerHost,
          },
        }),
    ...(port === undefined ? {} : { port }),
    ...(fault === undefined ? {} : { fault }),
  });
}
