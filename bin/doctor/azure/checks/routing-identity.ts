import type { EventGridNamespace } from '../../../../cloud-clients/azure/namespaces';
import type { RoleAssignment } from '../../../../cloud-clients/azure/resources';
import { type Check, failed, type Outcome, ok, unknown } from '../../check';
import type { AzurePorts } from '../ports';
import { isNamespaceTopic, routedTopicId } from '../will-routes';

/** Built-in roles that let an identity send events. @see https://learn.microsoft.com/en-us/azure/role-based-access-control/built-in-roles/integration */
const SENDERS: Readonly<Record<string, string>> = {
  'd5a91429-5739-47e2-a06b-3470a27159e7': 'EventGrid Data Sender',
  '1d8c3fe3-8864-474b-8749-01e3783e8157': 'EventGrid Data Contributor',
};
/** Built-in roles that manage resources and let nobody send. */
const MANAGERS: Readonly<Record<string, string>> = {
  '8e3af657-a8ff-443c-a75c-2fe8c4bcb635': 'Owner',
  'b24988ac-6180-42a0-ab88-20f7382dd24c': 'Contributor',
  'acdd72a7-3385-48ef-bd42-f606fba81ae7': 'Reader',
};

export const routingIdentity: Check<AzurePorts> = {
  name: 'routing identity',
  what: 'the identity that routes to a custom topic may send events there (role EventGrid Data Sender)',
  why: 'messages are dropped otherwise, without a word to anybody',
  run: async (ports) => {
    const topicId = await routedTopicId(ports);
    if (topicId === undefined) return ok('not needed: nothing is routed');
    if (isNamespaceTopic(topicId)) return ok('not needed: the topic is of the namespace itself');
    const principal = await principalOf(ports, await ports.namespace());
    if (principal.problem !== undefined) return principal.problem;
    return judge(await ports.roleAssignments(topicId, principal.id), principal.id);
  },
};

type Principal = { readonly id: string; readonly problem?: undefined } | { readonly problem: Outcome };

async function principalOf(ports: AzurePorts, { name, identity, properties }: EventGridNamespace): Promise<Principal> {
  const { type, userAssignedIdentity } = properties.topicSpacesConfiguration?.routingIdentityInfo ?? {};
  if (type === 'SystemAssigned') {
    if (identity?.principalId !== undefined) return { id: identity.principalId };
    return { problem: failed(`namespace ${name} has no identity of its own`, 'switch it on, or route as another') };
  }
  if (type !== 'UserAssigned' || userAssignedIdentity === undefined) {
    const why = 'no identity routes: Azure looks at the rights of whoever deployed it, which cannot be read';
    return { problem: unknown(`${why}; name one in routingIdentityInfo`) };
  }
  return userAssigned(ports, userAssignedIdentity, identity?.userAssignedIdentities ?? {});
}

async function userAssigned(
  ports: AzurePorts,
  identityId: string,
  attached: NonNullable<NonNullable<EventGridNamespace['identity']>['userAssignedIdentities']>,
): Promise<Principal> {
  const [, principal] = Object.entries(attached).find(([id]) => id.toLowerCase() === identityId.toLowerCase()) ?? [];
  const short = identityId.split('/').pop() ?? identityId;
  if (principal === undefined) {
    const reason = `identity ${short} routes, and is not one of the namespace's`;
    return { problem: failed(reason, 'add it to the identities of the namespace, and deploy') };
  }
  const id = principal.principalId ?? (await ports.principalOf(identityId));
  if (id !== undefined) return { id };
  return { problem: failed(`identity ${short}, which routes, does not exist`, 'deploy it, and the route again') };
}

function judge(assignments: readonly RoleAssignment[], principalId: string): Outcome {
  const roles = assignments.map(({ properties }) => properties.roleDefinitionId?.split('/').pop()?.toLowerCase() ?? '');
  const sender = roles.find((role) => Object.hasOwn(SENDERS, role));
  if (sender !== undefined) return ok(`${SENDERS[sender]} for ${principalId}`);
  const others = roles.filter((role) => !Object.hasOwn(MANAGERS, role));
  if (others.length > 0) {
    return unknown(
      `${principalId} has the roles ${others.join(', ')}: whether one lets it send events is not known here`,
    );
  }
  return failed(`principal ${principalId} may not send events to the topic`, 'grant it EventGrid Data Sender there');
}
