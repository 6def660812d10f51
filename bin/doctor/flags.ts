import { X509Certificate } from 'node:crypto';
import { parseEndpoint } from '../../device/endpoint';
import { LastwillError, mustBe } from '../../presence/errors';
import type { Cloud } from '../../presence/lwt-options';
import type { CloudFlags } from '../cloud/cloud-flags';
import { readIfPresent } from '../store/store';

/** Flags of `lastwill doctor`. */
export interface DoctorFlags extends CloudFlags {
  readonly device: string;
  readonly willTopic?: string;
  readonly willPayload?: string;
  readonly willDelay?: number;
  readonly sessionExpiry?: number;
  readonly connections?: number;
  readonly publish?: string;
  readonly subscribe?: string;
  readonly endpoint?: string;
  readonly endpointUrl?: string;
  readonly port?: number;
  readonly wsPort?: number;
  readonly rootCA?: string;
  readonly live?: boolean;
  readonly as?: string;
  readonly assumeOffline?: boolean;
  readonly store: string;
  readonly json?: boolean;
}

/** Flags that mean something on one cloud only, as they are typed. */
const ONLY_ON: Readonly<Record<Cloud, Readonly<Partial<Record<keyof DoctorFlags, string>>>>> = {
  aws: { region: '--region', wsPort: '--ws-port' },
  azure: {
    subscription: '--subscription',
    resourceGroup: '--resource-group',
    namespace: '--namespace',
    willDelay: '--will-delay',
    sessionExpiry: '--session-expiry',
    connections: '--connections',
    assumeOffline: '--assume-offline',
  },
};

/** What is wrong with how flags go together, in words. */
export function flagProblems(cloud: Cloud, flags: DoctorFlags): string[] {
  const other = cloud === 'aws' ? 'azure' : 'aws';
  const foreign = Object.entries(ONLY_ON[other]).flatMap(([key, flag]) =>
    flags[key as keyof DoctorFlags] === undefined ? [] : [`${flag} is for doctor ${other}; leave it out on ${cloud}`],
  );
  const only = (flag: string, value: unknown): string[] =>
    value !== undefined && flags.live !== true ? [`${flag} needs --live, which it is for`] : [];
  const watcher =
    cloud === 'azure' && flags.live === true && flags.as === undefined
      ? ['--live needs --as NAME on azure: a client that may subscribe to the will and whose key is in the store']
      : [];
  const itself = flags.as === flags.device ? [mustBe('--as', 'another than --device', flags.as)] : [];
  return [
    ...foreign,
    ...only('--as', flags.as),
    ...only('--ws-port', flags.wsPort),
    ...only('--assume-offline', flags.assumeOffline),
    ...watcher,
    ...itself,
  ];
}

/**
 * The root certificates that `--rootCA` names, in PEM.
 * @throws LastwillError FILE_UNREADABLE, OPTION_INVALID
 */
export function readRootCa({ rootCA }: DoctorFlags): string | undefined {
  if (rootCA === undefined) return undefined;
  const pem = readIfPresent(rootCA);
  if (pem === undefined) throw new LastwillError('FILE_UNREADABLE', mustBe('--rootCA', 'a readable file', rootCA));
  try {
    void new X509Certificate(pem);
    return pem;
  } catch (cause) {
    throw new LastwillError('OPTION_INVALID', mustBe('--rootCA', 'a file of certificates in PEM', rootCA), {
      cause,
    });
  }
}

/**
 * The host and port that `--endpoint` and `--port` name, as far as they do.
 * @throws LastwillError OPTION_INVALID when it is none that devices connect to with TLS.
 */
export function endpointIn({ endpoint, port }: DoctorFlags): { readonly host?: string; readonly port?: number } {
  if (endpoint === undefined) return port === undefined ? {} : { port };
  const read = parseEndpoint(/^\w+:\/\//.test(endpoint) ? endpoint : `mqtts://${endpoint}`);
  if ('problem' in read || read.scheme !== 'mqtts') {
    throw new LastwillError('OPTION_INVALID', mustBe('--endpoint', 'a host name, host:port or an mqtts URL', endpoint));
  }
  const hasPort = /:\d+(\/|$)/.test(endpoint.replace(/^\w+:\/\//, ''));
  const named = port ?? (hasPort ? read.port : undefined);
  return { host: read.host, ...(named === undefined ? {} : { port: named }) };
}
