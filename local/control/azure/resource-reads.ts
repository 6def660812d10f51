import type { JsonObject } from '../../json-value';
import type { HttpCall } from '../http-exchange';
import type { AzureSubscription, FaultInjection } from '../ports';
import { inSubscription } from './addressable';
import { requireApiVersion } from './api-version';
import { ArmError } from './arm-error';
import { bodyOf } from './resource-bodies';
import { appliesTo, isRoleAssignment } from './role-assignments';

/** Entries of a list when `$top` does not say. @see https://learn.microsoft.com/en-us/rest/api/eventgrid/controlplane/namespaces/list-by-resource-group */
const DEFAULT_TOP = 20;
const MAXIMUM_TOP = 100;

/** What a path is about. */
interface ArmTarget {
  /** The path without what lists everything of a type. */
  readonly id: string;
  /** The resource type in lower case, e.g. `microsoft.eventgrid/namespaces/clients`. */
  readonly type: string;
  readonly isList: boolean;
}

/**
 * Reads one resource, or lists those of a type below another.
 * @throws ArmError as Azure answers.
 */
export function readResource(call: HttpCall, subscription: AzureSubscription, fault: FaultInjection): JsonObject {
  const target = targetOf(inSubscription(pathOf(call), subscription.resources));
  failIfInjected(call.method, target, fault);
  if (call.method !== 'GET') {
    throw new ArmError('MethodNotAllowed', `the embedded Azure only answers reads, got ${call.method}`, 405);
  }
  requireApiVersion(call.query.get('api-version'), target.type);
  requireScope(target.id, subscription);
  return target.isList ? list(target, call, subscription) : one(target, subscription);
}

function pathOf({ path }: HttpCall): string {
  try {
    return decodeURIComponent(path)
      .replace(/\/{2,}/g, '/')
      .replace(/\/+$/, '');
  } catch {
    throw new ArmError('BadRequest', 'The path of the request must be percent-encoded UTF-8.', 400);
  }
}

/** After the provider's name, types and names take turns. */
function targetOf(path: string): ArmTarget {
  const [scope = '', provided] = splitAtProvider(path);
  if (provided === undefined) return scopeTarget(path);
  const [provider = '', ...rest] = provided.split('/');
  const types = rest.filter((_, index) => index % 2 === 0);
  const isList = rest.length % 2 === 1;
  const type = [provider, ...types].join('/').toLowerCase();
  const id = isList ? parentOf(scope, provider, rest) : path;
  return { id, type, isList };
}

function splitAtProvider(path: string): readonly string[] {
  const at = path.toLowerCase().lastIndexOf('/providers/');
  return at === -1 ? [path] : [path.slice(0, at), path.slice(at + '/providers/'.length)];
}

function parentOf(scope: string, provider: string, rest: readonly string[]): string {
  return rest.length === 1 ? scope : `${scope}/providers/${[provider, ...rest.slice(0, -1)].join('/')}`;
}

/** A subscription or a resource group. */
function scopeTarget(path: string): ArmTarget {
  const segments = path.split('/').length - 1;
  const isList = segments % 2 === 1;
  const type = segments > 2 ? 'microsoft.resources/resourcegroups' : 'microsoft.resources/subscriptions';
  return { id: isList ? path.slice(0, path.lastIndexOf('/')) : path, type, isList };
}

function one({ id }: ArmTarget, subscription: AzureSubscription): JsonObject {
  const found = subscription.resources.find(({ ref }) => same(ref, id));
  if (found !== undefined) return bodyOf(found, subscription);
  const scope = scopeBody(id);
  if (scope !== undefined) return scope;
  const [, group] = /\/resourceGroups\/([^/]+)/i.exec(id) ?? [];
  throw new ArmError(
    'ResourceNotFound',
    `The Resource '${typeAndName(id)}' under resource group '${group ?? ''}' was not found.`,
    404,
  );
}

/** A subscription, or a resource group that was there before; that they exist has been asked. */
function scopeBody(id: string): JsonObject | undefined {
  const [, subscriptionId, , name] = /^\/subscriptions\/([^/]+)(\/resourceGroups\/([^/]+))?$/i.exec(id) ?? [];
  if (subscriptionId === undefined) return undefined;
  if (name === undefined) return { id, subscriptionId, displayName: 'embedded Azure', state: 'Enabled' };
  const properties = { provisioningState: 'Succeeded' };
  return { id, name, type: 'Microsoft.Resources/resourceGroups', properties };
}

function list(target: ArmTarget, call: HttpCall, subscription: AzureSubscription): JsonObject {
  const { id, type } = target;
  const isChild = type.split('/').length > 2;
  if (isChild) one({ ...target, id }, subscription);
  const filter = call.query.get('$filter') ?? '';
  const all = subscription.resources.filter(
    (resource) =>
      resource.type.toLowerCase() === type &&
      (isRoleAssignment(type) ? appliesTo(resource, id, filter) : below(resource.ref, id)),
  );
  const top = numberIn(call, '$top', DEFAULT_TOP, MAXIMUM_TOP);
  const skip = numberIn(call, '$skiptoken', 0, Number.MAX_SAFE_INTEGER);
  const value = all.slice(skip, skip + top).map((resource) => bodyOf(resource, subscription));
  if (skip + top >= all.length) return { value };
  const query = new URLSearchParams(call.query);
  query.set('$skiptoken', String(skip + top));
  return { value, nextLink: `http://${call.headers.host ?? 'localhost'}${call.path}?${query}` };
}

/** Only subscriptions and resource groups in which something is declared exist. */
function requireScope(id: string, { resources }: AzureSubscription): void {
  const [scope, subscription = '', , group] = /^\/subscriptions\/([^/]+)(\/resourceGroups\/([^/]+))?/i.exec(id) ?? [];
  if (scope === undefined) return;
  const declares = (place: string): boolean => resources.some(({ ref }) => same(ref, place) || below(ref, place));
  if (!declares(`/subscriptions/${subscription}`)) {
    throw new ArmError('SubscriptionNotFound', `The subscription '${subscription}' could not be found.`, 404);
  }
  if (group !== undefined && !declares(scope)) {
    throw new ArmError('ResourceGroupNotFound', `Resource group '${group}' could not be found.`, 404);
  }
}

function failIfInjected(method: string, { type }: ArmTarget, fault: FaultInjection): void {
  const injected = fault({ service: 'management', operation: `${method} ${type}` });
  if (injected === undefined) return;
  const { code, status = STATUSES[code] ?? 400, message = code } = injected;
  throw new ArmError(code, message, status, status === 429 ? { 'retry-after': '0' } : {});
}

const STATUSES: Readonly<Record<string, number>> = {
  AuthorizationFailed: 403,
  ExpiredAuthenticationToken: 401,
  InvalidAuthenticationToken: 401,
  ResourceNotFound: 404,
  SubscriptionNotFound: 404,
  TooManyRequests: 429,
};

function numberIn({ query }: HttpCall, name: string, byDefault: number, maximum: number): number {
  const text = query.get(name);
  const value = text === null ? byDefault : Number(text);
  if (Number.isInteger(value) && value >= 0 && value <= maximum && (name !== '$top' || value > 0)) return value;
  throw new ArmError('InvalidQueryParameter', `${name} must be an integer up to ${maximum}, got '${text}'`, 400);
}

function typeAndName(id: string): string {
  return splitAtProvider(id)[1] ?? id;
}

function same(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

function below(id: string, parent: string): boolean {
  return id.toLowerCase().startsWith(`${parent.toLowerCase()}/`);
}
