import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  Pkcs10CertificateRequestGenerator,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';
import type { Clock } from '../../presence/clock';
import type { SigningKey } from './signing-key';

const HOUR_MILLISECONDS = 3_600_000;

/** A certificate in PEM with the key that belongs to it. */
export interface Issuer {
  readonly certificate: string;
  readonly key: SigningKey;
}

/** What a certificate says and who vouches for it. */
export interface CertificateOrder {
  readonly commonName: string;
  /** The subject's key: its public half goes into the certificate. */
  readonly key: SigningKey;
  /** @default - the certificate signs itself */
  readonly issuer?: Issuer;
  /** `0`: a CA that signs leaves only; `1`: a CA that may have one more CA below it; `leaf`: a TLS client. */
  readonly role: { readonly kind: 'authority'; readonly pathLength: number } | { readonly kind: 'leaf' };
  readonly validHours: number;
}

/** Issues an X.509 certificate that is valid from now on, in PEM. */
export async function issueCertificate(order: CertificateOrder, clock: Clock): Promise<string> {
  const signer = order.issuer?.key ?? order.key;
  // Certificates hold whole seconds.
  const notBefore = Math.floor(clock.now() / 1000) * 1000;
  const subject = [{ CN: [order.commonName] }];
  const certificate = await X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject,
    issuer: order.issuer === undefined ? subject : new X509Certificate(order.issuer.certificate).subjectName.toJSON(),
    notBefore: new Date(notBefore),
    notAfter: new Date(notBefore + order.validHours * HOUR_MILLISECONDS),
    publicKey: order.key.keys.publicKey,
    signingKey: signer.keys.privateKey,
    signingAlgorithm: signer.algorithm,
    extensions: await extensions(order, signer),
  });
  return `${certificate.toString('pem')}\n`;
}

/** Makes a certificate signing request whose subject is the common name alone, in PEM. */
export async function createCsr(commonName: string, key: SigningKey): Promise<string> {
  const request = await Pkcs10CertificateRequestGenerator.create({
    name: [{ CN: [commonName] }],
    keys: key.keys,
    signingAlgorithm: key.algorithm,
  });
  return `${request.toString('pem')}\n`;
}

async function extensions(order: CertificateOrder, signer: SigningKey): Promise<Extension[]> {
  const identifiers = [
    await SubjectKeyIdentifierExtension.create(order.key.keys.publicKey),
    await AuthorityKeyIdentifierExtension.create(signer.keys.publicKey),
  ];
  if (order.role.kind === 'authority') {
    return [
      new BasicConstraintsExtension(true, order.role.pathLength, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      ...identifiers,
    ];
  }
  return [
    new BasicConstraintsExtension(false, undefined, true),
    new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
    new ExtendedKeyUsageExtension([ExtendedKeyUsage.clientAuth]),
    ...identifiers,
  ];
}

/** 16 random bytes; the first is kept below 0x80 and above 0 so that the number is positive and has no leading zero. */
function serialNumber(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] as number) & 0x7f) | 0x40;
  return bytes.toString('hex');
}
