import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import { LastwillError } from '../../presence/errors';
import { deviceDirectory, keysCommand, readIfPresent, STORE_FILES } from '../store/store';

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

/** The key that comes next, while a device changes over. */
export function nextKey(store: string, name: string): DeviceKey | undefined {
  return readKey(store, name, STORE_FILES.nextPrivateKey, STORE_FILES.nextCsr);
}

/** Whether a certificate, in PEM, belongs to a key. */
export function belongsTo(certificatePem: string, { publicKey }: DeviceKey): boolean {
  return new X509Certificate(certificatePem).publicKey.export({ type: 'spki', format: 'der' }).equals(publicKey);
}

function readKey(store: string, name: string, keyFile: string, csrFile: string): DeviceKey | undefined {
  const directory = deviceDirectory(store, 'aws', name);
  for (const [file, publicKeyOf] of [
    [keyFile, publicKeyOfPrivate],
    [csrFile, publicKeyOfRequest],
  ] as const) {
    const path = join(directory, file);
    const pem = readIfPresent(path);
    if (pem !== undefined) return { path, publicKey: readable(path, () => publicKeyOf(pem)) };
  }
  return undefined;
}

function publicKeyOfPrivate(pem: string): Buffer {
  return createPublicKey(createPrivateKey(pem)).export({ type: 'spki', format: 'der' });
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
