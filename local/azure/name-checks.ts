import { EVENT_GRID_LIMITS } from '../../presence/limits';
import type { ResolvedResource } from '../resolved-template';
import type { ResourceProblems } from './resource-reader';

const CHILD =
  /^Microsoft\.EventGrid\/namespaces(\/(clients|clientGroups|topicSpaces|permissionBindings|caCertificates))?$/i;
const LIMITS: Readonly<Record<string, readonly [what: string, limit: number]>> = {
  clientgroups: ['client groups', EVENT_GRID_LIMITS.maximumClientGroups],
  topicspaces: ['topic spaces', EVENT_GRID_LIMITS.maximumTopicSpaces],
  permissionbindings: ['permission bindings', EVENT_GRID_LIMITS.maximumPermissionBindings],
  cacertificates: ['CA certificates', EVENT_GRID_LIMITS.maximumCaCertificates],
};

/** Notes names that azapi or Azure would refuse, names that occur twice, and more resources than a namespace may have. */
export function checkNames(resources: readonly ResolvedResource[], problems: ResourceProblems): void {
  const seen = new Map<string, number>();
  const counts = new Map<string, number>();
  for (const resource of resources.filter(({ type }) => CHILD.test(type))) {
    const kind = resource.type.toLowerCase().split('/')[2] ?? 'namespace';
    checkName(resource, kind, problems);
    const key = resource.ref.toLowerCase();
    const times = (seen.get(key) ?? 0) + 1;
    seen.set(key, times);
    if (times === 2) problems.add(`${resource.logicalId}.name`, 'unique in its namespace', resource.attributes.name);
    const parent = `${kind} ${String(resource.properties.parent_id).toLowerCase()}`;
    counts.set(parent, (counts.get(parent) ?? 0) + 1);
  }
  for (const [parent, count] of counts) checkCount(parent.split(' ')[0] ?? '', count, problems);
}

function checkName(resource: ResolvedResource, kind: string, problems: ResourceProblems): void {
  const name = resource.attributes.name ?? '';
  const [pattern, rule] =
    kind === 'clients'
      ? [EVENT_GRID_LIMITS.clientName, '1 to 128 letters, digits and - : . _']
      : [EVENT_GRID_LIMITS.resourceName, '3 to 50 letters, digits and hyphens'];
  if (!pattern.test(name)) problems.add(`${resource.logicalId}.name`, rule, name);
}

function checkCount(kind: string, count: number, problems: ResourceProblems): void {
  const limit = LIMITS[kind];
  if (limit !== undefined && count > limit[1]) {
    problems.add(`the ${limit[0]} of a namespace`, `at most ${limit[1]}`, count);
  }
}
