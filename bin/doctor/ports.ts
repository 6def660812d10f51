import type { Clock } from '../../presence/clock';
import type { DeviceCredentials } from './device-credentials';

/** What the doctor is asked about. */
export interface Subject {
  readonly device: string;
  readonly willTopic: string;
  readonly willPayload: string;
  /** A topic on which the device publishes. @default - not asked */
  readonly publishTopic?: string;
  /** A filter to which the device subscribes. @default - not asked */
  readonly subscribeFilter?: string;
}

/** What the checks on either cloud ask of the world. All reject with a LastwillError that says why nobody could answer. */
export interface DevicePorts {
  readonly subject: Subject;
  readonly clock: Clock;
  endpoint(): Promise<{ readonly host: string; readonly port: number }>;
  /** Connects with TLS; resolves to `undefined` when the server's chain verifies, else to what was wrong. */
  handshakeProblem(host: string, port: number): Promise<string | undefined>;
  stored(): DeviceCredentials;
}

/** Asks once, and gives the same answer from then on. */
export function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return () => {
    answer ??= ask();
    return answer;
  };
}
