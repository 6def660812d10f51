import { X509Certificate } from 'node:crypto';
import { CertificateAuthority } from '../../../local/aws/certificate-authority';
import { type CertificateStore, memoryCertificateStore } from '../../../local/aws/certificate-store';
import { ManualClock } from '../../../presence/clock';
import { fixtureCsr } from '../../fixtures/store';
import { certificate, registryOf, registryWith, sha256, thingAttachment } from './account';

function open(store: CertificateStore) {
  return CertificateAuthority.open({ store, clock: new ManualClock() });
}

test('Ref of a certificate is the SHA-256 of its DER, Arn and Id follow [https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iot-certificate.html]', async () => {
  const authority = await open(memoryCertificateStore());

  const { registry, resolved } = await registryWith(authority, { Certificate: certificate(fixtureCsr('lwtThing')) });

  const registered = registry.findCertificate('Certificate');
  const id = sha256(new X509Certificate(registered?.pem ?? '').raw);
  expect(resolved[0]?.resources[0]).toMatchObject({
    ref: id,
    attributes: { Arn: `arn:aws:iot:us-east-1:123456789012:cert/${id}`, Id: id },
  });
  expect(registered).toMatchObject({ id, status: 'ACTIVE' });
});

test('what refers to a certificate gets the id of the real one', async () => {
  const registry = await registryOf({
    Thing: { Type: 'AWS::IoT::Thing', Properties: { ThingName: 'lwtThing' } },
    Certificate: certificate(fixtureCsr('lwtThing')),
    Attachment: thingAttachment('Thing', 'Certificate'),
  });

  expect(registry.thingsOf(registry.findCertificate('Certificate')?.arn ?? '')).toEqual([
    { thingName: 'lwtThing', exclusive: false },
  ]);
});

test('an unchanged request keeps its certificate, also under another logical id', async () => {
  const store = memoryCertificateStore();
  const first = await registryWith(await open(store), { One: certificate(fixtureCsr('lwtThing')) });

  const second = await registryWith(await open(store), { Other: certificate(fixtureCsr('lwtThing')) });

  expect([...second.registry.certificates.keys()]).toEqual([...first.registry.certificates.keys()]);
});

test('the same request in two resources gives two certificates, the same ones again', async () => {
  const store = memoryCertificateStore();
  const twice = { One: certificate(fixtureCsr('lwtThing')), Two: certificate(fixtureCsr('lwtThing')) };
  const first = await registryWith(await open(store), twice);

  const second = await registryWith(await open(store), twice);

  expect(new Set(first.registry.certificates.keys()).size).toBe(2);
  expect([...second.registry.certificates.keys()]).toEqual([...first.registry.certificates.keys()]);
});

test('a certificate in PEM is registered as it is, with or without a CA', async () => {
  const authority = await open(memoryCertificateStore());
  const pem = authority.server.certificatePem;
  const ca = authority.rootCertificatePem;

  const withoutCa = await registryOf({
    C: {
      Type: 'AWS::IoT::Certificate',
      Properties: { Status: 'INACTIVE', CertificateMode: 'SNI_ONLY', CertificatePem: pem },
    },
  });
  const withCa = await registryOf({
    C: { Type: 'AWS::IoT::Certificate', Properties: { Status: 'ACTIVE', CertificatePem: pem, CACertificatePem: ca } },
  });

  const id = sha256(new X509Certificate(pem).raw);
  expect(withoutCa.certificates.get(id)).toMatchObject({ pem, status: 'INACTIVE' });
  expect(withCa.certificates.get(id)).toMatchObject({ pem, status: 'ACTIVE' });
});

test('fails for a request that is a path, with stack, logical id and property', async () => {
  await expect(registryOf({ Certificate: certificate('./client.csr') })).rejects.toThrow(
    'a: Resources.Certificate.Properties.CertificateSigningRequest must be a certificate signing request in PEM: its text, not the path of a file',
  );
});

test('fails for a request that was tampered with', async () => {
  const body = fixtureCsr('lwtThing').split('\n');
  const last = body.length - 3;
  body[last] = (body[last] ?? '').replace(/.{4}$/, 'AAAA');

  await expect(registryOf({ Certificate: certificate(body.join('\n')) })).rejects.toThrow(
    /a: Resources\.Certificate\.Properties\.CertificateSigningRequest must be a certificate signing request/,
  );
});
