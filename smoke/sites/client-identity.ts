import { certificatePath, deviceDirectory, privateKeyPath, readIfPresent } from '../../bin/store/store';
import { LastwillError } from '../../presence/errors';
import type { Cloud } from '../../presence/lwt-options';

/** Key and certificate of a device, in PEM. */
export interface ClientIdentity {
  readonly privateKey: string;
  /** The leaf first. */
  readonly certificate: string;
}

/**
 * Reads key and certificate of a device from a store.
 * @throws LastwillError CREDENTIAL_MISSING
 */
export function readClientIdentity(store: string, cloud: Cloud, name: string): ClientIdentity {
  const privateKey = readIfPresent(privateKeyPath(store, cloud, name));
  const certificate = readIfPresent(certificatePath(store, cloud, name));
  if (privateKey !== undefined && certificate !== undefined) return { privateKey, certificate };
  const directory = deviceDirectory(store, cloud, name);
  throw new LastwillError('CREDENTIAL_MISSING', `${directory} holds no certificate with its key`);
}

/** The certificates of a chain in PEM, each in DER. */
export function chainInDer(pem: string): Buffer[] {
  return [...pem.matchAll(/-----BEGIN CERTIFICATE-----([\s\S]+?)-----END CERTIFICATE-----/g)].map(([, base64 = '']) =>
    Buffer.from(base64, 'base64'),
  );
}
