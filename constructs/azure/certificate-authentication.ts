import { X509Certificate } from 'node:crypto';
import { LastwillError, mustBe } from '../../presence/errors';
import { isUnresolved } from './terraform-text';

/** How a client proves with its certificate who it is, as Event Grid spells it. */
export type ValidationScheme =
  | 'ThumbprintMatch'
  | 'SubjectMatchesAuthenticationName'
  | 'DnsMatchesAuthenticationName'
  | 'UriMatchesAuthenticationName'
  | 'IpMatchesAuthenticationName'
  | 'EmailMatchesAuthenticationName';

/**
 * How a client proves with its certificate who it is.
 * @see https://learn.microsoft.com/en-us/azure/event-grid/mqtt-client-certificate-authentication
 */
export class CertificateAuthentication {
  /**
   * The certificate's own thumbprint: the SHA-256 of its DER form, 64 hexadecimal digits. Two let a certificate be
   * renewed without a gap. Colons, blanks and upper case are taken out.
   * @throws LastwillError OPTION_INVALID unless there are one or two of 64 (or, for SHA-1, 40) digits.
   */
  static byThumbprint(...thumbprints: readonly string[]): CertificateAuthentication {
    const normalized = thumbprints.map(normalize);
    const problems = normalized.flatMap((thumbprint, index) =>
      isUnresolved(thumbprint) || /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(thumbprint)
        ? []
        : [mustBe(`thumbprints[${index}]`, '64 hexadecimal digits (SHA-256)', withoutPem(thumbprints[index]))],
    );
    if (thumbprints.length < 1 || thumbprints.length > 2) {
      problems.push(mustBe('thumbprints', 'one or two', thumbprints.length));
    }
    if (problems.length > 0) throw new LastwillError('OPTION_INVALID', problems.join('; '));
    return new CertificateAuthentication('ThumbprintMatch', normalized);
  }

  /**
   * The thumbprints of certificates whose text is at hand.
   * @param certificatePems one or two certificates in PEM, each without its chain and without a key
   * @throws LastwillError OPTION_INVALID for anything else.
   */
  static byCertificate(...certificatePems: readonly string[]): CertificateAuthentication {
    const thumbprints = certificatePems.map(thumbprintOf);
    const problems = thumbprints.flatMap((thumbprint, index) =>
      thumbprint === undefined
        ? [mustBe(`certificatePems[${index}]`, 'the PEM text of one certificate', withoutPem(certificatePems[index]))]
        : [],
    );
    if (problems.length > 0) throw new LastwillError('OPTION_INVALID', problems.join('; '));
    return CertificateAuthentication.byThumbprint(...thumbprints.filter((thumbprint) => thumbprint !== undefined));
  }

  /** The common name of the certificate's subject equals the authentication name; signed by a CA of the namespace. */
  static bySubject(): CertificateAuthentication {
    return new CertificateAuthentication('SubjectMatchesAuthenticationName', undefined);
  }

  /** A DNS name of the certificate equals the authentication name; signed by a CA of the namespace. */
  static byDnsName(): CertificateAuthentication {
    return new CertificateAuthentication('DnsMatchesAuthenticationName', undefined);
  }

  /** A URI of the certificate equals the authentication name; signed by a CA of the namespace. */
  static byUri(): CertificateAuthentication {
    return new CertificateAuthentication('UriMatchesAuthenticationName', undefined);
  }

  /** An IP address of the certificate equals the authentication name; signed by a CA of the namespace. */
  static byIpAddress(): CertificateAuthentication {
    return new CertificateAuthentication('IpMatchesAuthenticationName', undefined);
  }

  /** An e-mail address of the certificate equals the authentication name; signed by a CA of the namespace. */
  static byEmailAddress(): CertificateAuthentication {
    return new CertificateAuthentication('EmailMatchesAuthenticationName', undefined);
  }

  readonly scheme: ValidationScheme;
  /** Lower case, digits only. Only for `ThumbprintMatch`. */
  readonly thumbprints: readonly string[] | undefined;

  private constructor(scheme: ValidationScheme, thumbprints: readonly string[] | undefined) {
    this.scheme = scheme;
    this.thumbprints = thumbprints;
  }

  /** True when a thumbprint is a SHA-1, of which it is not known whether a client can connect with it. */
  get usesSha1(): boolean {
    return this.thumbprints?.some((thumbprint) => /^[0-9a-f]{40}$/.test(thumbprint)) ?? false;
  }
}

/** What is shown of a value that may be a private key. */
function withoutPem(value: string | undefined): string | undefined {
  return value?.includes('-----BEGIN') === true
    ? 'a text in PEM (CertificateAuthentication.byCertificate takes one)'
    : value;
}

function thumbprintOf(pem: string): string | undefined {
  if (/PRIVATE KEY-----/.test(pem) || pem.match(/-----BEGIN CERTIFICATE-----/g)?.length !== 1) return undefined;
  try {
    return new X509Certificate(pem).fingerprint256;
  } catch {
    return undefined;
  }
}

function normalize(thumbprint: string): string {
  return isUnresolved(thumbprint) ? thumbprint : thumbprint.replace(/[:\s]/g, '').toLowerCase();
}
