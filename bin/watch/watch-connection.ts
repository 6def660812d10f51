import { existsSync } from 'node:fs';
import { LastwillError } from '../../presence/errors';
import type { Cloud } from '../../presence/lwt-options';
import { LIFECYCLE_FILTER, type PresenceTopic } from '../../presence/presence-signal';
import type { Randomness } from '../../presence/randomness';
import { type Connection, resolveConnection } from '../device/connection';
import type { ConnectionFlags } from '../device/flags';
import { devicesOf, hasObserver, readLocalCloud } from '../device/local-cloud';
import { deviceDirectory } from '../store/store';

/** Flags of `lastwill watch`. */
export interface WatchFlags extends Omit<ConnectionFlags, 'clientId' | 'local' | 'websocket' | 'username'> {
  /** State folder of the embedded cloud, when that is watched in place of AWS or Azure. */
  readonly local?: string;
  readonly as?: string;
  readonly topic?: readonly string[];
  readonly willTopic?: readonly string[];
  readonly birthTopic?: readonly string[];
  readonly state: string;
  readonly store: string;
  readonly json?: boolean;
}

/** What can be watched. */
export type WatchTarget = Cloud | 'local';

/** From where, and what. */
interface WatchPlace {
  readonly connection: Connection;
  readonly topics: readonly PresenceTopic[];
  /** Names of the devices, where they are known beforehand. */
  readonly names?: ReadonlySet<string>;
}

const WILL_TOPIC = 'clients/{device}/status';

/** Where the stacks of this package put wills and births. */
const USUAL_TOPICS: Readonly<Record<Cloud, readonly string[]>> = {
  aws: [WILL_TOPIC, '/last/will/topic', '/lwt/connected/topic'],
  azure: [WILL_TOPIC],
};

/**
 * Works out who watches what: on AWS an IAM identity or, with `as`, a device; on Azure a client.
 * @throws LastwillError OPTION_INVALID, CONNECTION_FAILED, FILE_UNREADABLE, CREDENTIAL_MISSING
 * @public loaded where it is needed
 */
export function watchPlace(target: WatchTarget, flags: WatchFlags, randomness: Randomness): WatchPlace {
  // Two who watch at the same time must not take each other's session over.
  const observer = `lastwill-watch-${randomness.uuid().slice(0, 8)}`;
  return target === 'local' ? localPlace(flags, observer) : cloudPlace(target, flags, observer);
}

function localPlace(flags: WatchFlags, observer: string): WatchPlace {
  const cloud = readLocalCloud(flags.state);
  const names = new Set([...devicesOf(cloud, 'aws'), ...devicesOf(cloud, 'azure')].map(({ name }) => name));
  if (flags.as === undefined && cloud.aws !== undefined && hasObserver(flags.state)) {
    const connection = resolveConnection({ ...flags, local: flags.state, clientId: observer, websocket: true }, {});
    return { connection, topics: watchedTopics('aws', flags, ['#']), names };
  }
  if (flags.as === undefined) {
    const clients = [...names].join(', ');
    const message = `--as must be given: without an embedded AWS, watch as one of the clients${clients === '' ? '' : ` ${clients}`}`;
    throw new LastwillError('OPTION_INVALID', message);
  }
  const connection = resolveConnection({ ...flags, local: flags.state, clientId: flags.as }, {});
  return { connection, topics: watchedTopics(connection.target === 'azure' ? 'azure' : 'aws', flags), names };
}

function cloudPlace(target: Cloud, flags: WatchFlags, observer: string): WatchPlace {
  const topics = watchedTopics(target, flags);
  const port = flags.port === undefined ? undefined : Number(flags.port);
  const showsCertificate = flags.cert !== undefined || flags.certificatesPath !== undefined;
  if (flags.as === undefined && target === 'aws' && !showsCertificate) {
    return { connection: resolveConnection({ ...flags, clientId: observer, websocket: true }, { port }), topics };
  }
  if (flags.as === undefined) {
    throw new LastwillError('OPTION_INVALID', '--as must be given: the name of the client that watches');
  }
  const directory = deviceDirectory(flags.store, target, flags.as);
  const isStored = !showsCertificate && flags.local === undefined && existsSync(directory);
  const stored = isStored ? { certificatesPath: directory } : {};
  const username = target === 'azure' ? { username: flags.as } : {};
  const connection = resolveConnection({ ...flags, ...stored, ...username, clientId: flags.as }, { port });
  return { connection: { ...connection, target }, topics };
}

function watchedTopics(cloud: Cloud, flags: WatchFlags, usual = USUAL_TOPICS[cloud]): PresenceTopic[] {
  const { topic = [], willTopic = [], birthTopic = [] } = flags;
  const named: PresenceTopic[] = [
    ...willTopic.map((filter) => ({ filter, says: 'offline' as const })),
    ...birthTopic.map((filter) => ({ filter, says: 'online' as const })),
    ...topic.map((filter) => ({ filter })),
  ];
  const asked = named.length === 0 ? usual.map((filter) => ({ filter })) : named;
  return cloud === 'aws' ? [{ filter: LIFECYCLE_FILTER }, ...asked] : asked;
}
