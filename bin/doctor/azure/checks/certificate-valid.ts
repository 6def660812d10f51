import { ownCommand } from '../../../own-command';
import { type Check, failed, ok, unknown } from '../../check';
import type { AzurePorts } from '../ports';
import { storedCertificate } from '../stored-certificate';

export const certificateValid: Check<AzurePorts> = {
  name: 'certificate valid',
  what: 'the time of the stored certificate has come and not passed',
  why: 'Event Grid lets no device in with any other, and disconnects one whose certificate expires',
  run: async (ports) => {
    const { certificate } = storedCertificate(ports);
    if (certificate === undefined) return unknown('there is no certificate to look at');
    const problem = certificate.validityProblem(ports.clock.now());
    if (problem === undefined) return ok(`until ${certificate.validUntil.toISOString().slice(0, 10)}`);
    const { directory } = ports.stored();
    const fix = problem.startsWith('expired')
      ? `change over to a new one: ${ownCommand()} certificates rotate --azure ${ports.subject.device}`
      : 'check the clock of this machine';
    return failed(`${directory}/client-cert.pem ${problem}`, fix);
  },
};
