import { X509Certificate } from 'node:crypto';
import { rootCertificates } from 'node:tls';
import { LastwillError } from '../../presence/errors';

/** SHA-256 of Amazon Root CA 1. @see https://www.amazontrust.com/repository/ */
const FINGERPRINT = '8E:CD:E6:88:4F:3D:87:B1:12:5B:A3:1A:C3:FC:B1:3D:70:16:DE:7F:57:CC:90:4F:E1:CB:97:C6:AE:98:19:6E';

/**
 * Amazon Root CA 1 in PEM, which endpoints of Amazon Trust Services lead to, from the roots that come with Node.
 * @throws LastwillError CREDENTIAL_MISSING when this Node does not have it.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/server-authentication.html
 */
export function amazonRootCa(): string {
  const found = rootCertificates.find((pem) => new X509Certificate(pem).fingerprint256 === FINGERPRINT);
  if (found !== undefined) return `${found.trim()}\n`;
  throw new LastwillError(
    'CREDENTIAL_MISSING',
    'this Node has no Amazon Root CA 1: save https://www.amazontrust.com/repository/AmazonRootCA1.pem beside the key as AmazonRootCA1.pem',
  );
}
