import { X509Certificate } from 'node:crypto';
import { Construct } from 'constructs';
import { mustBe } from '../../presence/errors';
import { EVENT_GRID_API_VERSION, NAMESPACE_CONFLICT_RETRY } from './api-versions';
import { AzapiResource } from './azapi/azapi-resource';
import type { IEventGridNamespace } from './event-grid-namespace-interface';
import { defaultResourceName, refuse, resourceNameProblems } from './property-checks';
import { isUnresolved } from './terraform-text';

/** Properties of {@link CaCertificate}. */
export interface CaCertificateProps {
  /** The namespace that it belongs to. */
  readonly namespace: IEventGridNamespace;
  /** 3 to 50 letters, digits and hyphens. @default - made from the construct's path */
  readonly certificateName?: string;
  /** PEM of the one certificate that signed the clients' certificates directly: no chain, no key. */
  readonly certificatePem: string;
  /** What the authority is for; shown in the portal. @default - none */
  readonly description?: string;
}

/**
 * A certificate authority whose clients may connect. At most 10 in a namespace.
 * @see https://learn.microsoft.com/en-us/azure/event-grid/mqtt-certificate-chain-client-authentication
 */
export class CaCertificate extends Construct {
  constructor(scope: Construct, id: string, props: CaCertificateProps) {
    super(scope, id);
    refuse(this, [...resourceNameProblems('certificateName', props.certificateName), ...pemProblems(props)]);
    const name = props.certificateName ?? defaultResourceName(this);
    new AzapiResource(this, 'Default', {
      type: `Microsoft.EventGrid/namespaces/caCertificates@${EVENT_GRID_API_VERSION}`,
      name,
      parentId: props.namespace.namespaceId,
      body: {
        properties: { encodedCertificate: withoutLineEnds(props.certificatePem), description: props.description },
      },
      locks: [props.namespace.namespaceId],
      retry: NAMESPACE_CONFLICT_RETRY,
    });
    props.namespace.contents.caCertificates.push(name);
  }
}

function pemProblems({ certificatePem }: CaCertificateProps): string[] {
  if (isUnresolved(certificatePem)) return [];
  // The value is not repeated in the message: it could be a private key.
  if (/PRIVATE KEY-----/.test(certificatePem)) return ['certificatePem must be free of private keys'];
  const count = certificatePem.match(/-----BEGIN CERTIFICATE-----/g)?.length ?? 0;
  if (count === 0)
    return [mustBe('certificatePem', 'the PEM text of a certificate, not the path of a file', certificatePem)];
  if (count > 1) return [mustBe('certificatePem', 'the PEM of exactly one certificate', `${count} certificates`)];
  return isCertificateAuthority(certificatePem)
    ? []
    : ['certificatePem must be a readable certificate of a certificate authority (basic constraints CA:TRUE)'];
}

function isCertificateAuthority(pem: string): boolean {
  try {
    return new X509Certificate(pem).ca;
  } catch {
    return false;
  }
}

// Microsoft's samples send the PEM text without its line ends.
function withoutLineEnds(pem: string): string {
  return isUnresolved(pem) ? pem : pem.replace(/\r?\n/g, '');
}
