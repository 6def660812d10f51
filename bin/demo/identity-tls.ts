import { join } from 'node:path';
import type { TlsOptions } from '../../device';
import type { RunningCloud } from '../../local/state/running-file';

/** TLS for a device that a running cloud knows: its certificate, its key and the cloud's root. */
export function identityTls(cloud: RunningCloud, name: string): TlsOptions {
  const directory = cloud.identities[name]?.directory ?? '';
  return {
    rootCa: { path: join(directory, 'AmazonRootCA1.pem') },
    certificate: { path: join(directory, 'client-cert.pem') },
    privateKey: { path: join(directory, 'private-key.pem') },
  };
}
