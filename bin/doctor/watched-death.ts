import type { DeviceAgent, Verdict } from '../../device';
import type { Timer } from '../../presence/clock';
import { LastwillError } from '../../presence/errors';
import { failed, type Outcome, ok, unknown } from './check';
import type { DevicePorts } from './ports';

/** Who dies, and who watches. */
export interface WatchedDeath {
  readonly ports: Pick<DevicePorts, 'subject' | 'clock'>;
  /** Connects as the device, with its will. */
  readonly device: DeviceAgent;
  /** May subscribe to the will. */
  readonly watcher: DeviceAgent;
  /** What to do when the watcher cannot. */
  readonly watcherFix: string;
  /** Where the cloud tells what happened. */
  readonly logs: string;
  /** Judges why the device was refused. @default - a failure */
  readonly refused?: (verdict: Verdict) => Outcome | undefined;
}

const PATIENCE_SECONDS = 20;

/** Lets the device connect, cuts it off and waits for its will. */
export async function watchDeath(death: WatchedDeath): Promise<Outcome> {
  const { device, watcher } = death;
  try {
    const blind = await blindness(death);
    if (blind !== undefined) return unknown(`nobody can wait for the will: ${blind}; ${death.watcherFix}`);
    return await die(death);
  } finally {
    await device.cut();
    await watcher.disconnect();
  }
}

/** Why the watcher does not see the will. */
async function blindness({ watcher, ports }: WatchedDeath): Promise<string | undefined> {
  const refusal = await refusalOf(watcher);
  if (refusal !== undefined) return refusal.reason;
  try {
    await watcher.subscribe(ports.subject.willTopic);
    return undefined;
  } catch (error) {
    if (error instanceof LastwillError) return error.message;
    throw error;
  }
}

async function die(death: WatchedDeath): Promise<Outcome> {
  const { device, ports, logs } = death;
  const { clock, subject } = ports;
  const arrived = arrival(death);
  const refusal = await refusalOf(device);
  if (refusal !== undefined) {
    const judged = death.refused?.(refusal);
    return judged ?? failed(`${subject.device} cannot connect: ${refusal.reason}`, 'see what the checks above say');
  }
  const cutAt = clock.now();
  await device.cut();
  const at = await withPatience(arrived, death);
  if (at !== undefined) return ok(`the will came ${at - cutAt} ms after the connection was cut`);
  const reason = `no will of ${subject.device} came on ${subject.willTopic} within ${PATIENCE_SECONDS} s`;
  return failed(reason, `see whether it may leave its will, and look at ${logs}`);
}

function arrival({ watcher, ports }: WatchedDeath): Promise<number> {
  const { clock, subject } = ports;
  return new Promise((resolve) => {
    watcher.on('message', ({ payload, retain }) => {
      if (!retain && payload.toString() === subject.willPayload) resolve(clock.now());
    });
  });
}

async function withPatience(arrived: Promise<number>, { ports }: WatchedDeath): Promise<number | undefined> {
  let patience: Timer | undefined;
  const late = new Promise<undefined>((resolve) => {
    patience = ports.clock.schedule(PATIENCE_SECONDS * 1000, () => resolve(undefined));
  });
  try {
    return await Promise.race([arrived, late]);
  } finally {
    patience?.cancel();
  }
}

/** Makes one attempt to connect: what a broker says no to for the moment is not waited for. */
async function refusalOf(agent: DeviceAgent): Promise<Verdict | undefined> {
  const decided = new Promise<Verdict>((resolve) => {
    agent.once('decision', resolve);
  });
  const connected = agent.connect().then(
    () => undefined,
    (error: unknown) => (error instanceof LastwillError ? decided : Promise.reject(error)),
  );
  return Promise.race([connected, decided]);
}
