import { type CompiledPolicies, compilePolicies } from '../../semantics/iot-policy/compiled-policies';
import type { PolicyRequest } from '../../semantics/iot-policy/compiled-statement';
import { ConnectionContext } from '../../semantics/iot-policy/connection-context';
import type { ConnectRequest } from '../ports';
import { certificateAttributes } from './certificate-attributes';
import type { ConnectionPolicies } from './connection-policies';
import { derOf } from './pem';
import type { Certificate, Policy, Registry } from './registry';

/** Why somebody could not be authenticated, as AWS logs it. @see https://docs.aws.amazon.com/iot/latest/developerguide/cwl-format.html */
export type AuthenticationErrorCode =
  | 'DEVICE_CERTIFICATE_INACTIVE'
  | 'DEVICE_CERTIFICATE_NOT_REGISTERED'
  | 'DEVICE_CERTIFICATE_REVOKED'
  | 'NOT_AUTHENTICATED'
  | 'SECURITY_TOKEN_EXPIRED'
  | 'SECURITY_TOKEN_INVALID'
  | 'SECURITY_TOKEN_SIGNATURE_MISMATCH';

/** Who asks, from where. */
export interface Caller {
  readonly clientId: string;
  readonly certificate: Certificate;
  /** @default - nowhere: `aws:SourceIp` has no value */
  readonly remoteAddress?: string;
  /** The certificate as it came in the TLS handshake (DER). @default - as the registry has it */
  readonly leaf?: Buffer;
}

/** Finds the policies and variables that decide for a connection. */
export class AccessControl {
  readonly #registry: Registry;
  /** Policies that have been read, by the names of a connection's policies. */
  readonly #compiled = new Map<string, CompiledPolicies>();
  #compiledAt = -1;

  constructor(registry: Registry) {
    this.#registry = registry;
  }

  /** Policies and variables of a caller, as the registry has them now. */
  policiesOf({ clientId, remoteAddress, certificate, leaf }: Caller): ConnectionPolicies {
    const connected = this.#registry.connectedThing(certificate, clientId);
    const context = new ConnectionContext({
      clientId,
      // An IPv4 client of a socket that listens on IPv6.
      sourceIp: remoteAddress?.replace(/^::ffff:(?=\d+\.)/i, ''),
      thing: connected.thing,
      thingAbsence: connected.thing === undefined ? connected.absence : undefined,
      certificate: { id: certificate.id, attributes: () => attributesOf(certificate, leaf) },
    });
    return { context, policies: this.#compile(this.#registry.effectivePolicies(certificate, connected.thing)) };
  }

  /**
   * What a CONNECT asks the policies.
   * @see https://docs.aws.amazon.com/iot/latest/developerguide/connect-policy.html
   */
  connectRequest(
    request: Pick<ConnectRequest, 'clientId' | 'sessionExpirySeconds'> & { readonly will?: { readonly topic: string } },
  ): PolicyRequest {
    const { clientId, sessionExpirySeconds, will } = request;
    const { arnPrefix } = this.#registry;
    const attributes = [
      // That MQTT 5 asks for persistence by its session expiry interval is not documented.
      ...(sessionExpirySeconds > 0 ? ['PersistentConnect'] : []),
      ...(will === undefined ? [] : ['LastWill']),
    ];
    return {
      action: 'iot:Connect',
      resource: `${arnPrefix}client/${clientId}`,
      keys: {
        'iot:ConnectAttributes': attributes,
        'iot:LastWillTopic': will === undefined ? [] : [`${arnPrefix}topic/${will.topic}`],
      },
    };
  }

  #compile(policies: readonly Policy[]): CompiledPolicies {
    if (this.#compiledAt !== this.#registry.revision) {
      this.#compiled.clear();
      this.#compiledAt = this.#registry.revision;
    }
    const key = policies.map((policy) => policy.name).join('\n');
    const known = this.#compiled.get(key);
    if (known !== undefined) return known;
    const compiled = compilePolicies(policies.map((policy) => policy.document));
    this.#compiled.set(key, compiled);
    return compiled;
  }
}

/** Why nobody can connect with a certificate; `undefined` when its status does not forbid it. */
export function inactivity(
  certificate: Certificate,
): { readonly code: AuthenticationErrorCode; readonly reason: string } | undefined {
  const { status } = certificate;
  if (status === 'ACTIVE') return undefined;
  const named = describeCertificate(certificate);
  if (status === 'REVOKED') return { code: 'DEVICE_CERTIFICATE_REVOKED', reason: `${named} is revoked` };
  return { code: 'DEVICE_CERTIFICATE_INACTIVE', reason: `${named} is not active but ${status}` };
}

/** `certificate 'LwtCertificate' (c0ffee...)`. */
export function describeCertificate({ id, source }: Certificate): string {
  return source === undefined ? `certificate ${id}` : `certificate '${source.logicalId}' (${id})`;
}

function attributesOf(certificate: Certificate, leaf: Buffer | undefined): ReadonlyMap<string, readonly string[]> {
  const der = leaf ?? (certificate.pem === undefined ? undefined : derOf(certificate.pem, 'CERTIFICATE'));
  return der === undefined ? new Map() : certificateAttributes(der);
}
