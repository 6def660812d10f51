import {
  DEVICE_SCENARIOS,
  DeviceAgent,
  type DeviceAgentOptions,
  type DeviceScenario,
  SCENARIO_TIMINGS,
  type ScenarioStep,
  type Stage,
  targetOfEndpoint,
} from '../../device';
import type { Clock } from '../../presence/clock';
import { LastwillError, mustBe } from '../../presence/errors';
import type { Cloud } from '../../presence/lwt-options';
import { observerConnection, resolveConnection } from './connection';
import { type DeviceFlags, type DeviceSettings, namingFlags } from './flags';
import type { PlayParts } from './play';
import { Report } from './report';
import { StoppableClock } from './stoppable-clock';

/** How a scenario ended. */
interface ScenarioVerdict {
  readonly scenario: string;
  /** `ok` when there was at least one step and every step happened. */
  readonly verdict: 'ok' | 'failed';
  readonly steps: readonly (ScenarioStep & { readonly part?: string })[];
}

/**
 * Finds a scenario by its name.
 * @throws LastwillError OPTION_INVALID that lists the names.
 * @public loaded where it is needed
 */
export function findScenario(name: string): DeviceScenario {
  const found = DEVICE_SCENARIOS.find((scenario) => scenario.name === name);
  if (found !== undefined) return found;
  const names = DEVICE_SCENARIOS.map((scenario) => scenario.name).join(', ');
  throw new LastwillError('OPTION_INVALID', mustBe('--scenario', `one of ${names}`, name));
}

/**
 * Plays a scenario with all its parts on the broker that the flags name. An error that ends it early is a step that
 * failed.
 * @returns the verdict, or `undefined` when a person ended it.
 * @public loaded where it is needed
 */
export async function playDeviceScenario(
  scenario: DeviceScenario,
  flags: DeviceFlags,
  settings: DeviceSettings,
  { clock, log, interrupted }: PlayParts,
): Promise<ScenarioVerdict | undefined> {
  const report = new Report(log);
  const agents: DeviceAgent[] = [];
  const waits = new StoppableClock(clock);
  log(scenario.title);
  const stage = createStage(scenario, flags, settings, { clock, waits, report, agents });
  const played = await Promise.race([playToItsEnd(scenario, stage), interrupted.then(() => 'interrupted' as const)]);
  if (played === 'interrupted') {
    waits.stop();
    await Promise.all(agents.map((agent) => agent.disconnect()));
    return undefined;
  }
  const { steps } = report;
  const verdict = steps.length > 0 && steps.every(({ ok }) => ok) ? 'ok' : 'failed';
  log(`scenario ${scenario.name}: verdict ${verdict}`);
  return { scenario: scenario.name, verdict, steps };
}

/** Plays a scenario on a stage; an error that ends it early is a step that failed. */
export async function playToItsEnd(scenario: DeviceScenario, stage: Stage): Promise<void> {
  try {
    await scenario.play(stage);
  } catch (error) {
    if (!(error instanceof LastwillError)) throw error;
    stage.reporter.step({ what: 'plays to its end', ok: false, detail: error.message });
  }
}

/** Client id of whoever watches. */
const OBSERVER = 'lastwill-observer';

interface StageParts {
  readonly clock: Clock;
  /** What the scenario waits by; the agents wait by `clock`. */
  readonly waits: Clock;
  readonly report: Report;
  /** Every agent that the scenario makes. */
  readonly agents: DeviceAgent[];
}

function createStage(
  scenario: DeviceScenario,
  flags: DeviceFlags,
  settings: DeviceSettings,
  { clock, waits, report, agents }: StageParts,
): Stage {
  const clouds: readonly Cloud[] = scenario.home === 'azure' ? ['azure', 'aws'] : ['aws', 'azure'];
  const connect = (clientId: string) => resolveConnection({ ...flags, clientId }, settings, clouds);
  const add = (agent: DeviceAgent): DeviceAgent => {
    agents.push(agent);
    return agent;
  };
  const device = (clientId: string, options: Partial<DeviceAgentOptions> = {}): DeviceAgent =>
    namingFlags(() => {
      const connection = connect(clientId);
      const username = connection.username ?? options.username;
      return add(new DeviceAgent({ ...connection, ...options, username }, { clock }));
    });
  const { endpoint, target: cloud } = connect(scenario.clients[0]);
  const target = cloud ?? targetOfEndpoint(endpoint);
  const observer = (): DeviceAgent | undefined => {
    if (target === 'mqtt') return device(OBSERVER);
    const signed = observerConnection({ ...flags, clientId: OBSERVER }, settings);
    return signed === undefined ? undefined : add(new DeviceAgent(signed, { clock }));
  };
  return {
    clock: waits,
    timings: { ...SCENARIO_TIMINGS, keepAliveSeconds: settings.keepAliveSeconds },
    reporter: report,
    target,
    device,
    observer,
  };
}
