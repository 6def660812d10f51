import type { X509Certificate } from 'node:crypto';
import type { MqttClient } from '../../../../cloud-clients/azure/resources';
import {
  type CertificateVerdict,
  judgeCertificate,
  normalizeThumbprint,
  readCaCertificate,
  VALIDATION_SCHEMES,
  type ValidationScheme,
} from '../../../../semantics/event-grid/certificate-authentication';
import type { ClientCertificate } from '../../../../semantics/event-grid/client-certificate';
import { type Check, failed, type Outcome, ok, unknown } from '../../check';
import type { AzurePorts } from '../ports';
import { registeredClient } from '../registered-client';
import { storedCertificate } from '../stored-certificate';

const DEFAULT_SCHEME = 'SubjectMatchesAuthenticationName';

export const certificateAccepted: Check<AzurePorts> = {
  name: 'certificate accepted',
  what: "the stored certificate is one that the client's validation scheme takes: its thumbprint, or its name and a CA certificate that has not expired",
  why: 'Event Grid refuses a client whose certificate it cannot match (not authorized)',
  run: async (ports) => {
    const { client, missing } = await registeredClient(ports);
    if (client === undefined) return missing;
    const written = client.properties.clientCertificateAuthentication?.validationScheme ?? DEFAULT_SCHEME;
    const scheme = Object.hasOwn(VALIDATION_SCHEMES, written) ? VALIDATION_SCHEMES[written] : undefined;
    if (scheme === undefined) return unknown(`the validation scheme ${written} is not known here`);
    const { certificate } = storedCertificate(ports);
    if (certificate === undefined)
      return unknown(`there is no certificate to hold against ${expected(client, written)}`);
    const authorities = scheme === 'Thumbprint' ? [] : await readAuthorities(ports);
    const verdict = judgeCertificate(certified(client, scheme), certificate, authorities);
    return outcomeOf(verdict, { scheme, written, certificate, authorities, now: ports.clock.now() });
  },
};

interface Judged {
  readonly scheme: ValidationScheme;
  readonly written: string;
  readonly certificate: ClientCertificate;
  readonly authorities: readonly X509Certificate[];
  readonly now: number;
}

function outcomeOf(verdict: CertificateVerdict, judged: Judged): Outcome {
  const { scheme, written, certificate, authorities, now } = judged;
  if (verdict.kind === 'acceptedBySha1') {
    return unknown(
      'the client lists the SHA-1 of the certificate: whether Azure takes that is not documented, list its SHA-256',
    );
  }
  if (verdict.kind === 'refused') return failed(verdict.reason, fixOf(scheme));
  const issuers = authorities.filter((authority) => certificate.isSignedBy(authority));
  const expired = issuers.length > 0 && issuers.every(({ validTo }) => now > Date.parse(validTo));
  if (!expired) return ok(written);
  const reason = `the CA certificate that signed it expired on ${issuers[0]?.validTo}`;
  return failed(reason, 'deploy a CA certificate that has not, and sign the device anew');
}

function fixOf(scheme: ValidationScheme): string {
  return scheme === 'Thumbprint'
    ? 'name the store of the certificate that was deployed with --store, or deploy its thumbprint (terraform apply)'
    : 'deploy the CA certificate that signed it, and sign it for the authentication name';
}

function certified({ name, properties }: MqttClient, scheme: ValidationScheme) {
  const { authenticationName = name, clientCertificateAuthentication } = properties;
  const thumbprints = (clientCertificateAuthentication?.allowedThumbprints ?? []).map(normalizeThumbprint);
  return { name, authenticationName, scheme, thumbprints };
}

async function readAuthorities(ports: AzurePorts): Promise<readonly X509Certificate[]> {
  const certificates = await ports.caCertificates();
  return certificates.flatMap(({ properties }) => {
    const certificate = readCaCertificate(properties.encodedCertificate ?? '');
    return certificate === undefined ? [] : [certificate];
  });
}

function expected({ properties }: MqttClient, written: string): string {
  const thumbprints = properties.clientCertificateAuthentication?.allowedThumbprints ?? [];
  return thumbprints.length === 0 ? written : `the thumbprint ${thumbprints.join(' or ')}`;
}
