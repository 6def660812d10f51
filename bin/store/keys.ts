import { X509Certificate } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Clock, SystemClock } from '../../presence/clock';
import { LastwillError } from '../../presence/errors';
import type { Cloud } from '../../presence/lwt-options';
import { createCsr, type Issuer, issueCertificate } from './certificate-authority';
import { thumbprintOf } from './certificate-keys';
import { checkDeviceNames } from './device-names';
import { makePrivateDirectory, writeNewFile } from './new-file';
import { generatePrivateKey, readSigningKey } from './signing-key';
import { azureAuthorityDirectory, deviceDirectory, readIfPresent, STORE_FILES } from './store';
import type { Audience } from './temporary-file';

/** What was done for one device. */
export interface KeysResult {
  readonly name: string;
  readonly cloud: Cloud;
  readonly directory: string;
  /** Files that were made now. */
  readonly created: readonly string[];
  /** Files that existed and were left as they are. */
  readonly kept: readonly string[];
  /** Azure only: SHA-256 of the leaf certificate in DER. */
  readonly thumbprint?: string;
  /** Azure only: when the certificate ends, ISO 8601. */
  readonly validUntil?: string;
}

/** Leaf certificates for Azure clients are valid for this long. */
const LEAF_VALID_HOURS = 2_400;
const AUTHORITY_VALID_HOURS = 10 * 365 * 24;

/**
 * Makes a private key (EC P-256) and a certificate signing request for each thing; keeps what exists.
 * @throws LastwillError OPTION_INVALID that lists every name that is no thing name.
 * @public loaded where it is needed
 */
export async function ensureAwsKeys(store: string, names: readonly string[]): Promise<readonly KeysResult[]> {
  checkDeviceNames(names, 'aws');
  const results: KeysResult[] = [];
  for (const name of new Set(names)) results.push(await ensureAwsKey(store, name));
  return results;
}

/**
 * Makes the key and the request of the certificate to which a thing changes over; keeps what exists.
 * @throws LastwillError OPTION_INVALID when the name is no thing name.
 */
export async function ensureNextAwsKey(store: string, name: string): Promise<KeysResult> {
  checkDeviceNames([name], 'aws');
  return ensureAwsKey(store, name, { privateKey: STORE_FILES.nextPrivateKey, csr: STORE_FILES.nextCsr });
}

/**
 * Makes a private key, a certificate and its thumbprint for each client; keeps what exists. The first call also makes the
 * root and the intermediate CA under `STORE/azure-ca`.
 * @throws LastwillError OPTION_INVALID that lists every name that is no client name.
 * @public loaded where it is needed
 */
export async function ensureAzureKeys(
  store: string,
  names: readonly string[],
  clock: Clock = new SystemClock(),
): Promise<readonly KeysResult[]> {
  checkDeviceNames(names, 'azure');
  const results: KeysResult[] = [];
  for (const name of new Set(names)) results.push(await ensureAzureKey(store, name, clock));
  return results;
}

/**
 * Makes key, certificate and thumbprint to which a client changes over; keeps what exists.
 * @throws LastwillError OPTION_INVALID when the name is no client name.
 */
export function ensureNextAzureKey(store: string, name: string, clock: Clock): Promise<KeysResult> {
  checkDeviceNames([name], 'azure');
  return ensureAzureKey(store, name, clock, {
    privateKey: STORE_FILES.nextPrivateKey,
    certificate: STORE_FILES.nextCertificate,
    thumbprint: STORE_FILES.nextThumbprint,
  });
}

/** Names of the files of one certificate. */
interface AzureFiles {
  readonly privateKey: string;
  readonly certificate: string;
  readonly thumbprint: string;
}

/** Writes what a folder lacks and takes note of what it did. */
class Folder {
  readonly created: string[] = [];
  readonly kept: string[] = [];

  constructor(readonly path: string) {
    makePrivateDirectory(path);
  }

  has(file: string): boolean {
    return existsSync(join(this.path, file));
  }

  /** The file's text; when it does not exist, `make` says what it is to hold. */
  async ensure(file: string, audience: Audience, make: () => string | Promise<string>): Promise<string> {
    const path = join(this.path, file);
    const existing = readIfPresent(path);
    if (existing === undefined) {
      const content = await make();
      if (writeNewFile(path, content, audience)) {
        this.created.push(file);
        return content;
      }
    }
    this.kept.push(file);
    return existing ?? (readIfPresent(path) as string);
  }

