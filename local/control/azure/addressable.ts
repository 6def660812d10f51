import { isJsonObject } from '../../json-value';
import type { ResolvedResource } from '../../resolved-template';

const SUBSCRIPTION = '/subscriptions/00000000-0000-0000-0000-000000000000';
const MARK = '/providers/';

/**
 * Gives resources an address under which they can be read where a template leaves the id of their parent to another
 * provider: what is not known of it stands for a resource group.
 */
export function addressable(resources: readonly ResolvedResource[]): readonly ResolvedResource[] {
  const unknown = new Set(
    resources.flatMap(({ ref }) => (ref.startsWith('/subscriptions/') || !ref.includes(MARK) ? [] : [parentIn(ref)])),
  );
  if (unknown.size === 0) return resources;
  const rename = (text: string): string => {
    const parent = text.includes(MARK) ? parentIn(text) : text;
    return unknown.has(parent)
      ? `${SUBSCRIPTION}/resourceGroups/${groupName(parent)}${text.slice(parent.length)}`
      : text;
  };
  return resources.map((resource) => ({
    ...resource,
    ref: rename(resource.ref),
    properties: renamed(resource.properties, rename) as ResolvedResource['properties'],
  }));
}

/**
 * A path in the subscription of the template where it names none in particular: all zeros stand for whichever there is,
 * so that nobody needs to know what somebody wrote by hand.
 */
export function inSubscription(path: string, resources: readonly ResolvedResource[]): string {
  if (!isBelow(path, SUBSCRIPTION) || resources.some(({ ref }) => isBelow(ref, SUBSCRIPTION))) return path;
  const namespace = resources.find(({ type }) => /^Microsoft\.EventGrid\/namespaces$/i.test(type)) ?? resources[0];
  const [own] = /^\/subscriptions\/[^/]+/i.exec(namespace?.ref ?? '') ?? [];
  return own === undefined ? path : own + path.slice(SUBSCRIPTION.length);
}

function isBelow(path: string, parent: string): boolean {
  return `${path}/`.toLowerCase().startsWith(`${parent}/`.toLowerCase());
}

function parentIn(id: string): string {
  return id.slice(0, id.indexOf(MARK));
}

/** Of `azurerm_resource_group.plants.id` it is `plants`. */
function groupName(parent: string): string {
  const name =
    /^(?:data\.)?\w+\.([\w-]+)\.id$/.exec(parent)?.[1] ?? parent.replace(/[^\w.()-]+/g, '-').replace(/^-|-$/g, '');
  return name === '' ? 'unknown' : name;
}

function renamed(value: unknown, rename: (text: string) => string): unknown {
  if (typeof value === 'string') return rename(value);
  if (Array.isArray(value)) return value.map((item) => renamed(item, rename));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [rename(key), renamed(member, rename)]));
}
