import { X509Certificate } from 'node:crypto';
import { ClientCertificate } from '../../../semantics/event-grid/client-certificate';
import { failed, type Outcome, unknown } from '../check';
import type { AzurePorts } from './ports';

/** The device's own certificate in the store: the first of its chain. Absent when the store holds none. */
export function storedCertificate(ports: AzurePorts): { readonly certificate?: ClientCertificate } {
  const { certificate: pem } = ports.stored();
  if (pem === undefined) return {};
  try {
    const certificate = ClientCertificate.read(new X509Certificate(pem).raw);
    return certificate === undefined ? {} : { certificate };
  } catch {
    return {};
  }
}

/** The outcome of a check that needs the certificate where the store holds none. */
export function withoutCertificate(ports: AzurePorts): Outcome {
  const { certificate, directory } = ports.stored();
  if (certificate !== undefined) {
    return failed(`${directory}/client-cert.pem is no certificate in PEM`, 'put back the certificate of the device');
  }
  return unknown(`${directory} has no client-cert.pem; name the store with --store`);
}
