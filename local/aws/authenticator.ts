import type { Authentication, Authenticator, ConnectRequest, Explanation, Peer } from '../ports';
import { AccessControl, type AuthenticationErrorCode, inactivity } from './access-control';
import { type ConnectionPolicies, explanationOf, PolicyPermissions, UNRESTRICTED } from './connection-policies';
import { certificateId } from './pem';
import type { Certificate, Registry } from './registry';

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
  readonly #access: AccessControl;
  readonly #options: AwsAuthenticatorOptions;

  constructor(options: AwsAuthenticatorOptions) {
    this.#registry = options.registry;
    this.#access = new AccessControl(options.registry);
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
    const inactive = inactivity(certificate);
    if (inactive !== undefined) return unauthenticated(inactive.code, inactive.reason);
    const load = (): ConnectionPolicies =>
      this.#access.policiesOf({
        clientId: request.clientId,
        remoteAddress: peer.remoteAddress,
        certificate: this.#registry.certificates.get(certificate.id) ?? certificate,
        leaf,
      });
    const loaded = load();
    const connect = this.#access.connectRequest(request);
    const decision = loaded.policies.evaluate(connect, loaded.context);
    for (const warning of decision.warnings) this.#options.warn?.(warning, request.clientId);
    if (!decision.allowed) return { ...refused(explanationOf(connect, decision)), principal: certificate.id };
    const { arnPrefix } = this.#registry;
    const permissions = new PolicyPermissions({ arnPrefix, revision: () => this.#registry.revision, load }, loaded);
    return { accepted: true, principal: certificate.id, owner: certificate.id, permissions };
  }
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
