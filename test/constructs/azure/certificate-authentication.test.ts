import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { CertificateAuthentication } from '../../../constructs/azure';

const pemOf = (name: string): string => readFileSync(`test/fixtures/azure/${name}.pem`, 'utf8');

test('certificates whose text is at hand are known by their thumbprints', () => {
  const { scheme, thumbprints } = CertificateAuthentication.byCertificate(pemOf('sensor1'), pemOf('sensor2'));

  expect(scheme).toBe('ThumbprintMatch');
  expect(thumbprints).toEqual(
    ['sensor1', 'sensor2'].map((name) =>
      new X509Certificate(pemOf(name)).fingerprint256.replaceAll(':', '').toLowerCase(),
    ),
  );
});

test.each([
  [
    'the path of a file',
    'sensor1.pem',
    "certificatePems[0] must be the PEM text of one certificate, got 'sensor1.pem'",
  ],
  ['a chain', pemOf('sensor1') + pemOf('intermediate'), 'certificatePems[0] must be the PEM text of one certificate'],
])('fails on %s instead of a certificate', (_, pem, message) => {
  expect(() => CertificateAuthentication.byCertificate(pem)).toThrow(message);
});

test.each([CertificateAuthentication.byCertificate, CertificateAuthentication.byThumbprint])(
  'fails on a private key without repeating it: %#',
  (authenticate) => {
    const key = '-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----';
    const message = ((): string => {
      try {
        authenticate(key);
      } catch (error) {
        return String(error);
      }
      return '';
    })();

    expect(message).toMatch(/\[0\] must be .* got 'a text in PEM/);
    expect(message).not.toContain('c2VjcmV0');
  },
);
