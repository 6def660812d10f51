import type { Clock } from '../presence/clock';
import type { Cloud } from '../presence/lwt-options';
import type { Randomness } from '../presence/randomness';
import type { AwsOptions } from './aws-cloud';
import type { AzureOptions } from './azure-cloud';
import type { FaultInjection } from './control/ports';
import type { EngineObserver } from './engine-observer';
import type { EventListener } from './journal';
import type { RunningCloud } from './state/running-file';

/** What an engine runs and where it leaves its traces. */
export interface EngineOptions {
  /** @default - no AWS runs */
  readonly aws?: AwsOptions;
  /** @default - no Azure runs */
  readonly azure?: AzureOptions;
  /** @default - the machine's clock */
  readonly clock?: Clock;
  /** @default - the machine's randomness */
  readonly randomness?: Randomness;
  /** Folder for identities, outbox, event log and the embedded CA. @default - nothing is written, the CA is made anew */
  readonly stateDirectory?: string;
  /** Hears every event before its effect can be seen from outside. @default - nobody */
  readonly onEvent?: EventListener;
  /** Hears what brokers and rules do as they say it themselves, more than the event log shows. @default - nobody */
  readonly observer?: EngineObserver;
  /** Whether every delivery to a subscriber is an event. @default false */
  readonly logsDeliveries?: boolean;
  /**
   * `named`: signing requests get ids that are the same in every run, but no certificates. Then no port can be
   * opened: TLS needs them. @default 'signed'
   */
  readonly certificates?: 'signed' | 'named';
  /**
   * Name or address that the brokers listen on. Their certificate is for it, beside localhost, 127.0.0.1 and ::1; with
   * `0.0.0.0` or `::` it is for the machine's name and every address that the machine has.
   * @default '127.0.0.1'
   */
  readonly host?: string;
  /** Finds the private key (PEM) of a certificate (PEM), to be copied into the state folder. @default - no keys are copied */
  readonly findPrivateKey?: (cloud: Cloud, certificatePem: string) => string | undefined;
  /** Finds the certificate (PEM) of a thumbprint that a template names. @default - none is copied */
  readonly findCertificate?: (cloud: Cloud, thumbprint: string) => string | undefined;
  /** Lets calls of the control plane fail, for tests of what a client does then. @default - none fails */
  readonly controlFault?: FaultInjection;
  /** Turns the clouds' rate limits on, multiplied by this factor. @default - no rate is limited */
  readonly throttleScale?: number;
}

/** Where an engine listens; 0 asks for a free port. */
export interface EngineListenOptions {
  /** MQTT over TLS. @default 0 */
  readonly awsPort?: number;
  /** MQTT over WebSocket and TLS. @default 0 */
  readonly awsWebSocketPort?: number;
  /** MQTT over TLS. @default 0 */
  readonly azurePort?: number;
  /** MQTT over WebSocket and TLS. @default 0 */
  readonly azureWebSocketPort?: number;
  /** Control plane over HTTP, on 127.0.0.1 whatever the host is. @default 0 */
  readonly controlPort?: number;
}

/** The clouds of an engine that listens, and how to reach each. */
export interface RunningClouds extends Readonly<Partial<Record<Cloud, RunningCloud>>> {
  /** Where the control plane answers, `http://127.0.0.1:PORT`: what `AWS_ENDPOINT_URL` must be. */
  readonly control: string;
}
