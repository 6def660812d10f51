import { App, Stack, Token } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Certificate, CertificateStatus } from '../../../constructs/aws';
import { fixtureCertificate } from '../../fixtures/certificates';
import { fixtureCsr } from '../../fixtures/store';

let stack: Stack;
beforeEach(() => {
  stack = new Stack(new App(), 'Stack');
});

const PEM = `-----BEGIN CERTIFICATE-----
MIIBfTCCASOgAwIBAgIUY==
-----END CERTIFICATE-----
`;

test('a signing request is handed over as text and its certificate is active', () => {
  Certificate.fromCsr(stack, 'Certificate', fixtureCsr('lwtThing'));

  Template.fromStack(stack).hasResourceProperties('AWS::IoT::Certificate', {
    Status: 'ACTIVE',
    CertificateSigningRequest: fixtureCsr('lwtThing'),
    CertificatePem: Match.absent(),
    CertificateMode: Match.absent(),
  });
});

test('a certificate that somebody else signed is registered without its CA (SNI_ONLY)', () => {
  const pem = fixtureCertificate('device');

  Certificate.fromPem(stack, 'Certificate', pem, { status: CertificateStatus.INACTIVE });

  Template.fromStack(stack).hasResourceProperties('AWS::IoT::Certificate', {
    Status: 'INACTIVE',
    CertificatePem: pem,
    CertificateMode: 'SNI_ONLY',
    CertificateSigningRequest: Match.absent(),
  });
});

test('a certificate that exists is known by its ARN', () => {
  const certificate = Certificate.fromCertificateArn(
    stack,
    'Certificate',
    'arn:aws:iot:eu-west-1:123456789012:cert/0a1b',
  );

  expect(certificate.certificateId).toBe('0a1b');
  Template.fromStack(stack).resourceCountIs('AWS::IoT::Certificate', 0);
});

test('text that is known only at deployment is not checked', () => {
  Certificate.fromCsr(stack, 'Certificate', Token.asString({ Ref: 'Csr' }));

  Template.fromStack(stack).hasResourceProperties('AWS::IoT::Certificate', {
    CertificateSigningRequest: { Ref: 'Csr' },
  });
});

test.each([
  [
    'a path instead of the contents',
    () => Certificate.fromCsr(stack, 'Certificate', 'certificates/aws/pump7/client.csr'),
    "certificateSigningRequest must be the text of a certificate signing request in PEM, got 'certificates/aws/pump7/client.csr (pass the contents of the file, not its path)'",
  ],
  [
    'a private key instead of a request',
    () =>
      Certificate.fromCsr(stack, 'Certificate', '-----BEGIN PRIVATE KEY-----\nMC4CAQ==\n-----END PRIVATE KEY-----\n'),
    'certificateSigningRequest must be free of private keys: a key stays where it was made and never enters a template',
  ],
  [
    'a private key beside the certificate',
    () =>
      Certificate.fromPem(
        stack,
        'Certificate',
        `${PEM}-----BEGIN EC PRIVATE KEY-----\nMC4CAQ==\n-----END EC PRIVATE KEY-----\n`,
      ),
    'certificatePem must be free of private keys: a key stays where it was made and never enters a template',
  ],
  [
    'a certificate that cannot be read',
    () => Certificate.fromPem(stack, 'Certificate', PEM),
    "certificatePem must be the text of one X.509 certificate in PEM, got '78 characters of other text'",
  ],
  [
    'neither request nor certificate',
    () => new Certificate(stack, 'Certificate', {}),
    'Stack/Certificate: exactly one of certificateSigningRequest and certificatePem must be given',
  ],
  [
    'an ARN of something else',
    () => Certificate.fromCertificateArn(stack, 'Certificate', 'arn:aws:iot:eu-west-1:123456789012:thing/pump7'),
    "certificateArn must be the ARN of a certificate, got 'arn:aws:iot:eu-west-1:123456789012:thing/pump7'",
  ],
])('fails for %s', (_, create, message) => {
  expect(create).toThrow(message);
});
