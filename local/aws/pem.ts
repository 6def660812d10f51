import { createHash } from 'node:crypto';

const BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----([\s\S]*?)-----END \1-----/g;

/** The DER of the first block in a PEM text whose label ends so, e.g. `CERTIFICATE`; `undefined` when there is none. */
export function derOf(pem: string, label: 'CERTIFICATE' | 'CERTIFICATE REQUEST'): Buffer | undefined {
  for (const [, found = '', body = ''] of pem.matchAll(BLOCK)) {
    const text = body.replace(/\\n|\s/g, '');
    if (found.endsWith(label) && /^[A-Za-z0-9+/]+=*$/.test(text)) return Buffer.from(text, 'base64');
  }
  return undefined;
}

/** The id of a certificate: the SHA-256 of its DER, 64 hexadecimal digits. @see https://docs.aws.amazon.com/iot/latest/apireference/API_Certificate.html */
export function certificateId(der: Buffer): string {
  return createHash('sha256').update(der).digest('hex');
}
