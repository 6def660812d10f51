import { X509Certificate } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { LastwillError } from '../../presence/errors';
import { ownCommand } from '../own-command';
import { publicKeyOfCertificate, publicKeyOfPrivate } from '../store/certificate-keys';
import { deviceDirectory, keysCommand, PREVIOUS, readIfPresent, STORE_FILES } from '../store/store';

/** A key of a device, known by its public half. */
export interface DeviceKey {
  /** The file that says so: a private key, or a request when the device keeps the key to itself. */
  readonly path: string;
  /** DER (SPKI). */
  readonly publicKey: Buffer;
}

/**
 * The key that a device's certificate must belong to.
 * @throws LastwillError CREDENTIAL_MISSING that names the command which makes it, CREDENTIAL_INVALID when a file is not
 * what its name says.
 */
export function presentKey(store: string, name: string): DeviceKey {
  const found = readKey(store, name, STORE_FILES.privateKey, STORE_FILES.csr);
  if (found !== undefined) return found;
  const path = join(deviceDirectory(store, 'aws', name), STORE_FILES.privateKey);
  throw new LastwillError('CREDENTIAL_MISSING', `${path} is missing; make with: ${keysCommand(store, 'aws', [name])}`);
}

/**
 * Refuses a client of Azure, which AWS knows nothing of.
 * @throws LastwillError OPTION_INVALID that names what there is for it.
 */
export function requireAwsDevice(store: string, name: string): void {
  const directory = deviceDirectory(store, 'azure', name);
  if (existsSync(deviceDirectory(store, 'aws', name)) || !existsSync(directory)) return;
  throw new LastwillError(
    'OPTION_INVALID',
    `${name} is a client of Azure, whose certificate is made here and lies in ${directory}: change it with ${ownCommand()} certificates rotate --azure ${name}`,
  );
}

/** The key that comes next, while a device changes over. */
export function nextKey(store: string, name: string): DeviceKey | undefined {
  return readKey(store, name, STORE_FILES.nextPrivateKey, STORE_FILES.nextCsr);
}

/**
 * Whether the next key or certificate of a device has taken the first one's place already, and the next request has not:
 * a rotation that was interrupted at its end.
 * @throws LastwillError CREDENTIAL_INVALID when a file is not what its name says.
 */
export function isFinishing(store: string, name: string): boolean {
  const next = readFile(store, name, STORE_FILES.nextCsr, publicKeyOfRequest)?.publicKey;
  const first = readFile(store, name, STORE_FILES.csr, publicKeyOfRequest)?.publicKey;
  // A request for the same key is no change of keys: what belongs to the one belongs to the other.
  if (next === undefined || first === undefined || first.equals(next)) return false;
  const key = readFile(store, name, STORE_FILES.privateKey, publicKeyOfPrivate)?.publicKey;
  if (key !== undefined) return key.equals(next);
  const pem = readIfPresent(join(deviceDirectory(store, 'aws', name), STORE_FILES.certificate));
  return pem !== undefined && isCertificate(pem) && publicKeyOfCertificate(pem).equals(next);
}

/** Whether a certificate, in PEM, is the one that another has taken the place of. */
export function isPrevious(store: string, name: string, pem: string): boolean {
  const path = join(deviceDirectory(store, 'aws', name), `${STORE_FILES.certificate}${PREVIOUS}`);
  const previous = readIfPresent(path);
  if (previous === undefined || !isCertificate(previous)) return false;
  return new X509Certificate(previous).fingerprint256 === new X509Certificate(pem).fingerprint256;
}

/**
 * Why a stack that is deployed with the store's request cannot give a certificate for its key, and what to do.
 * @param again the command that makes the request anew
 */
export function requestProblem(
  store: string,
  name: string,
  which: 'present' | 'next',
  again: string,
): string | undefined {
  const [keyFile, csrFile] =
    which === 'present' ? [STORE_FILES.privateKey, STORE_FILES.csr] : [STORE_FILES.nextPrivateKey, STORE_FILES.nextCsr];
  const key = readFile(store, name, keyFile, publicKeyOfPrivate);
  const request = readFile(store, name, csrFile, publicKeyOfRequest);
  if (key === undefined || request === undefined || key.publicKey.equals(request.publicKey)) return undefined;
  return `${request.path} does not either; put the right key back, or remove ${csrFile}, make it anew (${again}) and deploy (npx cdk deploy)`;
}

/** Whether a text is a certificate in PEM. */
export function isCertificate(pem: string): boolean {
  try {
    return publicKeyOfCertificate(pem).length > 0;
  } catch {
    return false;
  }
}

/** Whether a certificate, in PEM, belongs to a key. */
export function belongsTo(certificatePem: string, { publicKey }: DeviceKey): boolean {
  return publicKeyOfCertificate(certificatePem).equals(publicKey);
}

function readKey(store: string, name: string, keyFile: string, csrFile: string): DeviceKey | undefined {
  return readFile(store, name, keyFile, publicKeyOfPrivate) ?? readFile(store, name, csrFile, publicKeyOfRequest);
}

function readFile(
  store: string,
  name: string,
  file: string,
  publicKeyOf: (pem: string) => Buffer,
): DeviceKey | undefined {
  const path = join(deviceDirectory(store, 'aws', name), file);
  const pem = readIfPresent(path);
  return pem === undefined ? undefined : { path, publicKey: readable(path, () => publicKeyOf(pem)) };
}

function publicKeyOfRequest(pem: string): Buffer {
  // Only a device that keeps its key to itself needs a library for requests.
  require('reflect-metadata');
  const { Pkcs10CertificateRequest } = require('@peculiar/x509') as typeof import('@peculiar/x509');
  return Buffer.from(new Pkcs10CertificateRequest(pem).publicKey.rawData);
}

function readable(path: string, read: () => Buffer): Buffer {
  try {
    return read();
  } catch (cause) {
    const what = path.endsWith('.csr')
      ? 'a certificate signing request in PEM'
      : 'a private key in PEM without a passphrase';
    throw new LastwillError('CREDENTIAL_INVALID', `${path} must be ${what}`, { cause });
  }
}
