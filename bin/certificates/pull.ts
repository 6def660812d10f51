import { join } from 'node:path';
import type { CloudCertificate } from '../../cloud-clients/aws/iot-registry';
import { LastwillError } from '../../presence/errors';
import { checkDeviceNames } from '../store/device-names';
import { type FileChange, replaceFile } from '../store/replace-file';
import { deviceDirectory, keysCommand, STORE_FILES } from '../store/store';
import type { DeviceCertificates } from './device-certificates';
import { belongsTo, nextKey, presentKey, requestProblem, requireAwsDevice } from './store-keys';

/** What was pulled for one device. */
export interface PulledCertificate {
  readonly name: string;
  readonly directory: string;
  readonly certificateId: string;
  /** E.g. `ACTIVE`. */
  readonly status: string;
  /** The certificate that comes next, while a device changes over. */
  readonly nextCertificateId?: string;
  /** What became of each file. */
  readonly files: Readonly<Record<string, FileChange>>;
}

/** What pulling works with. */
export interface PullOptions {
  readonly store: string;
  readonly certificates: DeviceCertificates;
  /** The root of the endpoint's certificate, in PEM. */
  readonly rootCa: string;
}

/**
 * Writes a device's certificate and the endpoint's root beside its key. Every file is written whole or not at all, so
 * that it can be run again at any time.
 * @throws LastwillError CREDENTIAL_INVALID when no certificate of the device belongs to its key; then nothing is written.
 */
export async function pullCertificate(name: string, options: PullOptions): Promise<PulledCertificate> {
  checkDeviceNames([name], 'aws');
  requireAwsDevice(options.store, name);
  const { store, certificates, rootCa } = options;
  const key = presentKey(store, name);
  const next = nextKey(store, name);
  const found = await certificates.of(name);
  const present = found.find(({ pem }) => belongsTo(pem, key));
  const coming = next === undefined ? undefined : found.findLast(({ pem }) => belongsTo(pem, next));
  if (present === undefined) throw foreignCertificates(store, name, found);
  const directory = deviceDirectory(store, 'aws', name);
  const write = (file: string, content: string): readonly [string, FileChange] => [
    file,
    replaceFile(join(directory, file), content, 'everyone'),
  ];
  const written = [
    write(STORE_FILES.certificate, present.pem),
    write(STORE_FILES.root, rootCa),
    ...(coming === undefined ? [] : [write(STORE_FILES.nextCertificate, coming.pem)]),
  ];
  return {
    name,
    directory,
    certificateId: present.id,
    status: present.status,
    ...(coming === undefined ? {} : { nextCertificateId: coming.id }),
    files: Object.fromEntries(written),
  };
}

/** That none of a device's certificates belongs to its key, and what to do. */
export function foreignCertificates(store: string, name: string, found: readonly CloudCertificate[]): LastwillError {
  const { path } = presentKey(store, name);
  const ids = found.map(({ id }) => id.slice(0, 12)).join(', ');
  const which =
    found.length === 1
      ? `certificate ${ids} of ${name} does not belong`
      : `certificates ${ids} of ${name} do not belong`;
  const why =
    requestProblem(store, name, 'present', keysCommand(store, 'aws', [name])) ??
    'the stack was deployed with another request; deploy it again with this store (npx cdk deploy), or put the key back that belongs to it';
  return new LastwillError('CREDENTIAL_INVALID', `${which} to ${path}: ${why}`);
}
