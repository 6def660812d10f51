import type { Clock } from '../../presence/clock';
import type { DeviceAgent } from '../agent';
import type { DeviceAgentOptions, Target } from '../agent-options';

/** One thing that a scenario expects, and whether it was seen. */
export interface ScenarioStep {
  readonly what: string;
  readonly ok: boolean;
  /** Milliseconds since the moment that the step is about, e.g. since the cut. */
  readonly milliseconds?: number;
  /** What was seen, or what was seen instead. */
  readonly detail?: string;
}

/** Hears a scenario while it plays. */
export interface ScenarioReporter {
  /** A part of the scenario begins. */
  part(title: string): void;
  /** Something was seen, or was not. */
  step(step: ScenarioStep): void;
  /** Something that helps to understand, and is not judged. */
  note(text: string): void;
}

/** How long things take; a demonstration lowers what it cannot wait for. All in seconds. */
export interface ScenarioTimings {
  /** How long a message may take before it counts as missing. */
  readonly patienceSeconds: number;
  /** How long nothing must come before nothing counts as proven. */
  readonly quietSeconds: number;
  /** Keep alive of every device. */
  readonly keepAliveSeconds: number;
  /** How long a device stays away: longer than the short expiries, shorter than the long ones. */
  readonly absenceSeconds: number;
  readonly shortExpirySeconds: number;
  readonly longMessageExpirySeconds: number;
  readonly longSessionExpirySeconds: number;
}

/** The timings of the scenarios as they are told. */
export const SCENARIO_TIMINGS: ScenarioTimings = {
  patienceSeconds: 10,
  quietSeconds: 2,
  keepAliveSeconds: 30,
  absenceSeconds: 15,
  shortExpirySeconds: 10,
  longMessageExpirySeconds: 120,
  longSessionExpirySeconds: 300,
};

/** What a scenario is played on. */
export interface Stage {
  readonly clock: Clock;
  readonly timings: ScenarioTimings;
  readonly reporter: ScenarioReporter;
  /** The kind of broker. */
  readonly target: Target;
  /** Makes a device for the stage's broker with the credentials of this client id. */
  device(clientId: string, options?: Partial<DeviceAgentOptions>): DeviceAgent;
  /** Makes somebody who may watch every topic; `undefined` where nobody may. */
  observer(): DeviceAgent | undefined;
}

/** A story in which devices play all the parts, against any broker. */
export interface DeviceScenario {
  readonly name: string;
  readonly title: string;
  /** The broker that the pattern was made for; it plays on any. */
  readonly home: Target;
  /** The client ids of its parts. */
  readonly clients: readonly [string, ...string[]];
  play(stage: Stage): Promise<void>;
}
