import { X509Certificate } from 'node:crypto';
import { ownCommand } from '../../../own-command';
import { type Check, failed, ok } from '../../check';
import { deviceCertificate, withoutCertificate } from '../device-certificate';
import type { AwsPorts } from '../ports';

export const certificateValid: Check<AwsPorts> = {
  name: 'certificate valid',
  what: 'the certificate is active and its time has come and not passed',
  why: 'AWS IoT Core lets no device in with any other',
  run: async (ports) => {
    const { certificate, problem } = await deviceCertificate(ports);
    if (certificate === undefined) return withoutCertificate(problem);
    const { id, pem, status } = certificate;
    if (status !== 'ACTIVE') {
      return failed(`certificate ${id} is ${status}`, `activate it: set status: 'ACTIVE' in its stack and deploy`);
    }
    const { validFrom, validTo } = new X509Certificate(pem);
    const now = ports.clock.now();
    if (now > Date.parse(validTo)) {
      const fix = `change over to a new one: ${ownCommand()} certificates rotate ${ports.subject.device}`;
      return failed(`certificate ${id} expired on ${validTo}`, fix);
    }
    if (now < Date.parse(validFrom)) {
      return failed(`certificate ${id} is valid from ${validFrom} only`, 'check the clock of this machine');
    }
    return ok(`active until ${new Date(validTo).toISOString().slice(0, 10)}`);
  },
};
