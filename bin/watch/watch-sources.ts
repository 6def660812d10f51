import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type AwsCredentials, DeviceAgent, type Pem } from '../../device';
import type { Clock } from '../../presence/clock';
import { LastwillError } from '../../presence/errors';
import type { Cloud } from '../../presence/lwt-options';
import type { Randomness } from '../../presence/randomness';
import { type Connection, resolveConnection } from '../device/connection';
import { namingFlags } from '../device/flags';
import {
  devicesOf,
  findLocalDevice,
  hasObserver,
  type LocalCloud,
  readLocalCloud,
  runningLocalCloud,
} from '../device/local-cloud';
import { ownCommand } from '../own-command';
import { deviceDirectory, STORE_FILES } from '../store/store';
import { BrokerSource } from './broker-source';
import { EventLogSource, loggedPresence } from './event-log-source';
import { observerName } from './observer-name';
import type { PresenceSource } from './presence-source';
import { portOf, type WatchFlags, type WatchTarget } from './watch-flags';
import { watchedTopics } from './watch-topics';

/** Where a cloud said that its broker is. */
export interface WatchedPlace {
  /** Host name, or a URL. */
  readonly endpoint: string;
  /** @default - that of the cloud */
  readonly port?: number;
  readonly region?: string;
  /** The root to trust. @default - those that Node.js trusts */
  readonly rootCa?: Pem;
  /** IAM identity of the embedded cloud. @default - the usual chain */
  readonly credentials?: AwsCredentials;
}

/** What the sources take from their surroundings. */
export interface WatchSurroundings {
  readonly clock: Clock;
  readonly randomness: Randomness;
  /** @default - what the flags say */
  readonly place?: WatchedPlace;
}

/** A person waits for it: longer waits would look like the end. */
const BACK_OFF = { baseMilliseconds: 1_000, maximumMilliseconds: 15_000 };

const NOBODY: ReadonlySet<string> = new Set();

/**
 * Works out who watches what: on AWS an IAM identity or, with `as`, a thing; on Azure a client; in the embedded cloud,
 * unless `as` is given, all that runs.
 * @throws LastwillError OPTION_INVALID, CONNECTION_FAILED, FILE_UNREADABLE, CREDENTIAL_MISSING
 * @public loaded where it is needed
 */
export function watchSources(target: WatchTarget, flags: WatchFlags, around: WatchSurroundings): PresenceSource[] {
  return target === 'local' ? localSources(flags, around) : [cloudSource(target, flags, around)];
}

function localSources(flags: WatchFlags, around: WatchSurroundings): PresenceSource[] {
  const { state, as } = flags;
  const cloud = readLocalCloud(state);
  if (as !== undefined) return [localClientSource(flags, as, cloud)];
  const clouds = (['aws', 'azure'] as const).filter((name) => cloud[name] !== undefined);
  return clouds.map((name) =>
    name === 'aws' && hasObserver(state)
      ? localObserverSource(flags, cloud, around)
      : new EventLogSource({ cloud: name, state, clock: around.clock }),
  );
}

function localClientSource(flags: WatchFlags, as: string, local: LocalCloud): PresenceSource {
  const { cloud } = namingAs(() => findLocalDevice(local, as));
  const connect = () => resolveConnection({ ...flags, local: flags.state, clientId: as }, { port: portOf(flags) });
  return localBroker(flags, local, { cloud, connect, topics: watchedTopics(cloud, flags) });
}

function localObserverSource(flags: WatchFlags, local: LocalCloud, { randomness }: WatchSurroundings): PresenceSource {
  const clientId = observerName(randomness);
  const connect = () =>
    resolveConnection({ ...flags, local: flags.state, clientId, websocket: true }, { port: portOf(flags) });
  const known = () => loggedPresence(flags.state, 'aws');
  return localBroker(flags, local, {
    cloud: 'aws',
    connect,
    topics: watchedTopics('aws', flags, [{ filter: '#' }]),
    known,
  });
}

/** Whoever watches has said by --as which client that is. */
function namingAs<T>(find: () => T): T {
  try {
    return find();
  } catch (error) {
    if (!(error instanceof LastwillError) || !error.message.startsWith('--clientId ')) throw error;
    throw new LastwillError(error.code, error.message.replace('--clientId', '--as'), { cause: error });
  }
}

