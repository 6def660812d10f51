import { createHash, X509Certificate } from 'node:crypto';
import type { CloudCertificate } from '../../../cloud-clients/aws/iot-registry';
import { ownCommand } from '../../own-command';
import { belongTogether } from '../../store/certificate-keys';
import { failed, type Outcome, unknown } from '../check';
import type { AwsPorts } from './ports';

/** The certificate with which a device connects, or why there is none. */
export type DeviceCertificate =
  | { readonly certificate: CloudCertificate; readonly problem?: undefined }
  | { readonly certificate?: undefined; readonly problem: Outcome };

const NONE = unknown('there is no certificate to ask about');

/** The certificate that the store holds, else the thing's one that belongs to the stored key, else the thing's only one. */
export async function deviceCertificate(ports: AwsPorts): Promise<DeviceCertificate> {
  const { certificate: pem, directory } = ports.stored();
  if (pem === undefined) return attachedCertificate(ports);
  const id = certificateId(pem);
  if (id === undefined) return { problem: unreadable(ports) };
  const found = await ports.certificate(id);
  if (found !== undefined) return { certificate: found };
  const { region } = await ports.account();
  return {
    problem: failed(
      `${directory}/client-cert.pem is a certificate that ${region} of this account does not know`,
      `name the region of the stack with --region, or get it with: ${ownCommand()} certificates pull ${ports.subject.device}`,
    ),
  };
}

function unreadable({ stored, subject }: AwsPorts): Outcome {
  return failed(
    `${stored().directory}/client-cert.pem is no certificate in PEM`,
    `move it away and get it again with: ${ownCommand()} certificates pull ${subject.device}`,
  );
}

async function attachedCertificate(ports: AwsPorts): Promise<DeviceCertificate> {
  const attached = (await ports.attachedCertificates()) ?? [];
  const { privateKey, directory } = ports.stored();
  const ofKey = privateKey === undefined ? [] : attached.filter(({ pem }) => belongTogether(pem, privateKey));
  const [certificate, second] = ofKey.length > 0 ? ofKey : attached;
  const { device } = ports.subject;
  // What is wrong then is that nothing is attached to the thing, which has a check of its own.
  if (certificate === undefined) return { problem: NONE };
  if (second === undefined) return { certificate };
  return {
    problem: unknown(
      `${attached.length} certificates are attached to the thing ${device} and ${directory} does not say which: ${ownCommand()} certificates pull ${device}`,
    ),
  };
}

/** The check's outcome when it needs a certificate and there is none: another check tells what is wrong. */
export function withoutCertificate(problem: Outcome): Outcome {
  return problem === NONE || problem.status === 'failed' ? NONE : unknown('it is not clear which certificate');
}

/** AWS names a certificate by the SHA-256 of its DER; `undefined` for what is none. */
function certificateId(pem: string): string | undefined {
  try {
    return createHash('sha256').update(new X509Certificate(pem).raw).digest('hex');
  } catch {
    return undefined;
  }
}
