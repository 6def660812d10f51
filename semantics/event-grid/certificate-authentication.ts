import { X509Certificate } from 'node:crypto';
import type { CertificateField, ClientCertificate } from './client-certificate';

/** How a client is known by its certificate. */
export type ValidationScheme = 'Thumbprint' | CertificateField;

/** Validation schemes by the names that Azure Resource Manager has for them. */
export const VALIDATION_SCHEMES: Readonly<Record<string, ValidationScheme>> = {
  ThumbprintMatch: 'Thumbprint',
  SubjectMatchesAuthenticationName: 'Subject',
  DnsMatchesAuthenticationName: 'Dns',
  UriMatchesAuthenticationName: 'Uri',
  IpMatchesAuthenticationName: 'Ip',
  EmailMatchesAuthenticationName: 'Email',
};

/** A client as far as its certificate is concerned. */
export interface CertifiedClient {
  readonly name: string;
  /** As stored with the client resource. */
  readonly authenticationName: string;
  readonly scheme: ValidationScheme;
  /** Lower case, without colons; for the scheme `Thumbprint`. */
  readonly thumbprints: readonly string[];
}

/** Whether a certificate is that of a client. */
export type CertificateVerdict =
  | { readonly kind: 'accepted' }
  /** Its SHA-1 is listed where its SHA-256 should be; what Azure makes of that is not documented. */
  | { readonly kind: 'acceptedBySha1' }
  | { readonly kind: 'refused'; readonly reason: string };

const ACCEPTED: CertificateVerdict = { kind: 'accepted' };

/**
 * Holds a certificate against a client, whatever the time.
 * @param authorities the CA certificates of the namespace
 * @see https://learn.microsoft.com/en-us/azure/event-grid/mqtt-client-certificate-authentication
 */
export function judgeCertificate(
  client: CertifiedClient,
  certificate: ClientCertificate,
  authorities: readonly X509Certificate[],
): CertificateVerdict {
  if (client.scheme === 'Thumbprint') return judgeThumbprint(client, certificate);
  if (!authorities.some((authority) => certificate.isSignedBy(authority))) {
    return { kind: 'refused', reason: withoutAuthority(client, certificate, authorities) };
  }
  return judgeName(client, client.scheme, certificate);
}

/** A thumbprint without colons and spaces, in lower case. */
export function normalizeThumbprint(text: string): string {
  return text.replace(/[:\s]/g, '').toLowerCase();
}

/** A CA certificate as Azure Resource Manager holds it, with or without line breaks; `undefined` when it is none. */
export function readCaCertificate(encodedCertificate: string): X509Certificate | undefined {
  const base64 = /-----BEGIN CERTIFICATE-----([\s\S]*?)-----END CERTIFICATE-----/.exec(encodedCertificate)?.[1];
  try {
    return new X509Certificate(Buffer.from(base64?.replace(/\\n|\s/g, '') ?? '', 'base64'));
  } catch {
    return undefined;
  }
}

function judgeThumbprint({ name, thumbprints }: CertifiedClient, certificate: ClientCertificate): CertificateVerdict {
  const { thumbprint, sha1Thumbprint } = certificate;
  if (thumbprints.includes(thumbprint)) return ACCEPTED;
  if (thumbprints.includes(sha1Thumbprint)) return { kind: 'acceptedBySha1' };
  const known = thumbprints.join(' and ') || 'none';
  const reason = `the certificate's thumbprint is ${thumbprint}, but the client '${name}' has ${known}`;
  return { kind: 'refused', reason };
}

function withoutAuthority(
  { name }: CertifiedClient,
  { issuer }: ClientCertificate,
  authorities: readonly X509Certificate[],
): string {
  const known = authorities.map(({ subject }) => `'${subject.replaceAll('\n', ', ')}'`).join(', ') || 'none';
  const advice = 'the CA certificate of a namespace must be the one that signed the client certificate itself';
  return `no CA certificate of the namespace signed the certificate of '${name}', whose issuer is '${issuer}'; there is ${known}; ${advice}`;
}

function judgeName(
  { authenticationName }: CertifiedClient,
  field: CertificateField,
  certificate: ClientCertificate,
): CertificateVerdict {
  const names = certificate.names(field);
  if (names.some((name) => name.toLowerCase() === authenticationName.toLowerCase())) return ACCEPTED;
  const found = names.length === 0 ? 'nothing' : names.map((name) => `'${name}'`).join(', ');
  const reason = `the certificate's ${field} must be the authentication name '${authenticationName}', it holds ${found}`;
  return { kind: 'refused', reason };
}
