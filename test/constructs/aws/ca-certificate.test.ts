import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { CaCertificate, Certificate, ProvisioningTemplate } from '../../../constructs/aws';
import { fixtureCertificate, makeSelfSigned } from '../../fixtures/certificates';

const caCertificatePem = fixtureCertificate('authority');
const leaf = fixtureCertificate('device');

let stack: Stack;
beforeEach(() => {
  stack = new Stack(new App(), 'Stack');
});

test('an authority is registered without proof, then devices send the server name', () => {
  new CaCertificate(stack, 'Ca', { caCertificatePem });

  Template.fromStack(stack).hasResourceProperties('AWS::IoT::CACertificate', {
    CACertificatePem: caCertificatePem,
    Status: 'ACTIVE',
    CertificateMode: 'SNI_ONLY',
    AutoRegistrationStatus: Match.absent(),
  });
});

test('an authority is registered with proof, for devices that register themselves by a template', () => {
  new CaCertificate(stack, 'Ca', {
    caCertificatePem,
    verificationCertificatePem: leaf,
    active: false,
    provisioningTemplate: ProvisioningTemplate.fromTemplateName(stack, 'Template', 'pumps'),
  });

  Template.fromStack(stack).hasResourceProperties('AWS::IoT::CACertificate', {
    VerificationCertificatePem: leaf,
    Status: 'INACTIVE',
    CertificateMode: 'DEFAULT',
    AutoRegistrationStatus: 'ENABLE',
    RegistrationConfig: { TemplateName: 'pumps' },
  });
});

test('a certificate under the authority is registered after it', () => {
  const caCertificate = new CaCertificate(stack, 'Ca', { caCertificatePem });
  Certificate.fromPem(stack, 'Certificate', leaf, { caCertificate });

  const template = Template.fromStack(stack);
  const [ca] = Object.keys(template.findResources('AWS::IoT::CACertificate'));
  template.hasResource('AWS::IoT::Certificate', {
    DependsOn: [ca],
    Properties: { CertificatePem: leaf, CACertificatePem: caCertificatePem, CertificateMode: 'DEFAULT' },
  });
});

test('an authority that exists is known by its ARN', () => {
  const arn = 'arn:aws:iot:eu-west-1:123456789012:cacert/0a1b';

  expect(CaCertificate.fromCaCertificateArn(stack, 'Ca', arn).caCertificateId).toBe('0a1b');
});

test.each([
  ['a certificate of no authority', leaf, 'caCertificatePem must be the certificate of an authority (CA:TRUE)'],
  [
    'a key',
    '-----BEGIN PRIVATE KEY-----\nMC4CAQ==\n-----END PRIVATE KEY-----\n',
    'caCertificatePem must be free of private keys: a key never enters a template',
  ],
  [
    'a path',
    'ca.pem',
    "caCertificatePem must be the text of one X.509 certificate in PEM, got '6 characters of other text'",
  ],
])('fails for %s', (_, pem, message) => {
  expect(() => new CaCertificate(stack, 'Ca', { caCertificatePem: pem })).toThrow(message);
});

const ARN = 'arn:aws:iot:eu-west-1:123456789012:cacert/0a1b';

test('a certificate is registered under an authority that was imported with its text', () => {
  const caCertificate = CaCertificate.fromCaCertificateAttributes(stack, 'Ca', {
    caCertificateArn: ARN,
    caCertificatePem,
  });
  Certificate.fromPem(stack, 'Certificate', leaf, { caCertificate });

  expect(caCertificate.caCertificateId).toBe('0a1b');
  Template.fromStack(stack).hasResourceProperties('AWS::IoT::Certificate', {
    CertificatePem: leaf,
    CACertificatePem: caCertificatePem,
    CertificateMode: 'DEFAULT',
  });
});

test('fails to register a certificate under an authority whose text is not known, or is none', () => {
  const caCertificate = CaCertificate.fromCaCertificateArn(stack, 'Ca', ARN);
  const attributes = { caCertificateArn: ARN, caCertificatePem: leaf };

  expect(() => Certificate.fromPem(stack, 'Certificate', leaf, { caCertificate })).toThrow(
    'caCertificate must be known with its PEM, Stack/Ca was imported by its ARN alone; use CaCertificate.fromCaCertificateAttributes()',
  );
  expect(() => CaCertificate.fromCaCertificateAttributes(stack, 'Leaf', attributes)).toThrow(
    'caCertificatePem must be the certificate of an authority (CA:TRUE)',
  );
});

test('fails for a certificate that the authority has not signed', async () => {
  const caCertificate = new CaCertificate(stack, 'Ca', { caCertificatePem });
  const { certificate } = await makeSelfSigned('stranger');

  expect(() => Certificate.fromPem(stack, 'Certificate', certificate.toString(), { caCertificate })).toThrow(
    'certificatePem must be signed by caCertificate, Stack/Ca has not signed it',
  );
});
