import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { DeviceAgentOptions, Target, TlsOptions } from '../../device';
import { LastwillError } from '../../presence/errors';
import type { Cloud } from '../../presence/lwt-options';
import { STORE_FILES } from '../store/store';
import { DEFAULT_CLIENT_ID, type DeviceFlags, type DeviceSettings } from './flags';
import { DEFAULT_STATE, findLocalDevice, type LocalDevice, readLocalCloud } from './local-cloud';

/** Where to connect, as whom. */
export type Connection = Pick<DeviceAgentOptions, 'endpoint' | 'port' | 'clientId' | 'username' | 'tls' | 'target'>;

/** The root certificate in a folder of certificates, by the name that AWS gives it. */
const ROOT_CA_FILE = 'AmazonRootCA1.pem';

/** A folder that is looked at when no credentials are named. */
const DEFAULT_CERTIFICATES = 'certificates';

/**
 * Works out endpoint and credentials from the flags and, with --local, from a running embedded cloud. What was typed
 * wins over what the embedded cloud says.
 * @throws LastwillError FILE_UNREADABLE, CONNECTION_FAILED, OPTION_INVALID
 */
export function resolveConnection(flags: DeviceFlags, settings: DeviceSettings, clouds?: readonly Cloud[]): Connection {
  const local = flags.local === undefined ? undefined : localDevice(flags, flags.local, clouds);
  const root: TlsOptions = flags.rootCA === undefined ? {} : { rootCa: { path: flags.rootCA } };
  return {
    endpoint: flags.endpoint ?? (local?.broker.endpoint as string),
    port: settings.port,
    clientId: flags.clientId ?? local?.identity.clientId ?? DEFAULT_CLIENT_ID,
    username: flags.username ?? (local === undefined ? undefined : usernameOf(local)),
    tls: { ...credentials(flags, local), ...root },
    target: local === undefined ? undefined : (local.cloud satisfies Target),
  };
}

function localDevice(flags: DeviceFlags, directory: string | true, clouds?: readonly Cloud[]): LocalDevice {
  return findLocalDevice(readLocalCloud(directory === true ? DEFAULT_STATE : directory), flags.clientId, clouds);
}

/** Event Grid knows a client by its user name; AWS IoT Core ignores it. */
function usernameOf({ cloud, identity, name }: LocalDevice): string | undefined {
  return identity.username ?? (cloud === 'azure' ? name : undefined);
}

function credentials(flags: DeviceFlags, local: LocalDevice | undefined): TlsOptions {
  if (flags.cert !== undefined && flags.key !== undefined) {
    const root = local === undefined ? {} : { rootCa: { path: join(local.identity.directory, ROOT_CA_FILE) } };
    return { ...root, certificate: { path: flags.cert }, privateKey: { path: flags.key } };
  }
  if (flags.certificatesPath !== undefined) return certificatesIn(flags.certificatesPath, flags.clientId);
  if (local !== undefined) return certificatesIn(local.identity.directory);
  return usesDefaultFolder(flags) ? certificatesIn(DEFAULT_CERTIFICATES) : {};
}

function usesDefaultFolder(flags: DeviceFlags): boolean {
  const plain = /^(mqtt|ws):/i.test(flags.endpoint ?? '') || flags.port === '1883';
  return (
    flags.username === undefined && flags.websocket !== true && !plain && missingIn(DEFAULT_CERTIFICATES).length === 0
  );
}

function missingIn(directory: string): string[] {
  return [STORE_FILES.certificate, STORE_FILES.privateKey].filter((file) => !existsSync(join(directory, file)));
}

/** A folder with certificates, or with one folder of them for each client. */
function certificatesIn(folder: string, clientId = DEFAULT_CLIENT_ID): TlsOptions {
  const own = join(folder, clientId);
  const directory = missingIn(own).length === 0 ? own : folder;
  const missing = missingIn(directory);
  if (missing.length > 0) {
    throw new LastwillError('FILE_UNREADABLE', `${directory} has no ${missing.join(' and no ')}`);
  }
  const root = join(directory, ROOT_CA_FILE);
  return {
    ...(existsSync(root) ? { rootCa: { path: root } } : {}),
    certificate: { path: join(directory, STORE_FILES.certificate) },
    privateKey: { path: join(directory, STORE_FILES.privateKey) },
  };
}
