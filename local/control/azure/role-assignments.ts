import { isJsonObject, own } from '../../json-value';
import type { ResolvedResource } from '../../resolved-template';

/** Whether a resource type is that of role assignments, which hold for a scope and all that is below it. */
export function isRoleAssignment(type: string): boolean {
  return type.toLowerCase() === 'microsoft.authorization/roleassignments';
}

/** The resource, resource group or subscription on which a role is assigned. */
export function scopeOf({ ref }: ResolvedResource): string {
  return ref.replace(/\/providers\/Microsoft\.Authorization\/roleAssignments\/[^/]+$/i, '');
}

/**
 * Whether a list of role assignments for a scope has this one: those at and above the scope, and without `atScope()`
 * those below it too.
 * @param filter what `$filter` says: `atScope()`, `principalId eq ID`, `assignedTo('ID')`, joined by `and`
 * @see https://learn.microsoft.com/en-us/azure/role-based-access-control/role-assignments-list-rest
 */
export function appliesTo(assignment: ResolvedResource, scope: string, filter: string): boolean {
  const [own, asked] = [scopeOf(assignment), scope].map((place) => `${place.toLowerCase()}/`) as [string, string];
  const isAtOrAbove = asked.startsWith(own);
  if (!isAtOrAbove && (/atScope\(\)/i.test(filter) || !own.startsWith(asked))) return false;
  const [, assigned, equal] = /assignedTo\('([^']*)'\)|principalId eq '?([^' ]*)/i.exec(filter) ?? [];
  const principal = assigned ?? equal;
  return principal === undefined || principal.toLowerCase() === principalOf(assignment).toLowerCase();
}

function principalOf({ properties }: ResolvedResource): string {
  const body = own(properties, 'body');
  const inner = isJsonObject(body) ? own(body, 'properties') : undefined;
  return isJsonObject(inner) ? String(own(inner, 'principalId')) : '';
}
