import type { Duplex } from 'node:stream';
import {
  DeviceAgent,
  type DeviceAgentOptions,
  type DeviceScenario,
  SCENARIO_TIMINGS,
  type ScenarioStep,
  type Stage,
  type Target,
} from '../../../device';
import { Broker } from '../../../local/broker/broker';
import { memoryConnection } from '../../../local/broker/memory-connection';
import { permissiveAuthenticator } from '../../../local/broker/permissive-authenticator';
import { PROFILES } from '../../../local/broker/profiles';
import { ManualClock } from '../../../presence/clock';
import { letTimePass } from '../let-time-pass';

/** What a scenario reported. */
export interface Played {
  readonly steps: readonly ScenarioStep[];
  readonly notes: readonly string[];
  readonly failed: readonly string[];
}

/** Plays a scenario on an embedded broker in memory; time passes only where nothing else happens. */
export async function playOn(profile: Target, scenario: DeviceScenario, { observer = true } = {}): Promise<Played> {
  const clock = new ManualClock();
  const broker = new Broker({ profile: PROFILES[profile], clock, authenticator: permissiveAuthenticator() });
  const steps: ScenarioStep[] = [];
  const notes: string[] = [];
  const openStream = async (): Promise<Duplex> => {
    const { client, server } = memoryConnection();
    broker.accept(server, { transport: 'memory', remoteAddress: 'memory', certificates: [] });
    return client;
  };
  const device = (clientId: string, options: Partial<DeviceAgentOptions> = {}): DeviceAgent =>
    new DeviceAgent({ endpoint: 'mqtt://embedded.test', target: profile, clientId, ...options }, { clock, openStream });
  const stage: Stage = {
    clock,
    timings: SCENARIO_TIMINGS,
    target: profile,
    device,
    observer: () => (observer ? device('observer') : undefined),
    reporter: { part: () => undefined, step: (step) => void steps.push(step), note: (text) => void notes.push(text) },
  };
  await letTimePass(clock, scenario.play(stage));
  const closed = broker.close();
  await letTimePass(clock, closed);
  return { steps, notes, failed: steps.filter(({ ok }) => !ok).map(({ what, detail }) => `${what}: ${detail}`) };
}
