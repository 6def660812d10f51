import { playToItsEnd } from '../bin/device/play-scenario';
import { Report } from '../bin/device/report';
import { StoppableClock } from '../bin/device/stoppable-clock';
import type { DeviceAgent, DeviceScenario, ScenarioStep, Stage } from '../device';
import { SCENARIO_TIMINGS } from '../device';
import type { Clock } from '../presence/clock';
import { unlessInterrupted } from './interrupted';

/** What a story is played with. */
export interface StoryParts {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
  /** Seconds without a message after which none counts as coming; a message that must come gets more. */
  readonly patienceSeconds: number;
  readonly target: Stage['target'];
  readonly device: Stage['device'];
  readonly observer: Stage['observer'];
}

/** A message that must come is waited for at least as long. */
const LEAST_PATIENCE_SECONDS = 10;

/**
 * Plays a scenario, and lets every device go.
 * @returns what was seen; an error that ends it early is a step that failed
 * @throws Interrupted when a person asked to stop
 */
export async function playStory(scenario: DeviceScenario, parts: StoryParts): Promise<readonly ScenarioStep[]> {
  const { clock, signal, say, patienceSeconds, target, device, observer } = parts;
  const report = new Report(say);
  const agents: DeviceAgent[] = [];
  const waits = new StoppableClock(clock);
  const keep = <T extends DeviceAgent | undefined>(agent: T): T => {
    if (agent !== undefined) agents.push(agent);
    return agent;
  };
  const stage: Stage = {
    clock: waits,
    timings: {
      ...SCENARIO_TIMINGS,
      patienceSeconds: Math.max(patienceSeconds, LEAST_PATIENCE_SECONDS),
      quietSeconds: patienceSeconds,
    },
    reporter: report,
    target,
    device: (clientId, options) => keep(device(clientId, options)),
    observer: () => keep(observer()),
  };
  try {
    await unlessInterrupted(signal, playToItsEnd(scenario, stage));
  } finally {
    waits.stop();
    await Promise.all(agents.map((agent) => agent.disconnect()));
  }
  return report.steps;
}
