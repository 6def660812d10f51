import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, createServer } from 'node:tls';
import { CertificateAuthority } from '../../../local/aws/certificate-authority';
import { type CertificateStore, memoryCertificateStore } from '../../../local/aws/certificate-store';
import { derOf } from '../../../local/aws/pem';
import { ManualClock } from '../../../presence/clock';
import { fixtureCsr } from '../../fixtures/store';
import { testCsr } from './csr';

const clock = new ManualClock();

function open(store: CertificateStore = memoryCertificateStore(), hosts?: readonly string[]) {
  return CertificateAuthority.open({ store, clock, hosts });
}

function csrDer(pem: string): Buffer {
  return derOf(pem, 'CERTIFICATE REQUEST') as Buffer;
}

test.each(['TLSv1.2', 'TLSv1.3'] as const)(
  '%s clients that trust the root verify the broker by name and by address',
  async (version) => {
    const authority = await open();
    const { certificatePem: cert, privateKeyPem: key } = authority.server;
    const server = createServer({ cert, key }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const limits = { minVersion: version, maxVersion: version, ca: authority.rootCertificatePem };

    const byName = connect({ port, host: '127.0.0.1', servername: 'localhost', ...limits });
    const byAddress = connect({ port, host: '127.0.0.1', ...limits });
    const sockets = [byName, byAddress];
    try {
      await Promise.all(sockets.map((socket) => once(socket, 'secureConnect')));

      expect(sockets.map((socket) => [socket.authorized, socket.getProtocol()])).toEqual([
        [true, version],
        [true, version],
      ]);
    } finally {
      for (const socket of sockets) socket.destroy();
      server.close();
    }
  },
);

test('the server certificate is for localhost, 127.0.0.1, ::1 and the hosts that were asked for', async () => {
  const { server } = await open(undefined, ['broker.test', '10.1.2.3']);
  const certificate = new X509Certificate(server.certificatePem);

  expect(['localhost', 'broker.test', 'other.test'].map((host) => certificate.checkHost(host))).toEqual([
    'localhost',
    'broker.test',
    undefined,
  ]);
  expect(['127.0.0.1', '::1', '10.1.2.3', '10.1.2.4'].map((address) => certificate.checkIP(address))).toEqual([
    '127.0.0.1',
    '::1',
    '10.1.2.3',
    undefined,
  ]);
});

test('the root is a CA for leaves only, on P-256', async () => {
  const root = new X509Certificate((await open()).rootCertificatePem);

  expect(root.ca).toBe(true);
  expect(root.verify(root.publicKey)).toBe(true);
  expect(root.publicKey.asymmetricKeyDetails).toEqual({ namedCurve: 'prime256v1' });
});

test('root and server certificate are kept in the store, their keys as secrets', async () => {
  const saved = new Map<string, { text: string; secret: boolean }>();
  const store: CertificateStore = {
    load: (name) => saved.get(name)?.text,
    save: (name, text, { secret }) => void saved.set(name, { text, secret }),
  };

  const first = await open(store);
  const second = await open(store);

  expect(second.rootCertificatePem).toBe(first.rootCertificatePem);
  expect(second.server).toEqual(first.server);
  expect([...saved].map(([name, { secret }]) => [name, secret])).toEqual([
    ['ca/root.key', true],
    ['ca/root.pem', false],
    ['ca/server.key', true],
    ['ca/server.pem', false],
  ]);
});

test('a new host gives a new server certificate from the same root', async () => {
  const store = memoryCertificateStore();
  const first = await open(store);

  const second = await open(store, ['broker.test']);

  expect(second.rootCertificatePem).toBe(first.rootCertificatePem);
  expect(second.server.certificatePem).not.toBe(first.server.certificatePem);
});

test('a store with a key that does not belong to the root makes a new root', async () => {
  const store = memoryCertificateStore();
  const first = await open(store);
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  store.save('ca/root.key', privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), { secret: true });

  const second = await open(store);

  expect(second.rootCertificatePem).not.toBe(first.rootCertificatePem);
});

test('a request is signed with its own key and subject, to the end of 2049 [https://docs.aws.amazon.com/iot/latest/developerguide/device-certs-create.html]', async () => {
  const authority = await open();

  const problems = await authority.issue([{ key: 'k', csr: csrDer(fixtureCsr('lwtThing')), property: 'p' }]);

  const certificate = new X509Certificate(authority.find('k') as string);
  expect(problems).toEqual([]);
  expect(certificate.subject).toBe('CN=lwtThing');
  expect(certificate.validFrom).toBe('Jan  1 00:00:00 2026 GMT');
  expect(certificate.validTo).toBe('Dec 31 23:59:59 2049 GMT');
  expect(certificate.ca).toBe(false);
  expect(certificate.verify(new X509Certificate(authority.rootCertificatePem).publicKey)).toBe(true);
});

test.each([
  ['RSA with 2048 bits', 'rsa:2048'],
  ['P-384', 'P-384'],
] as const)('a request for a key on %s is signed', async (_, kind) => {
  const authority = await open();
  const { csr, publicKey } = await testCsr(kind);

  expect(await authority.issue([{ key: 'k', csr: csrDer(csr), property: 'p' }])).toEqual([]);
  expect(new X509Certificate(authority.find('k') as string).publicKey.equals(publicKey)).toBe(true);
});

test('requests that cannot be signed are all named with the reason', async () => {
  const authority = await open();
  const tampered = csrDer(fixtureCsr('lwtThing'));
  tampered[tampered.length - 1] = (tampered.at(-1) as number) ^ 1;

  const problems = await authority.issue([
    { key: 'a', csr: Buffer.from('no DER'), property: 'A' },
    { key: 'b', csr: tampered, property: 'B' },
    { key: 'c', csr: csrDer((await testCsr('rsa:1024')).csr), property: 'C' },
  ]);

  expect(problems).toEqual([
    'A must be a certificate signing request in PEM',
    'B must be a certificate signing request that its own key has signed',
    'C must be a request for an RSA key of at least 2048 bits or an EC key on P-256, P-384 or P-521',
  ]);
  expect(['a', 'b', 'c'].map((key) => authority.find(key))).toEqual([undefined, undefined, undefined]);
});

test('a certificate that another root has issued is not taken from the store', async () => {
  const store = memoryCertificateStore();
  await (await open(store)).issue([{ key: 'k', csr: csrDer(fixtureCsr('pump7')), property: 'p' }]);
  const kept = store.load('issued/k.pem') as string;
  const other = memoryCertificateStore();
  other.save('issued/k.pem', kept, { secret: false });

  expect((await open(store)).find('k')).toBe(kept);
  expect((await open(other)).find('k')).toBeUndefined();
});
