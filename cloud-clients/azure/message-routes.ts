import type { ArmSession } from './arm-session';
import type { EventSubscription, RoleAssignment, RoutedTopic } from './resources';

const AUTHORIZATION_API_VERSION = '2022-04-01';
const IDENTITY_API_VERSION = '2023-01-31';

/** The topic to which messages are routed; `undefined` when there is none. @param topicId ARM id */
export function routedTopic(session: ArmSession, topicId: string): Promise<RoutedTopic | undefined> {
  return session.find(topicId);
}

/** The event subscriptions of a custom topic, or of a topic of a namespace. @param topicId ARM id */
export function eventSubscriptions(session: ArmSession, topicId: string): Promise<readonly EventSubscription[]> {
  return session.list(`${topicId}/eventSubscriptions`);
}

/**
 * The roles on a resource, assigned there or above.
 * @param scope ARM id
 * @param principalId whose, also through groups. @default - everybody's
 * @see https://learn.microsoft.com/en-us/azure/role-based-access-control/role-assignments-list-rest
 */
export function roleAssignments(
  session: ArmSession,
  scope: string,
  principalId?: string,
): Promise<readonly RoleAssignment[]> {
  return session.list(`${scope}/providers/Microsoft.Authorization/roleAssignments`, {
    apiVersion: AUTHORIZATION_API_VERSION,
    filter: principalId === undefined ? 'atScope()' : `atScope() and assignedTo('${principalId}')`,
  });
}

/** The principal behind a user-assigned identity; `undefined` when there is no such identity. @param identityId ARM id */
export async function principalOf(session: ArmSession, identityId: string): Promise<string | undefined> {
  const found = await session.find<{ readonly properties?: { readonly principalId?: string } }>(identityId, {
    apiVersion: IDENTITY_API_VERSION,
  });
  return found?.properties?.principalId;
}
