import { X509Certificate } from 'node:crypto';
import {
  belongTogether,
  publicKeyOfCertificate,
  publicKeyOfPrivate,
  thumbprintOf,
} from '../../../bin/store/certificate-keys';
import { makeSelfSigned } from '../../fixtures/certificates';

test('a certificate and its key have one public key', async () => {
  const { certificate, privateKey } = await makeSelfSigned('pump7');

  expect(publicKeyOfCertificate(certificate.toString())).toEqual(publicKeyOfPrivate(privateKey.toString()));
  expect(belongTogether(certificate.toString(), privateKey.toString())).toBe(true);
});

test('a certificate does not belong to another key, nor to what is no key', async () => {
  const [own, other] = [await makeSelfSigned('pump7'), await makeSelfSigned('pump7')];

  expect(belongTogether(own.certificate.toString(), other.privateKey.toString())).toBe(false);
  expect(belongTogether(own.certificate.toString(), 'no key')).toBe(false);
  expect(belongTogether('no certificate', own.privateKey.toString())).toBe(false);
});

test('a thumbprint is the SHA-256 of the certificate in lower-case hexadecimal digits', async () => {
  const certificate = new X509Certificate((await makeSelfSigned('pump7')).certificate);
  const digest = await crypto.subtle.digest('SHA-256', certificate.raw);

  expect(thumbprintOf(certificate)).toBe(Buffer.from(digest).toString('hex'));
});
