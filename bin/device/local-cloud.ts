import { existsSync } from 'node:fs';
import { basename, dirname, isAbsolute, join } from 'node:path';
import { LastwillError, mustBe } from '../../presence/errors';
import type { Cloud } from '../../presence/lwt-options';
import { localCommand, shellWord } from '../own-command';
import { readIfPresent } from '../store/store';

/** Where a running embedded cloud writes what it is. */
export const DEFAULT_STATE = '.lastwill';

/** The root certificate in a folder of certificates, by the name that AWS gives it. */
export const ROOT_CA_FILE = 'AmazonRootCA1.pem';

/** One of the embedded brokers, as its state folder describes it. */
interface LocalBroker {
  /** e.g. `mqtts://localhost:8883` */
  readonly endpoint: string;
  readonly host: string;
  readonly port: number;
  readonly webSocketPort?: number;
  readonly identities: Readonly<Record<string, LocalIdentity>>;
}

/** Who can connect, and where the keys lie. */
interface LocalIdentity {
  /** @default - any; the device's name serves */
  readonly clientId?: string;
  readonly username?: string;
  /** Folder with `AmazonRootCA1.pem`, `client-cert.pem` and `private-key.pem`. */
  readonly directory: string;
}

/** What `local.json` says of a running embedded cloud. */
export type LocalCloud = {
  readonly pid: number;
  /** ISO 8601. */
  readonly startedAt?: string;
  /** `http://127.0.0.1:PORT` */
  readonly control?: string;
  readonly controlToken?: string;
} & Readonly<Partial<Record<Cloud, LocalBroker>>>;

/** Who a device is in the embedded cloud. */
export interface LocalDevice {
  readonly cloud: Cloud;
  readonly broker: LocalBroker;
  /** Thing name or client name. */
  readonly name: string;
  readonly identity: LocalIdentity;
}

/**
 * Reads the state folder of a running embedded cloud.
 * @throws LastwillError CONNECTION_FAILED that says how to start one when none runs.
 */
export function readLocalCloud(directory: string): LocalCloud {
  const path = join(directory, 'local.json');
  const start = `start one with: ${localCommand(directory === DEFAULT_STATE ? [] : ['--state', shellWord(directory)])}`;
  const text = readIfPresent(path);
  if (text === undefined) {
    throw new LastwillError('CONNECTION_FAILED', `no embedded cloud runs here (${path} does not exist); ${start}`);
  }
  const cloud = seenFromHere(parseLocalCloud(text, path), directory);
  if (!isAlive(cloud.pid)) {
    throw new LastwillError('CONNECTION_FAILED', `the embedded cloud of ${path} is no longer running; ${start}`);
  }
  return cloud;
}

/** The embedded cloud of a state folder; `undefined` when none runs. */
export function runningLocalCloud(directory: string): LocalCloud | undefined {
  const path = join(directory, 'local.json');
  const text = readIfPresent(path);
  if (text === undefined) return undefined;
  const cloud = seenFromHere(parseLocalCloud(text, path), directory);
  return isAlive(cloud.pid) ? cloud : undefined;
}

/** True when an embedded cloud runs with this state folder. */
export function isLocalCloudRunning(directory: string): boolean {
  return runningLocalCloud(directory) !== undefined;
}

/**
 * Finds the identity with this client id, or, when none was asked for, the only one there is.
 * @param clouds where to look, the first that has it wins. @default both, AWS first
 * @throws LastwillError OPTION_INVALID that lists the identities.
 */
export function findLocalDevice(
  cloud: LocalCloud,
  clientId: string | undefined,
  clouds: readonly Cloud[] = ['aws', 'azure'],
): LocalDevice {
  const devices = clouds.flatMap((name) => devicesOf(cloud, name));
  const wanted =
    clientId === undefined
      ? onlyOne(devices)
      : (devices.find(({ name }) => name === clientId) ??
        devices.find(({ identity }) => identity.clientId === clientId));
  if (wanted !== undefined) return wanted;
  const names = devices.map(({ name }) => name).join(', ');
  const rule = names === '' ? 'that of a device, and the embedded cloud has none' : `one of ${names}`;
  throw new LastwillError('OPTION_INVALID', mustBe('--clientId', rule, clientId ?? ''));
}

