import { type Check, failed, ok } from '../../check';
import { deviceCertificate, withoutCertificate } from '../device-certificate';
import type { AwsPorts } from '../ports';

export const thingAttached: Check<AwsPorts> = {
  name: 'thing attached',
  what: 'the thing exists and the certificate is attached to it',
  why: 'policies with ${iot:Connection.Thing.ThingName} let nobody in without it',
  run: async (ports) => {
    const { device } = ports.subject;
    const attached = await ports.attachedCertificates();
    if (attached === undefined) {
      return failed(
        `there is no thing ${device}`,
        'deploy its stack (npx cdk deploy), or name its region with --region',
      );
    }
    const { certificate, problem } = await deviceCertificate(ports);
    if (attached.length === 0 && certificate === undefined) {
      return failed(`no certificate is attached to the thing ${device}`, 'attach one in its stack, and deploy');
    }
    if (certificate === undefined) return withoutCertificate(problem);
    if (!attached.some(({ id }) => id === certificate.id)) {
      return failed(`certificate ${certificate.id} is not attached to the thing ${device}`, 'attach it in the stack');
    }
    return ok(attached.length === 1 ? device : `${device}, which has ${attached.length} certificates`);
  },
};
