import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type CertifiedClient,
  judgeCertificate,
  normalizeThumbprint,
  readCaCertificate,
} from '../../../semantics/event-grid/certificate-authentication';
import { ClientCertificate } from '../../../semantics/event-grid/client-certificate';

const pem = (name: string): string => readFileSync(join(__dirname, '../../fixtures/azure', `${name}.pem`), 'utf8');
const sensor1 = ClientCertificate.read(new X509Certificate(pem('sensor1')).raw) as ClientCertificate;
const intermediate = new X509Certificate(pem('intermediate'));
const byThumbprint = (...thumbprints: string[]): CertifiedClient => ({
  name: 'sensor1',
  authenticationName: 'sensor1',
  scheme: 'Thumbprint',
  thumbprints,
});
const bySubject: CertifiedClient = { name: 's', authenticationName: 'SENSOR1', scheme: 'Subject', thumbprints: [] };

// https://learn.microsoft.com/en-us/azure/event-grid/mqtt-client-certificate-authentication
test('a certificate whose SHA-256 is one of the two thumbprints is accepted without any authority', () => {
  expect(judgeCertificate(byThumbprint('0'.repeat(64), sensor1.thumbprint), sensor1, [])).toEqual({ kind: 'accepted' });
});

test('one whose SHA-1 is listed is accepted as such: what Azure makes of it is not documented', () => {
  expect(judgeCertificate(byThumbprint(sensor1.sha1Thumbprint), sensor1, [])).toEqual({ kind: 'acceptedBySha1' });
});

test('a certificate with no thumbprint of the client is refused', () => {
  expect(judgeCertificate(byThumbprint(), sensor1, [intermediate])).toEqual({
    kind: 'refused',
    reason: `the certificate's thumbprint is ${sensor1.thumbprint}, but the client 'sensor1' has none`,
  });
});

test('a common name is compared whatever its case, under the CA certificate that signed', () => {
  expect(judgeCertificate(bySubject, sensor1, [intermediate])).toEqual({ kind: 'accepted' });
});

test('the root is not enough: the CA certificate must be the one that signed', () => {
  expect(judgeCertificate(bySubject, sensor1, [new X509Certificate(pem('root'))]).kind).toBe('refused');
});

test('a field that holds another name is refused with that name', () => {
  expect(judgeCertificate({ ...bySubject, scheme: 'Dns' }, sensor1, [intermediate])).toEqual({
    kind: 'refused',
    reason: "the certificate's Dns must be the authentication name 'SENSOR1', it holds 'sensor1.example'",
  });
});

// https://learn.microsoft.com/en-us/azure/event-grid/mqtt-certificate-chain-client-authentication
test.each([
  ['with line breaks', pem('intermediate')],
  ['without line breaks', pem('intermediate').replaceAll('\n', '')],
  ['with escaped line breaks', pem('intermediate').replaceAll('\n', '\\n')],
])('a CA certificate is read %s', (_how, text) => {
  expect(readCaCertificate(text)?.fingerprint256).toBe(intermediate.fingerprint256);
});

test.each(['', 'scribble', '-----BEGIN CERTIFICATE-----AAAA-----END CERTIFICATE-----'])(
  "'%s' is no CA certificate",
  (text) => {
    expect(readCaCertificate(text)).toBeUndefined();
  },
);

test('a thumbprint is compared without colons, spaces and case', () => {
  expect(normalizeThumbprint('AB:cd 0F')).toBe('abcd0f');
});
