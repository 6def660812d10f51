import { X509Certificate } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Cloud } from '../../presence/lwt-options';
import { fingerprintDigits, publicKeyOfCertificate, publicKeyOfPrivate } from './certificate-keys';
import { certificatePath, deviceDirectory, privateKeyPath, readIfPresent, STORE_FILES } from './store';

/** What a store knows of a certificate that a template names only by its text or its thumbprint. */
export interface StoredCredentials {
  /** The private key of a certificate, both in PEM; `undefined` when the store does not have it. */
  privateKeyOf(certificatePem: string): string | undefined;
  /** Certificate (with its chain) in PEM by SHA-256 or SHA-1 thumbprint in lower-case hexadecimal digits. */
  certificateWithThumbprint(thumbprint: string): string | undefined;
}

/** Reads the keys and certificates of one cloud's devices in a store. A file that is not what its name says is passed over. */
export function readStoredCredentials(store: string, cloud: Cloud): StoredCredentials {
  const names = deviceNames(join(store, cloud));
  const keys = new Map<string, string>();
  const certificates = new Map<string, string>();
  for (const name of names) {
    const nextKeyPath = join(deviceDirectory(store, cloud, name), STORE_FILES.nextPrivateKey);
    for (const path of [privateKeyPath(store, cloud, name), nextKeyPath]) {
      const key = readIfPresent(path);
      const publicKey = key === undefined ? undefined : attempt(() => publicKeyOfPrivate(key).toString('base64'));
      if (key !== undefined && publicKey !== undefined) keys.set(publicKey, key);
    }
    const nextPath = join(deviceDirectory(store, cloud, name), STORE_FILES.nextCertificate);
    for (const path of [certificatePath(store, cloud, name), nextPath]) {
      const certificate = readIfPresent(path);
      if (certificate === undefined) continue;
      for (const thumbprint of thumbprints(certificate)) certificates.set(thumbprint, certificate);
    }
  }
  return {
    privateKeyOf: (certificatePem) => keys.get(publicKeyOfCertificate(certificatePem).toString('base64')),
    certificateWithThumbprint: (thumbprint) => certificates.get(thumbprint),
  };
}

function deviceNames(directory: string): string[] {
  return attempt(() => readdirSync(directory)) ?? [];
}

function thumbprints(pem: string): string[] {
  const certificate = attempt(() => new X509Certificate(pem));
  if (certificate === undefined) return [];
  return [certificate.fingerprint256, certificate.fingerprint].map(fingerprintDigits);
}

function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
