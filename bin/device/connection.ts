import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { AwsCredentials, DeviceAgentOptions, Target, TlsOptions } from '../../device';
import { LastwillError } from '../../presence/errors';
import type { Cloud } from '../../presence/lwt-options';
import { STORE_FILES } from '../store/store';
import { type ConnectionFlags, DEFAULT_CLIENT_ID } from './flags';
import {
  DEFAULT_STATE,
  findLocalDevice,
  hasObserver,
  type LocalDevice,
  localObserver,
  ROOT_CA_FILE,
  readLocalCloud,
} from './local-cloud';

/** Where to connect, as whom. */
export type Connection = Pick<
  DeviceAgentOptions,
  'endpoint' | 'port' | 'clientId' | 'username' | 'tls' | 'target' | 'webSocket' | 'awsSignature'
>;

/** A folder that is looked at when no credentials are named. */
const DEFAULT_CERTIFICATES = 'certificates';

/**
 * Works out endpoint and credentials from the flags and, with --local, from a running embedded cloud. What was typed
 * wins over what the embedded cloud says.
 * @throws LastwillError FILE_UNREADABLE, CONNECTION_FAILED, OPTION_INVALID
 */
export function resolveConnection(
  flags: ConnectionFlags,
  settings: { readonly port?: number },
  clouds?: readonly Cloud[],
): Connection {
  if (flags.websocket === true) return signedConnection(flags, settings);
  const local = flags.local === undefined ? undefined : localDevice(flags, flags.local, clouds);
  const root: TlsOptions = flags.rootCA === undefined ? {} : { rootCa: { path: flags.rootCA } };
  return {
    endpoint: flags.endpoint ?? (local?.broker.endpoint as string),
    port: settings.port,
    clientId: flags.clientId ?? local?.identity.clientId ?? local?.name ?? DEFAULT_CLIENT_ID,
    username: flags.username ?? (local === undefined ? undefined : usernameOf(local)),
    tls: { ...credentials(flags, local), ...root },
    target: local === undefined ? undefined : (local.cloud satisfies Target),
  };
}

/** Where to watch everything on AWS: with the embedded cloud's IAM identity, or with credentials from the environment. */
export function observerConnection(
  flags: ConnectionFlags,
  settings: { readonly port?: number },
): Connection | undefined {
  const inCloud = flags.local === undefined && process.env.AWS_ACCESS_KEY_ID !== undefined;
  const inFolder = flags.local !== undefined && hasObserver(flags.local === true ? DEFAULT_STATE : flags.local);
  if (!inCloud && !inFolder) return undefined;
  return signedConnection(flags, { ...settings, port: undefined });
}

/** A WebSocket signed with the credentials of the usual chain, or with those of the embedded cloud's IAM identity. */
function signedConnection(flags: ConnectionFlags, settings: { readonly port?: number }): Connection {
  const directory = flags.local === true ? DEFAULT_STATE : flags.local;
  const local = directory === undefined ? undefined : localObserver(directory);
  const rootCa = flags.rootCA ?? local?.rootCa;
  return {
    endpoint: flags.endpoint ?? (local?.endpoint as string),
    port: settings.port,
    clientId: flags.clientId ?? DEFAULT_CLIENT_ID,
    username: flags.username,
    tls: rootCa === undefined ? {} : { rootCa: { path: rootCa } },
    target: 'aws',
    webSocket: true,
    awsSignature: {
      credentials: local === undefined ? () => credentialsOfTheChain() : async () => local.credentials,
      region: local?.region ?? process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION,
    },
  };
}

/** Environment, shared files with AWS_PROFILE, SSO, container and instance roles: what every AWS tool asks. */
async function credentialsOfTheChain(): Promise<AwsCredentials> {
  const { defaultProvider } =
    require('@aws-sdk/credential-provider-node') as typeof import('@aws-sdk/credential-provider-node');
  try {
    return await defaultProvider()();
  } catch (error) {
    const message = 'no AWS credentials were found: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY';
    throw new LastwillError('CREDENTIAL_MISSING', message, { cause: error });
  }
}

function localDevice(flags: ConnectionFlags, directory: string | true, clouds?: readonly Cloud[]): LocalDevice {
  return findLocalDevice(readLocalCloud(directory === true ? DEFAULT_STATE : directory), flags.clientId, clouds);
}

/** Event Grid knows a client by its user name; AWS IoT Core ignores it. */
function usernameOf({ cloud, identity, name }: LocalDevice): string | undefined {
  return identity.username ?? (cloud === 'azure' ? name : undefined);
}

function credentials(flags: ConnectionFlags, local: LocalDevice | undefined): TlsOptions {
  if (flags.cert !== undefined && flags.key !== undefined) {
    const root = local === undefined ? {} : { rootCa: { path: join(local.identity.directory, ROOT_CA_FILE) } };
    return { ...root, certificate: { path: flags.cert }, privateKey: { path: flags.key } };
  }
  if (flags.certificatesPath !== undefined) return certificatesIn(flags.certificatesPath, flags.clientId);
  if (local !== undefined) return certificatesIn(local.identity.directory);
  return usesDefaultFolder(flags) ? certificatesIn(DEFAULT_CERTIFICATES) : {};
}

function usesDefaultFolder(flags: ConnectionFlags): boolean {
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
