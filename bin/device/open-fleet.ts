import {
  DeviceAgent,
  type DeviceAgentOptions,
  Fleet,
  type FleetProfile,
  type FleetReport,
  SecureContexts,
  targetOfEndpoint,
} from '../../device';
import type { Clock } from '../../presence/clock';
import { LastwillError } from '../../presence/errors';
import { type Connection, observerConnection, resolveConnection } from './connection';
import { type ConnectionFlags, namingFlags } from './flags';
import { DEFAULT_STATE, devicesOf, isLocalCloudRunning, type LocalDevice, readLocalCloud } from './local-cloud';
import type { PlayParts } from './play';
import { StoppableClock } from './stoppable-clock';

/** Flags of `lastwill fleet`. */
export interface FleetFlags extends ConnectionFlags {
  readonly count: number;
  readonly profile?: string;
  readonly seed?: number;
  readonly willTopic: string;
  readonly json?: boolean;
}

/** Where a fleet lives. */
interface Habitat {
  /** Name and client id of device n. */
  readonly name: (index: number) => string;
  readonly connection: (name: string) => Connection;
  readonly watcher: () => Connection;
  readonly description: string;
  /** Ends what was started for the fleet. */
  readonly close: () => Promise<void>;
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
  const habitat = await openHabitat(flags, profile, clock);
  log(habitat.description);
  const waits = new StoppableClock(clock);
  const secureContexts = new SecureContexts();
  const agent = (options: DeviceAgentOptions): DeviceAgent =>
    namingFlags(() => new DeviceAgent(options, { clock, secureContexts }));
  const fleet = new Fleet({
    count: flags.count,
    profile,
    clock: waits,
    name: habitat.name,
    willTopic: flags.willTopic,
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
    await habitat.close();
  }
}

function openHabitat(flags: FleetFlags, profile: FleetProfile, clock: Clock): Promise<Habitat> | Habitat {
  if (flags.local === undefined) return remoteHabitat(flags);
  const directory = flags.local === true ? DEFAULT_STATE : flags.local;
  return isLocalCloudRunning(directory) ? localHabitat(flags, directory) : ownHabitat(flags, profile, clock);
}

/** An embedded AWS in this process, with a thing for every device. */
async function ownHabitat(flags: FleetFlags, profile: FleetProfile, clock: Clock): Promise<Habitat> {
  const { startFleetCloud } = require('./fleet-cloud') as typeof import('./fleet-cloud');
  const name = numbered(flags.count);
  const names = Array.from({ length: flags.count }, (_, index) => name(index));
  const { keepAliveSeconds } = profile;
  const options = { clock, minimumKeepAliveSeconds: Math.min(30, keepAliveSeconds) };
  const cloud = await startFleetCloud([...names, WATCHER], flags.willTopic, options);
  const tls = {
    rootCa: { pem: cloud.rootCa },
    certificate: { pem: cloud.certificate },
    privateKey: { pem: cloud.privateKey },
  };
  const connection = (clientId: string): Connection => ({ endpoint: cloud.endpoint, clientId, tls, target: 'aws' });
  const floor = keepAliveSeconds < 30 ? '; it grants a shorter keep alive than the 30 s of AWS' : '';
  return {
    name,
    connection,
    watcher: () => connection(WATCHER),
    description: `an embedded AWS with ${flags.count} things listens at ${cloud.endpoint}${floor}`,
    close: () => cloud.stop(),
  };
}

/** Names of equal length, from `fleet-1` on. */
function numbered(count: number): (index: number) => string {
  const digits = String(count).length;
  return (index) => `fleet-${String(index + 1).padStart(digits, '0')}`;
}

function remoteHabitat(flags: FleetFlags): Habitat {
  const port = flags.port === undefined ? undefined : Number(flags.port);
  const connection = (clientId: string): Connection => resolveConnection({ ...flags, clientId }, { port });
  const onAws = targetOfEndpoint(flags.endpoint ?? '') === 'aws';
  return {
    name: numbered(flags.count),
    connection,
    description: `the fleet lives at ${flags.endpoint}`,
    close: async () => undefined,
    watcher: () => (onAws ? observerConnection({ ...flags, clientId: WATCHER }, {}) : undefined) ?? connection(WATCHER),
  };
}

function localHabitat(flags: FleetFlags, directory: string): Habitat {
  const cloud = readLocalCloud(directory);
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
    description: `the fleet lives in the embedded cloud of ${directory}`,
    close: async () => undefined,
    watcher: () => observerConnection({ ...flags, clientId: WATCHER }, {}) ?? connection(WATCHER),
  };
}
