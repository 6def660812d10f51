import {
  type DeviceAgent,
  type DeviceScenario,
  SCENARIO_TIMINGS,
  type ScenarioTimings,
  type Stage,
} from '../../device';
import { SystemClock } from '../../presence/clock';
import type { Reporter } from './scenario';

/** The waits of the scenarios, short enough for a demonstration: nothing is shortened but time. */
const DEMO_TIMINGS: ScenarioTimings = {
  ...SCENARIO_TIMINGS,
  quietSeconds: 0.3,
  absenceSeconds: 2.2,
  shortExpirySeconds: 1,
};

/** Plays device scenarios on a stage, one after the other, each as a part. */
export async function playDeviceScenarios(
  scenarios: readonly DeviceScenario[],
  makers: Pick<Stage, 'target' | 'device' | 'observer'>,
  reporter: Reporter,
): Promise<void> {
  const stage: Stage = { ...makers, clock: new SystemClock(), timings: DEMO_TIMINGS, reporter };
  for (const scenario of scenarios) {
    reporter.part(scenario.title);
    await scenario.play({ ...stage, reporter: { ...reporter, part: (title) => reporter.note(title) } });
  }
}

/** Makes sure that every agent is gone when a demonstration ends. */
export class AgentPool {
  readonly #agents: DeviceAgent[] = [];

  add(agent: DeviceAgent): DeviceAgent {
    this.#agents.push(agent);
    return agent;
  }

  async dismiss(): Promise<void> {
    await Promise.all(this.#agents.map((agent) => agent.disconnect()));
  }
}