/** Who may watch everything in the embedded AWS, and where. */
export interface LocalObserver {
  /** e.g. `wss://localhost:8443/mqtt` */
  readonly endpoint: string;
  readonly region: string;
  readonly rootCa?: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** True when the embedded AWS of this state folder made an IAM identity. */
export function hasObserver(directory: string): boolean {
  return existsSync(join(directory, 'aws', 'iam.json'));
}

/**
 * Reads the IAM identity that a running embedded AWS made.
 * @throws LastwillError CONNECTION_FAILED when none runs, CREDENTIAL_MISSING when it made none.
 */
export function localObserver(directory: string): LocalObserver {
  const { aws } = readLocalCloud(directory);
  const path = join(directory, 'aws', 'iam.json');
  const text = readIfPresent(path);
  if (aws?.webSocketPort === undefined || text === undefined) {
    throw new LastwillError(
      'CREDENTIAL_MISSING',
      `the embedded cloud of ${directory} has no identity for signed WebSockets (${path})`,
    );
  }
  const { region, ...credentials } = parseIdentity(text, path);
  return {
    endpoint: `wss://${aws.host}:${aws.webSocketPort}/mqtt`,
    region: region ?? 'us-east-1',
    rootCa: rootCaFile(directory, aws),
    credentials,
  };
}

/** The file with the root of the embedded broker's certificate; `undefined` when it is nowhere. */
export function rootCaFile(directory: string, { identities }: Pick<LocalBroker, 'identities'>): string | undefined {
  const ofDevices = Object.values(identities).map((identity) => join(identity.directory, ROOT_CA_FILE));
  // Where no thing has a certificate, the CA's own folder still has its root.
  return [...ofDevices, join(directory, 'authority', 'ca', 'root.pem')].find((root) => existsSync(root));
}

function parseIdentity(text: string, path: string): LocalObserver['credentials'] & { readonly region?: string } {
  try {
    const identity = JSON.parse(text);
    if (typeof identity.accessKeyId === 'string' && typeof identity.secretAccessKey === 'string') return identity;
  } catch {
    // Falls through to the one answer for everything that is no identity.
  }
  throw new LastwillError(
    'CREDENTIAL_INVALID',
    `${path} cannot be read: start the embedded cloud again, which mends it`,
  );
}

/** Every device of one of the embedded clouds. */
export function devicesOf(cloud: LocalCloud, name: Cloud): LocalDevice[] {
  const broker = cloud[name];
  if (broker === undefined) return [];
  return Object.entries(broker.identities).map(([device, identity]) => ({
    cloud: name,
    broker,
    name: device,
    identity,
  }));
}

/** The embedded cloud writes folders as they are seen from where it was started, which may be elsewhere. */
function seenFromHere(cloud: LocalCloud, directory: string): LocalCloud {
  const brokers = (['aws', 'azure'] as const).flatMap((name) => {
    const broker = cloud[name];
    if (broker === undefined) return [];
    const identities = Object.entries(broker.identities).map(([device, identity]) => {
      const folder = isAbsolute(identity.directory) ? dirname(identity.directory) : join(directory, name);
      return [device, { ...identity, directory: join(folder, basename(identity.directory)) }];
    });
    return [[name, { ...broker, identities: Object.fromEntries(identities) }]];
  });
  return { ...cloud, ...Object.fromEntries(brokers) };
}

/** Devices of one cloud go first, so that the only AWS thing is found although Azure clients exist too. */
function onlyOne(devices: readonly LocalDevice[]): LocalDevice | undefined {
  const ofFirstCloud = devices.filter(({ cloud }) => cloud === devices[0]?.cloud);
  return ofFirstCloud.length === 1 ? ofFirstCloud[0] : undefined;
}

function parseLocalCloud(text: string, path: string): LocalCloud {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && typeof (value as { pid?: unknown }).pid === 'number') {
      return value as LocalCloud;
    }
  } catch {
    // Falls through to the one answer for everything that is no such file.
  }
  throw new LastwillError(
    'CONNECTION_FAILED',
    `${path} is not what an embedded cloud writes; remove it and start the embedded cloud`,
  );
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
