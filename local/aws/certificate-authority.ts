import { createPrivateKey, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import type { Clock } from '../../presence/clock';
import { type Randomness, systemRandomness } from '../../presence/randomness';
import type { CertificateStore } from './certificate-store';
import type { KeyedCertificate } from './keyed-certificate';

/** What a {@link CertificateAuthority} is made of. */
export interface CertificateAuthorityOptions {
  readonly store: CertificateStore;
  readonly clock: Clock;
  /** @default systemRandomness */
  readonly randomness?: Randomness;
  /** Host names and addresses, beside localhost, 127.0.0.1 and ::1, that the broker's certificate is for. @default - none */
  readonly hosts?: readonly string[];
}

/** What waits for its certificate: a signing request, or a device whose key is made here too. */
export interface CertificateOrder {
  /** Names the certificate in the store. */
  readonly key: string;
  /** @default - a key is made, and kept in the store */
  readonly csr?: Buffer;
  /** The property that holds the request, for messages. */
  readonly property: string;
}

const ROOT = 'ca/root';
const SERVER = 'ca/server';
const ROOT_NAME = 'Lastwill embedded root CA';
const HOSTS = ['localhost', '127.0.0.1', '::1'];

/**
 * The CA of the embedded cloud: a root, the broker's own certificate, and certificates for signing requests. What it
 * makes it keeps in the store, so that the next engine trusts and is trusted as this one.
 */
export class CertificateAuthority {
  /** The broker's certificate and key for TLS, in PEM. */
  readonly server: KeyedCertificate;
  readonly #root: KeyedCertificate;
  readonly #rootCertificate: X509Certificate;
  readonly #options: CertificateAuthorityOptions;
  /** Names in the store by certificate. */
  readonly #keys = new Map<string, string>();

  private constructor(root: KeyedCertificate, server: KeyedCertificate, options: CertificateAuthorityOptions) {
    this.#root = root;
    this.#rootCertificate = new X509Certificate(root.certificatePem);
    this.server = server;
    this.#options = options;
  }

  /** Opens the CA that the store holds, or makes one. */
  static async open(options: CertificateAuthorityOptions): Promise<CertificateAuthority> {
    const randomness = options.randomness ?? systemRandomness;
    const root = loadKeyed(options.store, ROOT) ?? (await makeRoot(options.store, randomness));
    const hosts = [...new Set([...HOSTS, ...(options.hosts ?? [])])];
    const kept = loadKeyed(options.store, SERVER);
    const server =
      kept !== undefined && serves(kept, root, hosts) ? kept : await makeServer(options.store, root, hosts, randomness);
    return new CertificateAuthority(root, server, options);
  }

  /** What clients must trust, in PEM. */
  get rootCertificatePem(): string {
    return this.#root.certificatePem;
  }

  /** The certificate that was issued for an order, in PEM. */
  find(key: string): string | undefined {
    const kept = this.#options.store.load(issuedName(key));
    if (kept === undefined || !isIssuedBy(kept, this.#rootCertificate)) return undefined;
    this.#keys.set(kept, key);
    return kept;
  }

  /** The private key of a certificate that was found here, when it was made here too. */
  privateKeyOf(certificatePem: string): string | undefined {
    const key = this.#keys.get(certificatePem);
    return key === undefined ? undefined : this.#options.store.load(keyName(key));
  }

  /**
   * Issues and keeps a certificate for every order: the key and subject of the request, valid to the end of 2049.
   * @returns why requests were refused, each `<property> must be <rule>`; empty when all were signed.
   * @see https://docs.aws.amazon.com/iot/latest/apireference/API_CreateCertificateFromCsr.html
   */
  async issue(orders: readonly CertificateOrder[]): Promise<string[]> {
    const { store, clock, randomness = systemRandomness } = this.#options;
    const { issueFromRequest, issueMinted, openIssuer } = loadIssuing();
    const issuer = await openIssuer(this.#root);
    const problems: string[] = [];
    for (const { key, csr, property } of orders) {
      if (csr === undefined) {
        const minted = await issueMinted(issuer, clock.now(), randomness);
        store.save(keyName(key), minted.privateKeyPem, { secret: true });
        store.save(issuedName(key), minted.certificatePem, { secret: false });
        continue;
      }
      const issued = await issueFromRequest(issuer, csr, clock.now(), randomness);
      if ('refused' in issued) problems.push(`${property} must be ${issued.refused}`);
      else store.save(issuedName(key), issued.certificatePem, { secret: false });
    }
    return problems;
  }
}

// Making certificates takes a library that an engine with all its certificates should not wait for.
function loadIssuing(): typeof import('./certificate-issuing') {
  return require('./certificate-issuing') as typeof import('./certificate-issuing');
}

async function makeRoot(store: CertificateStore, randomness: Randomness): Promise<KeyedCertificate> {
  return keep(store, ROOT, await loadIssuing().issueRoot(ROOT_NAME, randomness));
}

async function makeServer(
  store: CertificateStore,
  root: KeyedCertificate,
  hosts: readonly string[],
  randomness: Randomness,
): Promise<KeyedCertificate> {
  const { issueServer, openIssuer } = loadIssuing();
  return keep(store, SERVER, await issueServer(await openIssuer(root), hosts, randomness));
}

function keep(store: CertificateStore, name: string, made: KeyedCertificate): KeyedCertificate {
  store.save(`${name}.key`, made.privateKeyPem, { secret: true });
  store.save(`${name}.pem`, made.certificatePem, { secret: false });
  return made;
}

function loadKeyed(store: CertificateStore, name: string): KeyedCertificate | undefined {
  const certificatePem = store.load(`${name}.pem`);
  const privateKeyPem = store.load(`${name}.key`);
  if (certificatePem === undefined || privateKeyPem === undefined) return undefined;
  return belongTogether(certificatePem, privateKeyPem) ? { certificatePem, privateKeyPem } : undefined;
}

// A store that a crash or an editor left half written is made anew.
function belongTogether(certificatePem: string, privateKeyPem: string): boolean {
  try {
    return new X509Certificate(certificatePem).checkPrivateKey(createPrivateKey(privateKeyPem));
  } catch {
    return false;
  }
}

function serves(server: KeyedCertificate, root: KeyedCertificate, hosts: readonly string[]): boolean {
  const certificate = new X509Certificate(server.certificatePem);
  return (
    isIssuedBy(server.certificatePem, new X509Certificate(root.certificatePem)) &&
    hosts.every((host) => (isIP(host) === 0 ? certificate.checkHost(host) : certificate.checkIP(host)) !== undefined)
  );
}

// By the root's name and key identifier: the store is trusted, but may be left over from another root.
function isIssuedBy(certificatePem: string, root: X509Certificate): boolean {
  try {
    return new X509Certificate(certificatePem).checkIssued(root);
  } catch {
    return false;
  }
}

function issuedName(key: string): string {
  return `issued/${key}.pem`;
}

function keyName(key: string): string {
  return `issued/${key}.key`;
}
