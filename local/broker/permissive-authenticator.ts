import { ReasonCode } from './codec/reason-code';
import type { Authenticator, Decision, Permissions } from './ports';

const ALLOWED: Decision = { allowed: true };

/**
 * Lets everybody in and allows everything, for the bare broker.
 * @param options.denySubscribe topic filters that nobody may subscribe to. @default - none
 */
export function permissiveAuthenticator(options: { readonly denySubscribe?: readonly string[] } = {}): Authenticator {
  const denied = options.denySubscribe ?? [];
  const permissions: Permissions = {
    publish: () => ALLOWED,
    subscribe: (filter) => (denied.includes(filter) ? refusal(filter) : ALLOWED),
  };
  return {
    authenticate: (request) => {
      if (request.authenticationMethod !== undefined) {
        const reason = `the authentication method '${request.authenticationMethod}' is not known`;
        return { accepted: false, situation: 'badAuthenticationMethod', explanation: { reason } };
      }
      const name = request.username ?? request.clientId;
      return { accepted: true, principal: name, owner: name, permissions };
    },
  };
}

function refusal(filter: string): Decision {
  const explanation = { reason: `subscribing to '${filter}' is denied by an option`, resource: filter };
  return { allowed: false, explanation, reasonCode: ReasonCode.UNSPECIFIED_ERROR };
}
