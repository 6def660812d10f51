import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { createServer, type Server, type TlsOptions } from 'node:tls';
import {
  BasicConstraintsExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';
import { type Answers, FakeBroker } from './fake-broker';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

/** A certificate and its key in PEM. */
export interface Credential {
  readonly certificate: string;
  readonly key: string;
}

/** What a certificate is to say. */
export interface CredentialOrder {
  readonly name: string;
  readonly dnsNames?: readonly string[];
  /** @default - in an hour */
  readonly validUntil?: Date;
}

/** A certificate authority for one test. */
export class TestAuthority {
  private constructor(
    readonly certificate: string,
    private readonly keys: webcrypto.CryptoKeyPair,
    private readonly name: string,
  ) {}

  static async create(name = 'Test root'): Promise<TestAuthority> {
    const keys = await generateKeys();
    const certificate = await X509CertificateGenerator.createSelfSigned({
      name: `CN=${name}`,
      keys,
      signingAlgorithm: ALGORITHM,
      extensions: [new BasicConstraintsExtension(true, 1, true)],
    });
    return new TestAuthority(certificate.toString('pem'), keys, name);
  }

  async issue({ name, dnsNames = [], validUntil }: CredentialOrder): Promise<Credential> {
    const keys = await generateKeys();
    const certificate = await X509CertificateGenerator.create({
      subject: `CN=${name}`,
      issuer: `CN=${this.name}`,
      notBefore: new Date(Date.now() - 7_200_000),
      notAfter: validUntil ?? new Date(Date.now() + 3_600_000),
      publicKey: keys.publicKey,
      signingKey: this.keys.privateKey,
      signingAlgorithm: ALGORITHM,
      extensions: [new SubjectAlternativeNameExtension(dnsNames.map((value) => ({ type: 'dns', value })))],
    });
    const key = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
    return { certificate: certificate.toString('pem'), key: PemConverter.encode(key, 'PRIVATE KEY') };
  }
}

/** A {@link FakeBroker} behind TLS on a free port of 127.0.0.1. */
export class TlsBroker {
  private constructor(
    readonly broker: FakeBroker,
    private readonly server: Server,
  ) {}

  static async listen(options: TlsOptions, answers: Answers = {}): Promise<TlsBroker> {
    const broker = new FakeBroker(answers);
    const server = createServer(options, (socket) => broker.accept(socket));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new TlsBroker(broker, server);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    for (const { stream } of this.broker.connections) stream.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

function generateKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']) as Promise<webcrypto.CryptoKeyPair>;
}
