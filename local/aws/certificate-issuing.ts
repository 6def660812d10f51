import 'reflect-metadata';
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, webcrypto } from 'node:crypto';
import { isIP } from 'node:net';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type Extension,
  type JsonName,
  KeyUsageFlags,
  KeyUsagesExtension,
  Pkcs10CertificateRequest,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';
import type { Randomness } from '../../presence/randomness';
import type { KeyedCertificate } from './keyed-certificate';

/** Certificates that AWS issues expire at that time. @see https://docs.aws.amazon.com/iot/latest/developerguide/device-certs-create.html */
const NOT_AFTER = Date.UTC(2049, 11, 31, 23, 59, 59);

// Fixed, so that an engine on a test's clock and clients on the machine's both find the broker's certificates valid.
const NOT_BEFORE = Date.UTC(2020, 0, 1);

const SIGNATURE = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

const { subtle } = webcrypto;

/**
 * Makes a CA of its own: EC P-256, signs leaves only.
 * @public loaded where it is needed
 */
export async function issueRoot(commonName: string, randomness: Randomness): Promise<KeyedCertificate> {
  const { privateKeyPem, keys } = await newKeys();
  const certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(randomness),
    name: [{ CN: [commonName] }],
    notBefore: new Date(NOT_BEFORE),
    notAfter: new Date(NOT_AFTER),
    keys,
    signingAlgorithm: SIGNATURE,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { privateKeyPem, certificatePem: `${certificate.toString('pem')}\n` };
}

/** A CA with its keys ready to sign. */
interface Issuer {
  readonly name: JsonName;
  readonly keys: webcrypto.CryptoKeyPair;
}

/**
 * Makes a CA ready to sign any number of certificates.
 * @public loaded where it is needed
 */
export async function openIssuer(root: KeyedCertificate): Promise<Issuer> {
  const name = new X509Certificate(root.certificatePem).subjectName.toJSON();
  return { name, keys: await importKeys(createPrivateKey(root.privateKeyPem)) };
}

/**
 * Makes a TLS server's certificate for host names and IP addresses.
 * @public loaded where it is needed
 */
export async function issueServer(
  issuer: Issuer,
  hosts: readonly string[],
  randomness: Randomness,
): Promise<KeyedCertificate> {
  const { privateKeyPem, keys } = await newKeys();
  const names = hosts.map((host) => ({ type: isIP(host) === 0 ? ('dns' as const) : ('ip' as const), value: host }));
  const certificatePem = await issue(issuer, {
    serialNumber: serialNumber(randomness),
    subject: [{ CN: [hosts[0] ?? 'localhost'] }],
    notBefore: NOT_BEFORE,
    publicKey: keys.publicKey,
    usage: ExtendedKeyUsage.serverAuth,
    extensions: [new SubjectAlternativeNameExtension(names)],
  });
  return { privateKeyPem, certificatePem };
}

/**
 * Signs a device's certificate: the request's key and subject, valid from `notBefore` to the end of 2049.
 * @param request DER of a PKCS #10 request
 * @returns the certificate in PEM, or why the request is refused, worded to follow "must be"
 * @public loaded where it is needed
 */
export async function issueFromRequest(
  issuer: Issuer,
  request: Buffer,
  notBefore: number,
  randomness: Randomness,
): Promise<{ readonly certificatePem: string } | { readonly refused: string }> {
  const parsed = parseRequest(request);
  if (parsed === undefined) return { refused: 'a certificate signing request in PEM' };
  const refused = keyProblem(
    createPublicKey({ key: Buffer.from(parsed.publicKey.rawData), format: 'der', type: 'spki' }),
  );
  if (refused !== undefined) return { refused };
  if (!(await verifies(parsed))) return { refused: 'a certificate signing request that its own key has signed' };
  const certificatePem = await issue(issuer, {
    serialNumber: serialNumber(randomness),
    subject: parsed.subject === '' ? [{ CN: ['AWS IoT Certificate'] }] : parsed.subjectName.toJSON(),
    notBefore,
    publicKey: parsed.publicKey,
    usage: ExtendedKeyUsage.clientAuth,
    extensions: [],
  });
  return { certificatePem };
}

