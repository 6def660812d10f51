import type { AzureRegistry } from '../../local/azure/registry';
import type { ResolvedResource } from '../../local/resolved-template';

/** Whether a resource is the namespace or stands in it; by name, because ids are written in many ways. */
export function isPartOf({ type, ref, properties }: ResolvedResource, { namespace }: AzureRegistry): boolean {
  const id = /^microsoft\.eventgrid\/namespaces$/i.test(type) ? ref : String(properties.parent_id);
  return id.toLowerCase().split('/').pop() === namespace.name.toLowerCase();
}
