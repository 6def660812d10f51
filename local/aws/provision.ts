import { createHash } from 'node:crypto';
import { throwIfAny } from '../../presence/errors';
import { makesCertificate } from '../custom-resource';
import type { CertificateAuthority, CertificateOrder } from './certificate-authority';
import { certificateId, derOf } from './pem';

/** What `Ref` and `Fn::GetAtt` give for a resource. */
interface ProvisionedResource {
  readonly ref: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** The stack that a resource belongs to. */
interface ProvisioningStack {
  readonly name: string;
  readonly region: string;
  readonly account: string;
  readonly partition: string;
}

/** Gives `Ref` and attributes of the resources whose ids depend on their content; `undefined` leaves the standard ones. */
export type Provision = (
  type: string,
  logicalId: string,
  properties: Readonly<Record<string, unknown>>,
  stack: ProvisioningStack,
) => ProvisionedResource | undefined;

/** Templates that were resolved with the ids of real certificates. */
export interface WithCertificates<T> {
  readonly resolved: T;
  /** The certificates of signing requests, in PEM, by certificate id. */
  readonly issued: ReadonlyMap<string, string>;
}

/**
 * Resolves templates so that references to certificates give the ids of real ones: registered PEMs and certificates
 * that the embedded CA has signed. When one must be signed first, the templates are resolved a second time.
 * @param resolve resolves all templates of one engine, calling the function that it is given once per resource
 * @throws LastwillError TEMPLATE_INVALID that names every signing request that is refused and why.
 */
export async function resolveWithCertificates<T>(
  authority: CertificateAuthority,
  resolve: (provision: Provision) => T,
): Promise<WithCertificates<T>> {
  for (;;) {
    const provisioning = new Provisioning(authority);
    const resolved = resolve(provisioning.provision);
    throwIfAny('TEMPLATE_INVALID', provisioning.problems);
    if (provisioning.orders.length === 0) return { resolved, issued: provisioning.issued };
    throwIfAny('TEMPLATE_INVALID', await authority.issue(provisioning.orders));
  }
}

class Provisioning {
  readonly orders: CertificateOrder[] = [];
  readonly issued = new Map<string, string>();
  readonly problems: string[] = [];
  readonly #occurrences = new Map<string, number>();
  readonly #authority: CertificateAuthority;

  constructor(authority: CertificateAuthority) {
    this.#authority = authority;
  }

  readonly provision: Provision = (type, logicalId, properties, stack) => {
    if (type === 'AWS::IoT::Certificate') return this.#certificate(logicalId, properties, stack);
    if (makesCertificate(type, properties)) return this.#minted(logicalId, stack);
    if (type !== 'AWS::IoT::CACertificate') return undefined;
    return identified(properties.CACertificatePem, 'cacert', stack);
  };

  #certificate(
    logicalId: string,
    properties: Readonly<Record<string, unknown>>,
    stack: ProvisioningStack,
  ): ProvisionedResource | undefined {
    const request = properties.CertificateSigningRequest;
    if (typeof request !== 'string') return identified(properties.CertificatePem, 'cert', stack);
    const property = `${stack.name}: Resources.${logicalId}.Properties.CertificateSigningRequest`;
    const csr = derOf(request, 'CERTIFICATE REQUEST');
    if (csr === undefined) {
      this.problems.push(`${property} must be a certificate signing request in PEM: its text, not the path of a file`);
      return undefined;
    }
    return this.#ordered({ key: this.#orderKey(csr), csr, property }, stack);
  }

  #minted(logicalId: string, stack: ProvisioningStack): ProvisionedResource | undefined {
    const digest = createHash('sha256').update([stack.account, stack.region, stack.name, logicalId].join('\n'));
    const provisioned = this.#ordered({ key: `minted-${digest.digest('hex')}`, property: logicalId }, stack);
    if (provisioned === undefined) return undefined;
    const { ref, attributes } = provisioned;
    const sdk = {
      certificateArn: attributes.Arn ?? '',
      certificateId: ref,
      certificatePem: this.issued.get(ref) ?? '',
    };
    return { ref, attributes: { ...attributes, ...sdk } };
  }

  #ordered(order: CertificateOrder, stack: ProvisioningStack): ProvisionedResource | undefined {
    const pem = this.#authority.find(order.key);
    if (pem === undefined) {
      this.orders.push(order);
      return undefined;
    }
    const provisioned = identified(pem, 'cert', stack);
    if (provisioned !== undefined) this.issued.set(provisioned.ref, pem);
    return provisioned;
  }

  // The same request gives another certificate for every resource that has it, and always the same ones.
  #orderKey(csr: Buffer): string {
    const digest = createHash('sha256').update(csr).digest('hex');
    const occurrence = (this.#occurrences.get(digest) ?? 0) + 1;
    this.#occurrences.set(digest, occurrence);
    return occurrence === 1 ? digest : `${digest}-${occurrence}`;
  }
}

function identified(pem: unknown, kind: 'cert' | 'cacert', stack: ProvisioningStack): ProvisionedResource | undefined {
  const der = typeof pem === 'string' ? derOf(pem, 'CERTIFICATE') : undefined;
  if (der === undefined) return undefined;
  const id = certificateId(der);
  const arn = `arn:${stack.partition}:iot:${stack.region}:${stack.account}:${kind}/${id}`;
  return { ref: id, attributes: { Arn: arn, Id: id } };
}
