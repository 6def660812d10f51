import { createHash, X509Certificate } from 'node:crypto';

/** Fields of a certificate in which a name may stand. */
export type CertificateField = 'Subject' | 'Dns' | 'Uri' | 'Ip' | 'Email';

const ALTERNATIVE_NAMES: Readonly<Record<string, CertificateField>> = {
  DNS: 'Dns',
  URI: 'Uri',
  'IP Address': 'Ip',
  email: 'Email',
};

/** A client's certificate as it came in the TLS handshake. */
export class ClientCertificate {
  readonly #der: Buffer;
  readonly #certificate: X509Certificate;

  /** @returns `undefined` when the bytes are no certificate. */
  static read(der: Buffer): ClientCertificate | undefined {
    try {
      return new ClientCertificate(der, new X509Certificate(der));
    } catch {
      return undefined;
    }
  }

  private constructor(der: Buffer, certificate: X509Certificate) {
    this.#der = der;
    this.#certificate = certificate;
  }

  /** SHA-256 of the DER form, 64 lower-case hexadecimal digits. */
  get thumbprint(): string {
    return createHash('sha256').update(this.#der).digest('hex');
  }

  /** SHA-1 of the DER form, 40 lower-case hexadecimal digits; some tools call this the thumbprint. */
  get sha1Thumbprint(): string {
    return createHash('sha1').update(this.#der).digest('hex');
  }

  /** The distinguished name of the certificate that signed this one, on one line. */
  get issuer(): string {
    return this.#certificate.issuer.replaceAll('\n', ', ');
  }

  /** The last moment at which the certificate counts. */
  get validUntil(): Date {
    return new Date(this.#certificate.validTo);
  }

  /** Whether `authority` signed this certificate itself. */
  isSignedBy(authority: X509Certificate): boolean {
    return this.#certificate.checkIssued(authority) && this.#certificate.verify(authority.publicKey);
  }

  /** Why the certificate does not count at a time, in milliseconds since 1970; `undefined` when it does. */
  validityProblem(now: number): string | undefined {
    const { validFrom, validTo } = this.#certificate;
    if (now < Date.parse(validFrom)) return `is valid from ${validFrom} only`;
    return now > Date.parse(validTo) ? `expired on ${validTo}` : undefined;
  }

  /**
   * The names in a field. Of the subject it is the common name, as Microsoft's samples have it; whether the whole
   * distinguished name would match as well is not documented.
   */
  names(field: CertificateField): string[] {
    if (field === 'Subject') return commonNames(this.#certificate);
    const found: string[] = [];
    const pattern = /([A-Za-z ]+):(?:("(?:[^"\\]|\\.)*")|([^,]*))(?:, |$)/g;
    for (const [, kind = '', quoted, bare = ''] of (this.#certificate.subjectAltName ?? '').matchAll(pattern)) {
      if (ALTERNATIVE_NAMES[kind] === field) found.push(quoted === undefined ? bare : String(JSON.parse(quoted)));
    }
    return found;
  }
}

function commonNames(certificate: X509Certificate): string[] {
  return certificate.subject.split('\n').flatMap((line) => (line.startsWith('CN=') ? [line.slice(3)] : []));
}