  pathOf(file: string): string {
    return join(this.path, file);
  }
}

async function ensureAwsKey(
  store: string,
  name: string,
  files: { readonly privateKey: string; readonly csr: string } = STORE_FILES,
): Promise<KeysResult> {
  const folder = new Folder(deviceDirectory(store, 'aws', name));
  // A request without its key is a device's own: a new key would not belong to it.
  if (folder.has(files.csr) && !folder.has(files.privateKey)) folder.kept.push(files.csr);
  else {
    const key = await folder.ensure(files.privateKey, 'owner', generatePrivateKey);
    await folder.ensure(files.csr, 'everyone', async () =>
      createCsr(name, await readSigningKey(key, folder.pathOf(files.privateKey))),
    );
  }
  return { name, cloud: 'aws', directory: folder.path, created: folder.created, kept: folder.kept };
}

async function ensureAzureKey(
  store: string,
  name: string,
  clock: Clock,
  files: AzureFiles = STORE_FILES,
): Promise<KeysResult> {
  const folder = new Folder(deviceDirectory(store, 'azure', name));
  const chain = await ensureAzureCertificate(folder, { store, name, clock, files });
  const leaf = parseCertificate(chain, folder.pathOf(files.certificate));
  const thumbprint = thumbprintOf(leaf);
  const written = await folder.ensure(files.thumbprint, 'everyone', () => `${thumbprint}\n`);
  if (written.trim() !== thumbprint) {
    throw new LastwillError(
      'CREDENTIAL_INVALID',
      `${folder.pathOf(files.thumbprint)} must be the thumbprint of ${files.certificate}; remove it to have it made anew`,
    );
  }
  const validUntil = new Date(leaf.validTo).toISOString();
  const { created, kept } = folder;
  return { name, cloud: 'azure', directory: folder.path, created, kept, thumbprint, validUntil };
}

interface AzureOrder {
  readonly store: string;
  readonly name: string;
  readonly clock: Clock;
  readonly files: AzureFiles;
}

async function ensureAzureCertificate(folder: Folder, { store, name, clock, files }: AzureOrder): Promise<string> {
  if (folder.has(files.certificate) && !folder.has(files.privateKey)) {
    return folder.ensure(files.certificate, 'everyone', () => '');
  }
  const pem = await folder.ensure(files.privateKey, 'owner', generatePrivateKey);
  return folder.ensure(files.certificate, 'everyone', async () => {
    const key = await readSigningKey(pem, folder.pathOf(files.privateKey));
    const issuer = await ensureAuthority(store, clock);
    const order = { commonName: name, key, issuer, role: { kind: 'leaf' }, validHours: LEAF_VALID_HOURS } as const;
    return `${await issueCertificate(order, clock)}${issuer.certificate}`;
  });
}

/** The intermediate CA, which signs the clients' certificates. */
async function ensureAuthority(store: string, clock: Clock): Promise<Issuer> {
  const folder = new Folder(azureAuthorityDirectory(store));
  const root = await ensureIssuer(folder, 'root', 'Lastwill root CA', 1, undefined, clock);
  return ensureIssuer(folder, 'intermediate', 'Lastwill intermediate CA', 0, root, clock);
}

async function ensureIssuer(
  folder: Folder,
  file: string,
  commonName: string,
  pathLength: number,
  issuer: Issuer | undefined,
  clock: Clock,
): Promise<Issuer> {
  const [keyFile, certificateFile] = [`${file}-key.pem`, `${file}-cert.pem`];
  if (folder.has(certificateFile) && !folder.has(keyFile)) {
    throw new LastwillError(
      'CREDENTIAL_MISSING',
      `${folder.pathOf(keyFile)} is missing, so that no certificate can be signed; put it back or remove ${folder.path} to start with a new CA`,
    );
  }
  const key = await readSigningKey(await folder.ensure(keyFile, 'owner', generatePrivateKey), folder.pathOf(keyFile));
  const certificate = await folder.ensure(certificateFile, 'everyone', () =>
    issueCertificate(
      { commonName, key, issuer, role: { kind: 'authority', pathLength }, validHours: AUTHORITY_VALID_HOURS },
      clock,
    ),
  );
  return { certificate, key };
}

function parseCertificate(pem: string, path: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch (error) {
    throw new LastwillError('CREDENTIAL_INVALID', `${path} must be a certificate in PEM`, { cause: error });
  }
}
