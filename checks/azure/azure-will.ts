import type { AzureRegistry, RegisteredClient } from '../../local/azure/registry';
import type { ResolvedResource, ResolvedTemplate } from '../../local/resolved-template';
import { isInGroup } from '../../semantics/event-grid/permission-bindings';
import { type DeclaredWill, readWill, WILL_METADATA } from '../declared-will';
import { isPartOf } from './namespace-part';

/** A will on Azure, with the clients that leave it. */
export interface AzureWill extends DeclaredWill {
  /** Quality of service. @default - unknown */
  readonly qos?: number;
  /** The clients that leave it, as far as they are known. */
  readonly leavers: readonly RegisteredClient[];
  /** Whether it is declared beside a client, whose own it then is. */
  readonly isOfOneClient: boolean;
  /** The resource beside which it is declared. @default - it is declared in no template */
  readonly logicalId?: string;
}

/**
 * The wills that the resources of a namespace declare in their comments: of a client for that client, of a client group
 * or permission binding for the clients of the group, of anything else for every client that may publish.
 * @throws LastwillError TEMPLATE_INVALID that names what is no will.
 */
export function willsOf(template: ResolvedTemplate, registry: AzureRegistry): AzureWill[] {
  return template.resources
    .filter((resource) => isPartOf(resource, registry))
    .flatMap((resource) => {
      const { [WILL_METADATA]: written = [] } = resource.comments ?? {};
      const place = `${template.file ?? template.name}: ${resource.logicalId}.//.${WILL_METADATA}`;
      const wills = [written].flat().map((will) => readWill(will, place));
      return wills.map((will) => ({
        ...will,
        leavers: leaversOf(resource, registry),
        isOfOneClient: childKindOf(resource) === 'clients',
        logicalId: resource.logicalId,
      }));
    });
}

/** A will that is declared in no template: every client that may publish leaves it. */
export function willOfEveryPublisher(will: DeclaredWill, registry: AzureRegistry): AzureWill {
  return { ...will, leavers: publishers(registry), isOfOneClient: false };
}

function childKindOf({ type }: ResolvedResource): string | undefined {
  return type.toLowerCase().split('/')[2];
}

function leaversOf(resource: ResolvedResource, registry: AzureRegistry): RegisteredClient[] {
  const clients = [...registry.clients.values()];
  const kind = childKindOf(resource);
  if (kind === 'clients') return clients.filter(({ logicalId }) => logicalId === resource.logicalId);
  if (kind !== 'clientgroups' && kind !== 'permissionbindings') return publishers(registry);
  const isNamed = ({ name }: { readonly name: string }): boolean =>
    name.toLowerCase() === resource.attributes.name?.toLowerCase();
  const group = kind === 'clientgroups' ? registry.groups.find(isNamed) : registry.bindings.find(isNamed)?.group;
  return group === undefined ? [] : clients.filter(({ identity }) => isInGroup(identity, group) !== false);
}

function publishers({ bindings, clients }: AzureRegistry): RegisteredClient[] {
  const groups = bindings.filter(({ permission }) => permission === 'Publisher').map(({ group }) => group);
  return [...clients.values()].filter(({ identity }) => groups.some((group) => isInGroup(identity, group) !== false));
}
