import { join } from 'node:path';
import type { Cloud } from '../../presence/lwt-options';
import { SECRET_FILE_MODE, writeWhole } from './files';

/** What a device needs to connect to the embedded cloud. */
export interface DeviceIdentity {
  /** Thing name, client authentication name, or the logical id of a certificate without a thing. */
  readonly name: string;
  /** The MQTT client id that the policies expect; absent when any will do. */
  readonly clientId?: string;
  /** Certificate in PEM, when the cloud knows it. */
  readonly certificatePem?: string;
  /** Private key in PEM, when the store has the key of that certificate. */
  readonly privateKeyPem?: string;
}

/** Names of the files, as AWS's own samples call them; the same in both clouds. */
const IDENTITY_FILES = {
  root: 'AmazonRootCA1.pem',
  certificate: 'client-cert.pem',
  privateKey: 'private-key.pem',
} as const;

/** Writes `<cloud>/<name>/` with the broker's root, the certificate and the private key, and returns the folder. */
export function writeIdentity(
  stateDirectory: string,
  cloud: Cloud,
  identity: DeviceIdentity,
  rootCertificatePem: string,
): string {
  const directory = join(stateDirectory, cloud, folderName(identity.name));
  writeWhole(join(directory, IDENTITY_FILES.root), rootCertificatePem);
  if (identity.certificatePem !== undefined) {
    writeWhole(join(directory, IDENTITY_FILES.certificate), identity.certificatePem);
  }
  if (identity.privateKeyPem !== undefined) {
    writeWhole(join(directory, IDENTITY_FILES.privateKey), identity.privateKeyPem, SECRET_FILE_MODE);
  }
  return directory;
}

// Names come from templates of other people: no separator and no dot-only name may leave the state folder.
function folderName(name: string): string {
  const safe = name.replaceAll('\0', '_').replace(/[/\\]/g, '_');
  return /^\.*$/.test(safe) ? `_${safe}` : safe;
}