/**
 * Makes a device's key and signs its certificate, valid from `notBefore` to the end of 2049.
 * @public loaded where it is needed
 */
export async function issueMinted(
  issuer: Issuer,
  notBefore: number,
  randomness: Randomness,
): Promise<KeyedCertificate> {
  const { privateKeyPem, keys } = await newKeys();
  const certificatePem = await issue(issuer, {
    serialNumber: serialNumber(randomness),
    subject: [{ CN: ['AWS IoT Certificate'] }],
    notBefore,
    publicKey: keys.publicKey,
    usage: ExtendedKeyUsage.clientAuth,
    extensions: [],
  });
  return { privateKeyPem, certificatePem };
}

interface Order {
  readonly serialNumber: string;
  readonly subject: JsonName;
  /** Milliseconds since 1970. */
  readonly notBefore: number;
  readonly publicKey: webcrypto.CryptoKey | Pkcs10CertificateRequest['publicKey'];
  readonly usage: ExtendedKeyUsage;
  readonly extensions: readonly Extension[];
}

async function issue({ name, keys }: Issuer, order: Order): Promise<string> {
  const certificate = await X509CertificateGenerator.create({
    serialNumber: order.serialNumber,
    subject: order.subject,
    issuer: name,
    notBefore: new Date(Math.floor(order.notBefore / 1000) * 1000),
    notAfter: new Date(NOT_AFTER),
    publicKey: order.publicKey,
    signingKey: keys.privateKey,
    signingAlgorithm: SIGNATURE,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([order.usage]),
      await SubjectKeyIdentifierExtension.create(order.publicKey),
      await AuthorityKeyIdentifierExtension.create(keys.publicKey),
      ...order.extensions,
    ],
  });
  return `${certificate.toString('pem')}\n`;
}

async function newKeys(): Promise<{ readonly privateKeyPem: string; readonly keys: webcrypto.CryptoKeyPair }> {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const privateKeyPem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  return { privateKeyPem, keys: await importKeys(privateKey) };
}

async function importKeys(key: KeyObject): Promise<webcrypto.CryptoKeyPair> {
  const spki = createPublicKey(key).export({ type: 'spki', format: 'der' });
  const [privateKey, publicKey] = await Promise.all([
    subtle.importKey('pkcs8', key.export({ type: 'pkcs8', format: 'der' }), SIGNATURE, true, ['sign']),
    subtle.importKey('spki', spki, SIGNATURE, true, ['verify']),
  ]);
  return { privateKey, publicKey };
}

function parseRequest(der: Buffer): Pkcs10CertificateRequest | undefined {
  try {
    return new Pkcs10CertificateRequest(der);
  } catch {
    return undefined;
  }
}

async function verifies(request: Pkcs10CertificateRequest): Promise<boolean> {
  try {
    return await request.verify();
  } catch {
    return false;
  }
}

// @see https://docs.aws.amazon.com/iot/latest/apireference/API_CreateCertificateFromCsr.html
function keyProblem(key: KeyObject): string | undefined {
  const { modulusLength = 0, namedCurve = '' } = key.asymmetricKeyDetails ?? {};
  const accepted =
    key.asymmetricKeyType === 'rsa'
      ? modulusLength >= 2_048
      : key.asymmetricKeyType === 'ec' && ['prime256v1', 'secp384r1', 'secp521r1'].includes(namedCurve);
  return accepted ? undefined : 'a request for an RSA key of at least 2048 bits or an EC key on P-256, P-384 or P-521';
}

// Positive and without a leading zero: the first digit lies between 4 and 7.
function serialNumber(randomness: Randomness): string {
  return `4${randomness.uuid().replaceAll('-', '').slice(1)}`;
}
