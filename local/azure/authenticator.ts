import type { Clock } from '../../presence/clock';
import { judgeCertificate } from '../../semantics/event-grid/certificate-authentication';
import { ClientCertificate } from '../../semantics/event-grid/client-certificate';
import type { Authentication, Authenticator, ConnectRequest, Peer, RefusalSituation } from '../ports';
import { ClientPermissions } from './client-permissions';
import type { AzureRegistry, RegisteredClient } from './registry';
import type { SessionCount } from './session-count';

/** What an {@link AzureAuthenticator} is made of. */
export interface AzureAuthenticatorOptions {
  readonly registry: AzureRegistry;
  readonly sessions: SessionCount;
  readonly clock: Clock;
  /** Hears what is odd but not refused, in words. */
  readonly warn: (reason: string, clientId: string) => void;
}

/** A step of authentication that failed, and why. */
class Refused extends Error {
  constructor(
    readonly situation: RefusalSituation,
    reason: string,
  ) {
    super(reason);
  }
}

/**
 * Authentication as an Event Grid namespace does it: find the authentication name, find the client, then hold the
 * certificate against it; and count its sessions.
 * @see https://learn.microsoft.com/en-us/azure/event-grid/mqtt-client-authentication
 */
export class AzureAuthenticator implements Authenticator {
  readonly #options: AzureAuthenticatorOptions;
  readonly #permissions = new Map<RegisteredClient, ClientPermissions>();

  constructor(options: AzureAuthenticatorOptions) {
    this.#options = options;
  }

  authenticate(request: ConnectRequest, peer: Peer): Authentication {
    try {
      return this.#accept(this.#identify(request, peer), request);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      return { accepted: false, situation: error.situation, explanation: { reason: error.message, action: 'connect' } };
    }
  }

  #identify(request: ConnectRequest, peer: Peer): RegisteredClient {
    if (request.authenticationMethod !== undefined) {
      const reason = `authentication method '${request.authenticationMethod}' is not set up in the namespace: clients authenticate with their certificate`;
      throw new Refused('badAuthenticationMethod', reason);
    }
    const [leaf] = peer.certificates;
    const certificate = leaf === undefined ? undefined : ClientCertificate.read(leaf);
    const asserted = peer.assertedPrincipal;
    const name = asserted ?? this.#authenticationName(request, certificate);
    const client = this.#find(name);
    if (!client.enabled) throw refused(`the client '${client.name}' is disabled (${client.logicalId})`);
    if (asserted === undefined) this.#checkCertificate(client, certificate, request.clientId);
    return client;
  }

  // https://learn.microsoft.com/en-us/azure/event-grid/mqtt-client-authentication
  #authenticationName({ username }: ConnectRequest, certificate: ClientCertificate | undefined): string {
    // Which of the two counts when both are there is not documented; the username is what is recommended.
    if (username !== undefined && username !== '') return username;
    const { alternativeNameSources } = this.#options.registry.namespace;
    for (const field of alternativeNameSources) {
      const [name] = certificate?.names(field) ?? [];
      if (name !== undefined && name !== '') return name;
    }
    throw refused(
      alternativeNameSources.length === 0
        ? 'the client sent no username, which must be its authentication name'
        : `the client sent no username, and its certificate has no name in the fields ${alternativeNameSources.join(', ')}`,
    );
  }

  #find(name: string): RegisteredClient {
    const { clients } = this.#options.registry;
    const client = clients.get(name.toLowerCase());
    if (client !== undefined) return client;
    const known = [...clients.values()].slice(0, 10).map(({ identity }) => `'${identity.authenticationName}'`);
    const others = known.length === 0 ? 'it has no clients' : `it knows ${known.join(', ')}`;
    throw refused(
      `client could not be found: no client of the namespace has the authentication name '${name}'; ${others}`,
    );
  }

  #checkCertificate(client: RegisteredClient, certificate: ClientCertificate | undefined, clientId: string): void {
    if (certificate === undefined) throw refused(`the client '${client.name}' sent no certificate`);
    const { authenticationName } = client.identity;
    const verdict = judgeCertificate(
      { ...client, authenticationName },
      certificate,
      this.#options.registry.caCertificates,
    );
    if (verdict.kind === 'refused') throw refused(verdict.reason);
    if (verdict.kind === 'acceptedBySha1') {
      const reason = `client '${client.name}': its thumbprint is a SHA-1; whether Azure lets it in with that is not documented`;
      this.#options.warn(reason, clientId);
    }
    const problem = certificate.validityProblem(this.#options.clock.now());
    if (problem !== undefined) throw refused(`the certificate of the client '${client.name}' ${problem}`);
  }

  #accept(client: RegisteredClient, { clientId }: ConnectRequest): Authentication {
    const { authenticationName } = client.identity;
    const { maximumSessionsPerAuthenticationName: limit } = this.#options.registry.namespace;
    const others = this.#options.sessions.othersOf(authenticationName, clientId);
    if (others.length >= limit) {
      const reason = `'${authenticationName}' may have ${limit} session${limit === 1 ? '' : 's'}, also counting those that are not connected, and has '${others.join("', '")}'; connect with that client id, or raise maximumClientSessionsPerAuthenticationName`;
      throw new Refused('quotaExceeded', reason);
    }
    return {
      accepted: true,
      principal: authenticationName,
      owner: authenticationName.toLowerCase(),
      permissions: this.#permissionsOf(client),
    };
  }

  #permissionsOf(client: RegisteredClient): ClientPermissions {
    const known = this.#permissions.get(client);
    if (known !== undefined) return known;
    const permissions = new ClientPermissions(client, this.#options.registry.bindings);
    this.#permissions.set(client, permissions);
    return permissions;
  }
}

function refused(reason: string): Refused {
  return new Refused('notAuthorized', reason);
}
