import type { ScenarioStep } from '../../device';
import type { Comparison } from '../probes/comparison';

/** What is to be said when something could not be destroyed. */
export interface Remains {
  readonly what: string;
  /** The command that destroys it. */
  readonly command: string;
}

/** A part of a smoke test that is done after deploying. */
export interface Examination {
  readonly name: string;
  /** Whether what comes after it makes no sense when it fails. */
  readonly isNeeded: boolean;
  /** @throws LastwillError when it fails */
  readonly run: () => Promise<void>;
}

/** What a smoke test creates, and how. */
export interface Deployment {
  /** Makes keys and template, and proves that nothing of anybody else would be touched. Creates nothing in the cloud. */
  prepare(): Promise<void>;
  deploy(): Promise<void>;
  /** Is never interrupted. @throws LastwillError when something is left. */
  destroy(): Promise<void>;
  readonly remains: Remains;
}

/** A cloud that is put to the test. */
export interface SmokeCloud {
  /** What will be created, where, for how much, and who will be told; one line each. Asks the cloud, changes nothing. */
  plan(): Promise<readonly string[]>;
  /** @default - it is deployed already, and stays */
  readonly deployment?: Deployment;
  /** In their order: credentials, diagnosis, waiting until the deployment is in force. */
  readonly examinations: readonly Examination[];
  /** Plays the story for which the stack was made. */
  story(): Promise<readonly ScenarioStep[]>;
  /** Puts every probe to the real and to the embedded cloud. */
  compare(): Promise<Comparison>;
  /** Lets go of connections and removes keys that nobody asked to keep. */
  close(): Promise<void>;
}
