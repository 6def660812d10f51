import { type CompiledPolicies, compilePolicies } from '../../semantics/iot-policy/compiled-policies';
import type { PolicyRequest } from '../../semantics/iot-policy/compiled-statement';
import { ConnectionContext } from '../../semantics/iot-policy/connection-context';
import type { Authentication, Authenticator, ConnectRequest, Explanation, Peer } from '../ports';
import { certificateAttributes } from './certificate-attributes';
import { type ConnectionPolicies, explanationOf, PolicyPermissions, UNRESTRICTED } from './connection-policies';
import { certificateId, derOf } from './pem';
import type { Certificate, Policy, Registry } from './registry';

/** What an {@link AwsAuthenticator} is made of. */
export interface AwsAuthenticatorOptions {
  readonly registry: Registry;
  /** Hears what is odd but not refused, in words. @default - nobody */
  readonly warn?: (text: string, clientId: string) => void;
  /** Says which IAM identity opened a WebSocket. @default - WebSocket needs a client certificate like TCP */
  readonly webSocketIdentity?: (upgrade: NonNullable<Peer['upgrade']>) => WebSocketIdentity;
}

/** The outcome of checking the signature of a WebSocket request. */
export type WebSocketIdentity =
  | { readonly principal: string }
  | { readonly principal?: undefined; readonly code: AuthenticationErrorCode; readonly reason: string };

/** Why somebody could not be authenticated, as AWS logs it. @see https://docs.aws.amazon.com/iot/latest/developerguide/cwl-format.html */
export type AuthenticationErrorCode =
  | 'DEVICE_CERTIFICATE_INACTIVE'
  | 'DEVICE_CERTIFICATE_NOT_REGISTERED'
  | 'DEVICE_CERTIFICATE_REVOKED'
  | 'NOT_AUTHENTICATED'
  | 'SECURITY_TOKEN_EXPIRED'
  | 'SECURITY_TOKEN_INVALID'
  | 'SECURITY_TOKEN_SIGNATURE_MISMATCH';

/** In-process connections that assert a principal with this prefix stand for an IAM identity that may do everything. */
export const IAM_PREFIX = 'iam:';

const IAM_OWNER = 'iam';

/**
 * Authentication and authorisation as AWS IoT Core does it: the certificate must be registered and active, then its
 * policies decide on `iot:Connect`, and from then on every operation. The user name does not matter.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/authorization.html
 */
export class AwsAuthenticator implements Authenticator {
  readonly #registry: Registry;
  readonly #options: AwsAuthenticatorOptions;
  /** Policies that have been read, by the names of a connection's policies. */
  readonly #compiled = new Map<string, CompiledPolicies>();
  #compiledAt = -1;

  constructor(options: AwsAuthenticatorOptions) {
    this.#registry = options.registry;
    this.#options = options;
  }

  authenticate(request: ConnectRequest, peer: Peer): Authentication {
    if (peer.upgrade !== undefined && this.#options.webSocketIdentity !== undefined && peer.certificates.length === 0) {
      const identity = this.#options.webSocketIdentity(peer.upgrade);
      return identity.principal === undefined
        ? unauthenticated(identity.code, identity.reason)
        : identityAccepted(identity.principal);
    }
    const { assertedPrincipal } = peer;
    if (assertedPrincipal?.startsWith(IAM_PREFIX)) return identityAccepted(assertedPrincipal.slice(IAM_PREFIX.length));
    if (assertedPrincipal !== undefined) return this.#authenticateAsserted(request, peer, assertedPrincipal);
    const [leaf] = peer.certificates;
    if (leaf === undefined) return unauthenticated('NOT_AUTHENTICATED', 'the client sent no certificate');
    const id = certificateId(leaf);
    const certificate = this.#registry.certificates.get(id);
    if (certificate !== undefined) return this.#authenticateCertificate(request, peer, certificate, leaf);
    return unauthenticated('DEVICE_CERTIFICATE_NOT_REGISTERED', `certificate ${id} is not registered in the account`);
  }

  #authenticateAsserted(request: ConnectRequest, peer: Peer, name: string): Authentication {
    const certificate = this.#registry.findCertificate(name);
    if (certificate !== undefined) return this.#authenticateCertificate(request, peer, certificate, undefined);
    return unauthenticated(
      'DEVICE_CERTIFICATE_NOT_REGISTERED',
      `'${name}' is neither a certificate nor a thing with one, nor an identity that starts with '${IAM_PREFIX}'`,
    );
  }

  #authenticateCertificate(
    request: ConnectRequest,
    peer: Peer,
    certificate: Certificate,
    leaf: Buffer | undefined,
  ): Authentication {
    const named = describeCertificate(certificate);
    if (certificate.status === 'REVOKED') return unauthenticated('DEVICE_CERTIFICATE_REVOKED', `${named} is revoked`);
    if (certificate.status !== 'ACTIVE') {
      return unauthenticated('DEVICE_CERTIFICATE_INACTIVE', `${named} is not active but ${certificate.status}`);
    }
    const load = (): ConnectionPolicies =>
      this.#load(request.clientId, peer, this.#registry.certificates.get(certificate.id) ?? certificate, leaf);
    const loaded = load();
    const connect = this.#connectRequest(request);
    const decision = loaded.policies.evaluate(connect, loaded.context);
    for (const warning of decision.warnings) this.#options.warn?.(warning, request.clientId);
    if (!decision.allowed) return { ...refused(explanationOf(connect, decision)), principal: certificate.id };
    const { arnPrefix } = this.#registry;
    const permissions = new PolicyPermissions({ arnPrefix, revision: () => this.#registry.revision, load }, loaded);
    return { accepted: true, principal: certificate.id, owner: certificate.id, permissions };
  }

  // What the CONNECT asks for beyond connecting.
  // https://docs.aws.amazon.com/iot/latest/developerguide/connect-policy.html
  #connectRequest({ clientId, sessionExpirySeconds, will }: ConnectRequest): PolicyRequest {
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

  #load(clientId: string, peer: Peer, certificate: Certificate, leaf: Buffer | undefined): ConnectionPolicies {
    const connected = this.#registry.connectedThing(certificate, clientId);
    const context = new ConnectionContext({
      clientId,
      sourceIp: peer.remoteAddress.replace(/^::ffff:(?=\d+\.)/i, ''),
      thing: connected.thing,
      thingAbsence: connected.thing === undefined ? connected.absence : undefined,
      certificate: { id: certificate.id, attributes: () => attributesOf(certificate, leaf) },
    });
    return { context, policies: this.#compile(this.#registry.effectivePolicies(certificate, connected.thing)) };
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

function attributesOf(certificate: Certificate, leaf: Buffer | undefined): ReadonlyMap<string, readonly string[]> {
  const der = leaf ?? (certificate.pem === undefined ? undefined : derOf(certificate.pem, 'CERTIFICATE'));
  return der === undefined ? new Map() : certificateAttributes(der);
}

function describeCertificate({ id, source }: Certificate): string {
  return source === undefined ? `certificate ${id}` : `certificate '${source.logicalId}' (${id})`;
}

function identityAccepted(principal: string): Authentication {
  return { accepted: true, principal, owner: IAM_OWNER, permissions: UNRESTRICTED };
}

function unauthenticated(code: AuthenticationErrorCode, reason: string): Authentication {
  return refused({ reason: `${code}: ${reason}` });
}

function refused(explanation: Explanation): Authentication & { readonly accepted: false } {
  return { accepted: false, situation: 'notAuthorized', explanation };
}
