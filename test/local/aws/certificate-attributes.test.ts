import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import { SubjectAlternativeNameExtension, X509CertificateGenerator } from '@peculiar/x509';
import { certificateAttributes } from '../../../local/aws/certificate-attributes';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

async function attributesOf(
  name: string,
  alternativeNames: ConstructorParameters<typeof SubjectAlternativeNameExtension>[0],
) {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name,
    keys,
    signingAlgorithm: ALGORITHM,
    serialNumber: '0a1b',
    extensions: [new SubjectAlternativeNameExtension(alternativeNames)],
  });
  return certificateAttributes(Buffer.from(certificate.rawData));
}

test('names, alternative names and serial number have the names of their policy variables [https://docs.aws.amazon.com/iot/latest/developerguide/cert-policy-variables.html]', async () => {
  const attributes = await attributesOf('CN=pump\\, seven, OU=south, OU=a\\+b, O=Zürich, C=CH, ST=ZH', [
    { type: 'dns', value: 'a.test' },
    { type: 'dns', value: 'b.test' },
    { type: 'email', value: 'ops@a.test' },
    { type: 'url', value: 'https://a.test/x' },
    { type: 'ip', value: '10.0.0.1' },
  ]);

  expect(Object.fromEntries(attributes)).toEqual({
    'Subject.CommonName': ['pump, seven'],
    'Subject.OrganizationalUnit': ['south', 'a+b'],
    'Subject.Organization': ['Zürich'],
    'Subject.Country': ['CH'],
    'Subject.State': ['ZH'],
    'Issuer.CommonName': ['pump, seven'],
    'Issuer.OrganizationalUnit': ['south', 'a+b'],
    'Issuer.Organization': ['Zürich'],
    'Issuer.Country': ['CH'],
    'Issuer.State': ['ZH'],
    'Subject.AlternativeName.DNSName': ['a.test', 'b.test'],
    'Subject.AlternativeName.RFC822Name': ['ops@a.test'],
    'Subject.AlternativeName.UniformResourceIdentifier': ['https://a.test/x'],
    'Subject.AlternativeName.IPAddress': ['10.0.0.1'],
    SerialNumber: ['0a1b'],
  });
});

test('TLS still works after a certificate has been read', async () => {
  await attributesOf('CN=a', [{ type: 'dns', value: 'a.test' }]);

  const { createServer } = await import('node:tls');

  expect(() => createServer({}).close()).not.toThrow();
});
