import { X509Certificate } from 'node:crypto';
import type { CloudCertificate } from '../../cloud-clients/aws/iot-registry';
import type { Clock } from '../../presence/clock';
import { LastwillError } from '../../presence/errors';
import type { DeviceCertificates } from './device-certificates';
import { belongsTo, nextKey, presentKey } from './store-keys';

/** What is known of one certificate. */
export interface CertificateStatus {
  readonly name: string;
  readonly certificateId: string;
  /** E.g. `ACTIVE`. */
  readonly status: string;
  /** ISO 8601. */
  readonly expires: string;
  /** Whole days until it expires; negative when it has. */
  readonly daysLeft: number;
  readonly policies: readonly string[];
  readonly things: readonly string[];
  /** Whether the store has its key. */
  readonly key: 'present' | 'next' | 'other' | 'missing';
}

const MILLISECONDS_PER_DAY = 86_400_000;

/**
 * The state of every certificate of a device.
 * @public loaded where it is needed
 */
export async function certificateStatus(
  name: string,
  options: { readonly store: string; readonly certificates: DeviceCertificates; readonly clock: Clock },
): Promise<readonly CertificateStatus[]> {
  const { store, certificates, clock } = options;
  const rows: CertificateStatus[] = [];
  for (const certificate of await certificates.of(name)) {
    const { validTo } = new X509Certificate(certificate.pem);
    const expires = Date.parse(validTo);
    rows.push({
      name,
      certificateId: certificate.id,
      status: certificate.status,
      expires: new Date(expires).toISOString(),
      daysLeft: Math.floor((expires - clock.now()) / MILLISECONDS_PER_DAY),
      policies: await certificates.registry.policiesOf(certificate.arn),
      things: await certificates.registry.thingsOf(certificate.arn),
      key: keyOf(certificate, store, name),
    });
  }
  return rows;
}

function keyOf({ pem }: CloudCertificate, store: string, name: string): CertificateStatus['key'] {
  const next = nextKey(store, name);
  if (next !== undefined && belongsTo(pem, next)) return 'next';
  try {
    return belongsTo(pem, presentKey(store, name)) ? 'present' : 'other';
  } catch (error) {
    if (error instanceof LastwillError && error.code === 'CREDENTIAL_MISSING') return 'missing';
    throw error;
  }
}
