import { belongTogether } from '../../../store/certificate-keys';
import { type Check, failed, ok, unknown } from '../../check';
import { deviceCertificate } from '../device-certificate';
import type { AwsPorts } from '../ports';

export const keyAndCertificate: Check<AwsPorts> = {
  name: 'key and certificate',
  what: 'the stored private key belongs to the certificate',
  why: 'TLS fails with a key of another certificate',
  run: async (ports) => {
    const { certificate, problem } = await deviceCertificate(ports);
    if (certificate === undefined) return problem;
    const { privateKey, directory } = ports.stored();
    if (privateKey === undefined) return unknown(`${directory} has no private-key.pem; name the store with --store`);
    if (belongTogether(certificate.pem, privateKey)) return ok(`certificate ${certificate.id.slice(0, 12)}...`);
    return failed(
      `${directory}/private-key.pem is not the key of certificate ${certificate.id}`,
      'use the key that its signing request was made with, or deploy a new request',
    );
  },
};