interface LocalBroker {
  readonly cloud: Cloud;
  readonly connect: () => Connection;
  readonly topics: ReturnType<typeof watchedTopics>;
  readonly known?: () => ReturnType<typeof loggedPresence>;
}

function localBroker(
  flags: WatchFlags,
  local: LocalCloud,
  { cloud, connect, topics, known }: LocalBroker,
): BrokerSource {
  const endpointNow = (): string | undefined => brokerEndpoint(flags.state, cloud);
  let endpoint = endpointNow();
  return new BrokerSource({
    cloud,
    topics,
    names: new Set(devicesOf(local, cloud).map(({ name }) => name)),
    agent: (attempt) => {
      endpoint = endpointNow();
      return agentFor(connect(), attempt);
    },
    // With ports of its own choice it has others when it runs again.
    hasMoved: () => flags.endpoint === undefined && ![undefined, endpoint].includes(endpointNow()),
    ...(known === undefined ? {} : { known }),
  });
}

/** Where the embedded broker is now; `undefined` while it does not run. */
function brokerEndpoint(state: string, cloud: Cloud): string | undefined {
  return runningLocalCloud(state)?.[cloud]?.endpoint;
}

function agentFor(connection: Connection, attempt: 'first' | 'again'): DeviceAgent {
  const initialConnect = attempt === 'first' ? 'once' : 'retry';
  return namingFlags(() => new DeviceAgent({ ...connection, initialConnect, backOff: BACK_OFF }));
}

function cloudSource(cloud: Cloud, flags: WatchFlags, around: WatchSurroundings): PresenceSource {
  const connection =
    flags.as === undefined ? signedConnection(flags, around) : clientConnection(cloud, flags, flags.as, around);
  const topics = watchedTopics(cloud, flags);
  return new BrokerSource({ cloud, topics, names: NOBODY, agent: (attempt) => agentFor(connection, attempt) });
}

/** As an IAM identity, over a WebSocket. */
function signedConnection(flags: WatchFlags, { randomness, place }: WatchSurroundings): Connection {
  const clientId = observerName(randomness);
  const endpoint = flags.endpoint ?? place?.endpoint;
  const connection = resolveConnection({ ...flags, endpoint, clientId, websocket: true }, { port: portOf(flags) });
  const region = flags.region ?? place?.region ?? connection.awsSignature?.region;
  const { credentials } = place ?? {};
  const ask = credentials === undefined ? connection.awsSignature?.credentials : async () => credentials;
  const awsSignature = { credentials: ask as () => Promise<AwsCredentials>, region };
  return { ...withRoot(connection, flags, place), awsSignature };
}

/** As a thing or an Event Grid client, with its certificate. */
function clientConnection(cloud: Cloud, flags: WatchFlags, as: string, { place }: WatchSurroundings): Connection {
  const directory = deviceDirectory(flags.store, cloud, as);
  const isNamed = flags.cert !== undefined || flags.certificatesPath !== undefined;
  const isEmbedded = place?.rootCa !== undefined;
  const isPulled = existsSync(join(directory, STORE_FILES.certificate));
  const folder = isPulled ? { certificatesPath: directory } : isEmbedded ? { local: flags.state } : {};
  const stored = isNamed ? {} : folder;
  const username = cloud === 'azure' ? { username: as } : {};
  const endpoint = flags.endpoint ?? place?.endpoint;
  const port = portOf(flags) ?? place?.port;
  const connection = namingAs(() =>
    resolveConnection({ ...flags, ...stored, endpoint, clientId: as }, { port }, [cloud]),
  );
  if (connection.tls?.certificate === undefined) {
    throw new LastwillError('FILE_UNREADABLE', withoutCertificate(cloud, as, directory));
  }
  return { ...withRoot(connection, flags, place), ...username, target: cloud };
}

function withoutCertificate(cloud: Cloud, as: string, directory: string): string {
  const make =
    cloud === 'aws'
      ? `pull it with: ${ownCommand()} certificates pull ${as}`
      : `make it with: ${ownCommand()} keys --azure ${as}`;
  return `${directory} has no certificate to watch as ${as} with; ${make}, or name one with -c and -k`;
}

/** The embedded cloud's certificates come from a root that nobody else trusts. */
function withRoot(connection: Connection, flags: WatchFlags, place: WatchedPlace | undefined): Connection {
  const { tls = {} } = connection;
  if (flags.rootCA !== undefined || place?.rootCa === undefined) return connection;
  return { ...connection, tls: { ...tls, rootCa: place.rootCa } };
}
