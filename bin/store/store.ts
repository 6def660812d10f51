import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LastwillError } from '../../presence/errors';
import type { Cloud } from '../../presence/lwt-options';
import { ownCommand, shellWord } from '../own-command';

/** The folder in which keys are kept when no other is named. */
export const DEFAULT_STORE = 'certificates';

/** File names in a device's folder of the store. */
export const STORE_FILES = {
  privateKey: 'private-key.pem',
  /** AWS: the certificate signing request that a stack hands to AWS IoT Core. */
  csr: 'client.csr',
  /** AWS: as pulled from the cloud. Azure: leaf and intermediate. */
  certificate: 'client-cert.pem',
  /** AWS: the root to which the endpoint's certificate leads. */
  root: 'AmazonRootCA1.pem',
  /** While a device changes over: the key that comes next. */
  nextPrivateKey: 'private-key.next.pem',
  /** AWS, while a device changes over: its request, which the stack reads. */
  nextCsr: 'client.next.csr',
  /** While a device changes over: the certificate that comes next. */
  nextCertificate: 'client-cert.next.pem',
  /** Azure: SHA-256 of the leaf in DER, 64 lower-case hexadecimal digits. */
  thumbprint: 'thumbprint',
  /** Azure, while a client changes over: that of the certificate that comes next, which the stack reads. */
  nextThumbprint: 'thumbprint.next',
} as const;

/** Behind the names of files whose place others have taken. */
export const PREVIOUS = '.previous';

/** The folder that holds what belongs to one device: `STORE/aws/NAME` or `STORE/azure/NAME`. */
export function deviceDirectory(store: string, cloud: Cloud, name: string): string {
  return join(store, cloud, name);
}

/**
 * Where a device's private key lies, whether or not it exists.
 * @public
 */
export function privateKeyPath(store: string, cloud: Cloud, name: string): string {
  return join(deviceDirectory(store, cloud, name), STORE_FILES.privateKey);
}

/**
 * Where a device's certificate lies, whether or not it exists.
 * @public
 */
export function certificatePath(store: string, cloud: Cloud, name: string): string {
  return join(deviceDirectory(store, cloud, name), STORE_FILES.certificate);
}

/** Where the certificate authority for Azure clients lies: keys and certificates of root and intermediate. */
export function azureAuthorityDirectory(store: string): string {
  return join(store, 'azure-ca');
}

/** The command that makes what a store lacks, e.g. `npm run -s lastwill -- keys lwtThing`. */
export function keysCommand(store: string, cloud: Cloud, names: readonly string[]): string {
  const storeFlag = store === DEFAULT_STORE ? [] : ['--store', shellWord(store)];
  const flags = [...(cloud === 'azure' ? ['--azure'] : []), ...storeFlag];
  return [ownCommand(), 'keys', ...flags, ...names].join(' ');
}

/**
 * The certificate signing request of one thing, in PEM.
 * @throws LastwillError CREDENTIAL_MISSING that names the command which makes it, CREDENTIAL_INVALID when it is no request.
 */
export function readCsr(store: string, name: string): string {
  return readCsrs(store, [name])[name] as string;
}

/**
 * The certificate signing requests of several things, in PEM, by name.
 * @throws LastwillError CREDENTIAL_MISSING that names every missing file and one command which makes them all.
 */
export function readCsrs(store: string, names: readonly string[]): Readonly<Record<string, string>> {
  return readAll(store, 'aws', names, STORE_FILES.csr, (text, path) => {
    if (/^-----BEGIN (NEW )?CERTIFICATE REQUEST-----/.test(text)) return text;
    throw new LastwillError('CREDENTIAL_INVALID', `${path} must be a certificate signing request in PEM`);
  });
}

/** The signing request of the certificate to which a thing changes over, in PEM; `undefined` when none is due. */
export function readNextCsr(store: string, name: string): string | undefined {
  return readIfPresent(join(deviceDirectory(store, 'aws', name), STORE_FILES.nextCsr));
}

/**
 * The thumbprint of one client's certificate: 64 lower-case hexadecimal digits.
 * @throws LastwillError CREDENTIAL_MISSING that names the command which makes it, CREDENTIAL_INVALID when it is none.
 */
export function readThumbprint(store: string, name: string): string {
  return readThumbprints(store, [name])[name] as string;
}

/**
 * The thumbprints of several clients' certificates, by name.
 * @throws LastwillError CREDENTIAL_MISSING that names every missing file and one command which makes them all.
 */
export function readThumbprints(store: string, names: readonly string[]): Readonly<Record<string, string>> {
  return readAll(store, 'azure', names, STORE_FILES.thumbprint, parseThumbprint);
}

/**
 * The thumbprints by which several clients may connect, by name: that of the present certificate and, while a client
 * changes over, that of the next one.
 * @throws LastwillError as {@link readThumbprints}
 */
export function readClientThumbprints(
  store: string,
  names: readonly string[],
): Readonly<Record<string, readonly string[]>> {
  const present = readThumbprints(store, names);
  return Object.fromEntries(
    Object.entries(present).map(([name, thumbprint]) => {
      const next = readNextThumbprint(store, name);
      return [name, next === undefined || next === thumbprint ? [thumbprint] : [thumbprint, next]];
    }),
  );
}

/**
 * The thumbprint of the certificate to which a client changes over; `undefined` when none is due.
 * @throws LastwillError CREDENTIAL_INVALID when it is none.
 */
export function readNextThumbprint(store: string, name: string): string | undefined {
  const path = join(deviceDirectory(store, 'azure', name), STORE_FILES.nextThumbprint);
  const text = readIfPresent(path);
  return text === undefined ? undefined : parseThumbprint(text.trim(), path);
}

function parseThumbprint(text: string, path: string): string {
  const thumbprint = text.replaceAll(':', '').toLowerCase();
  if (/^[0-9a-f]{64}$/.test(thumbprint)) return thumbprint;
  throw new LastwillError('CREDENTIAL_INVALID', `${path} must hold a SHA-256 thumbprint of 64 hexadecimal digits`);
}

function readAll(
  store: string,
  cloud: Cloud,
  names: readonly string[],
  file: string,
  parse: (text: string, path: string) => string,
): Readonly<Record<string, string>> {
  const found = names.map((name) => {
    const path = join(deviceDirectory(store, cloud, name), file);
    return { name, path, text: readIfPresent(path) };
  });
  const missing = found.filter((entry) => entry.text === undefined);
  if (missing.length > 0) {
    const paths = missing.map((entry) => entry.path).join(', ');
    const command = keysCommand(
      store,
      cloud,
      missing.map((entry) => entry.name),
    );
    throw new LastwillError(
      'CREDENTIAL_MISSING',
      `${paths} ${missing.length === 1 ? 'is' : 'are'} missing; make with: ${command}`,
    );
  }
  return Object.fromEntries(found.map(({ name, path, text }) => [name, parse((text as string).trim(), path)]));
}

/**
 * The text of a file, or `undefined` when it does not exist.
 * @throws LastwillError FILE_UNREADABLE when it exists and cannot be read.
 */
export function readIfPresent(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new LastwillError('FILE_UNREADABLE', `${path} cannot be read (${code ?? String(error)})`, { cause: error });
  }
}
