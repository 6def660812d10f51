import { ownCommand } from '../../../own-command';
import { belongTogether } from '../../../store/certificate-keys';
import { type Check, failed, ok, unknown } from '../../check';
import type { AzurePorts } from '../ports';
import { storedCertificate, withoutCertificate } from '../stored-certificate';

export const keyAndCertificate: Check<AzurePorts> = {
  name: 'key and certificate',
  what: 'the stored private key belongs to the stored certificate',
  why: 'TLS fails with a key of another certificate',
  run: async (ports) => {
    const { certificate } = storedCertificate(ports);
    if (certificate === undefined) return withoutCertificate(ports);
    const { certificate: pem = '', privateKey, directory } = ports.stored();
    if (privateKey === undefined) return unknown(`${directory} has no private-key.pem; name the store with --store`);
    if (belongTogether(pem, privateKey)) return ok(`thumbprint ${certificate.thumbprint.slice(0, 12)}...`);
    return failed(
      `${directory}/private-key.pem is not the key of client-cert.pem beside it`,
      `put back the key that the certificate was made with, or make both anew with ${ownCommand()} keys --azure and deploy`,
    );
  },
};
