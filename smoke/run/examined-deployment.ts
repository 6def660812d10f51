import type { Clock } from '../../presence/clock';
import type { Probe } from '../probes/probe';

/** What examining a deployment takes on both clouds. */
export interface ExaminedDeploymentOptions<Site> {
  /** Port of MQTT over WebSocket. */
  readonly webSocketPort: number;
  /** Folder with keys and certificates. */
  readonly store: string;
  /** State folder, should it be the embedded cloud. */
  readonly state: string;
  readonly probes: readonly Probe<Site>[];
  /** Seconds after which what has not come is taken not to come. */
  readonly patienceSeconds: number;
  readonly clock: Clock;
  /** Aborted when a person asks to stop. */
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
  /** Runs a command of `lastwill`. @throws LastwillError when it fails */
  readonly lastwill: (words: readonly string[]) => Promise<void>;
}
