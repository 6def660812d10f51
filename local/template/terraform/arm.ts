import { callFunction } from './functions';
import { isList, isObject, Members, textOf, Unknown, type Value, type ValueObject } from './values';

/** What deployments show of the subscription when nothing else is known. */
export const NO_SUBSCRIPTION = '00000000-0000-0000-0000-000000000000';

/** Type and API version of an azapi resource, e.g. of `Microsoft.EventGrid/namespaces@2025-02-15`. */
export function splitType(type: string): { readonly armType: string; readonly apiVersion: string } {
  const [armType = '', apiVersion = ''] = type.split('@');
  return { armType, apiVersion };
}

/** The ARM id of a resource. */
export function armId(parentId: string, armType: string, name: string): string {
  if (/^Microsoft\.Resources\/resourceGroups$/i.test(armType)) return `${parentId}/resourceGroups/${name}`;
  const segments = armType.split('/');
  return segments.length > 2
    ? `${parentId}/${segments[segments.length - 1]}/${name}`
    : `${parentId}/providers/${armType}/${name}`;
}

/** What Azure answers besides what was sent, as far as other resources or outputs use it. */
export function readOnlyProperties(armType: string, name: string, location: string, id: string): ValueObject {
  switch (armType.toLowerCase()) {
    case 'microsoft.eventgrid/namespaces':
      return {
        topicSpacesConfiguration: { hostname: `${name}.${location}-1.ts.eventgrid.azure.net` },
        topicsConfiguration: { hostname: `${name}.${location}-1.eventgrid.azure.net` },
      };
    case 'microsoft.eventgrid/topics':
      return { endpoint: `https://${name}.${location}-1.eventgrid.azure.net/api/events` };
    case 'microsoft.managedidentity/userassignedidentities':
      return { principalId: uuidOf(`${id}/principal`), clientId: uuidOf(`${id}/client`), tenantId: NO_SUBSCRIPTION };
    default:
      return {};
  }
}

/** The managed identities that a block `identity` of the provider gives a resource, as Azure Resource Manager has them. */
export function identityBody(block: Value | undefined): ValueObject {
  const identity = block !== undefined && isList(block) ? block[0] : block;
  if (identity === undefined || !isObject(identity) || !Object.hasOwn(identity, 'type')) return {};
  const ids = Object.hasOwn(identity, 'identity_ids') ? identity.identity_ids : undefined;
  const userAssigned =
    ids !== undefined && isList(ids)
      ? Object.fromEntries(ids.map((id): [string, Value] => [id instanceof Unknown ? id.address : textOf(id), {}]))
      : undefined;
  return {
    identity: {
      type: identity.type as Value,
      ...(userAssigned === undefined ? {} : { userAssignedIdentities: userAssigned }),
    },
  };
}

function uuidOf(name: string): string {
  return String(callFunction('uuidv5', ['url', name], { readFile: () => '' }));
}

/** Lays one value over another; objects are merged, anything else is replaced. */
export function merged(under: Value, over: Value): Value {
  if (!isObject(under) || !isObject(over)) return over;
  const keys = new Set([...Object.keys(under), ...Object.keys(over)]);
  return Object.fromEntries(
    [...keys].map((key) => [
      key,
      Object.hasOwn(under, key) && Object.hasOwn(over, key)
        ? merged(under[key] as Value, over[key] as Value)
        : ((Object.hasOwn(over, key) ? over[key] : under[key]) as Value),
    ]),
  );
}

/** A value whose members are known, or else only known once deployed. */
export function openEnded(value: Value, address: string): Value {
  if (!isObject(value)) return value;
  return new Members((name) =>
    Object.hasOwn(value, name)
      ? openEnded(value[name] as Value, `${address}.${name}`)
      : new Unknown(`${address}.${name}`),
  );
}

/** The value at a path such as `properties.hostname`, for exported response values. */
function atPath(value: Value, path: string): Value | undefined {
  return path
    .split('.')
    .reduce<Value | undefined>(
      (found, name) =>
        found !== undefined && isObject(found) && Object.hasOwn(found, name) ? (found[name] as Value) : undefined,
      value,
    );
}

/** What a resource shows as its `output`: the whole answer, or what was asked for by name. */
export function exported(answer: Value, exports: Value | undefined, address: string): Value {
  if (exports === undefined || !isObject(exports)) return openEnded(answer, address);
  const named = Object.entries(exports).map(([key, path]): [string, Value] => [
    key,
    atPath(answer, textOf(path)) ?? new Unknown(`${address}.${key}`),
  ]);
  return Object.fromEntries(named);
}
