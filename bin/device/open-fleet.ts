import {
  DeviceAgent,
  type DeviceAgentOptions,
  Fleet,
  type FleetProfile,
  type FleetReport,
  targetOfEndpoint,
} from '../../device';
import { LastwillError } from '../../presence/errors';
import type { FleetFlags } from '../commands/fleet';
import { type Connection, observerConnection, resolveConnection } from './connection';
import { namingFlags } from './flags';
import { DEFAULT_STATE, devicesOf, type LocalDevice, readLocalCloud } from './local-cloud';
import type { PlayParts } from './play';
import { StoppableClock } from './stoppable-clock';

/** Where a fleet lives. */
interface Habitat {
  /** Name and client id of device n. */
  readonly name: (index: number) => string;
  readonly connection: (name: string) => Connection;
  readonly watcher: () => Connection;
}

/** Client id of whoever watches where there is no IAM identity for it. */
const WATCHER = 'fleet-watcher';

/**
 * Runs a fleet on the broker that the flags name.
 * @throws LastwillError as connections and profiles do.
 * @public loaded where it is needed
 */
export async function openFleet(
  flags: FleetFlags,
  profile: FleetProfile,
  { clock, log, interrupted }: PlayParts,
): Promise<FleetReport & { readonly interrupted: boolean }> {
  const habitat = flags.local === undefined ? remoteHabitat(flags) : localHabitat(flags, flags.local);
  const waits = new StoppableClock(clock);
  const agent = (options: DeviceAgentOptions): DeviceAgent => namingFlags(() => new DeviceAgent(options, { clock }));
  const fleet = new Fleet({
    count: flags.count,
    profile,
    clock: waits,
    name: habitat.name,
    device: (index, options) => agent({ ...habitat.connection(habitat.name(index)), ...options }),
    watcher: () => agent({ ...habitat.watcher(), initialConnect: 'once' }),
    progress: ({ phase, seconds, connected, willsSeen, willsExpected }) =>
      log(
        `${seconds} s: ${phase}, ${connected} of ${flags.count} connected, ${willsSeen} of ${willsExpected} wills seen`,
      ),
  });
  let wasInterrupted = false;
  void interrupted.then(() => {
    wasInterrupted = true;
    fleet.stop();
  });
  try {
    return { ...(await fleet.run()), interrupted: wasInterrupted };
  } finally {
    waits.stop();
  }
}

function remoteHabitat(flags: FleetFlags): Habitat {
  const port = flags.port === undefined ? undefined : Number(flags.port);
  const digits = String(flags.count).length;
  const connection = (clientId: string): Connection => resolveConnection({ ...flags, clientId }, { port });
  const onAws = targetOfEndpoint(flags.endpoint ?? '') === 'aws';
  return {
    name: (index) => `fleet-${String(index + 1).padStart(digits, '0')}`,
    connection,
    watcher: () => (onAws ? observerConnection({ ...flags, clientId: WATCHER }, {}) : undefined) ?? connection(WATCHER),
  };
}

function localHabitat(flags: FleetFlags, directory: string | true): Habitat {
  const cloud = readLocalCloud(directory === true ? DEFAULT_STATE : directory);
  const devices: readonly LocalDevice[] = [...devicesOf(cloud, 'aws'), ...devicesOf(cloud, 'azure')]
    .filter(({ name, cloud: of }, _index, all) => of === all[0]?.cloud && name !== WATCHER)
    .sort((left, right) => left.name.localeCompare(right.name));
  if (devices.length < flags.count) {
    const message = `--count must be at most ${devices.length}, the number of devices in the embedded cloud, got ${flags.count}`;
    throw new LastwillError('OPTION_INVALID', message);
  }
  const connection = (clientId: string): Connection => resolveConnection({ ...flags, clientId }, {});
  return {
    name: (index) => (devices[index] as LocalDevice).name,
    connection,
    watcher: () => observerConnection({ ...flags, clientId: WATCHER }, {}) ?? connection(WATCHER),
  };
}
