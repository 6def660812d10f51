import { describe } from '../../json-value';
import type { ResolutionGap } from '../../resolved-template';
import { TemplateProblem } from '../template-problem';
import { armId, exported, identityBody, merged, openEnded, readOnlyProperties, splitType } from './arm';
import { firstUnknown, isObject, textOf, Unknown, type Value, type ValueObject } from './values';

/** One azapi resource, or one instance of it. */
export interface ResolvedInstance {
  /** E.g. `azapi_resource.sensors` or `azapi_resource.clients["a"]`. */
  readonly address: string;
  readonly armType: string;
  readonly apiVersion: string;
  readonly id: string;
  readonly name: string;
  readonly parentId: string;
  readonly location: string | undefined;
  readonly body: Value;
  /** Comments of ours, with their references replaced. */
  readonly comments: ValueObject;
  /** Of an `azapi_update_resource`: the body is laid over the resource of this id. */
  readonly updates: boolean;
}

/** What is told to users about a configuration, besides what is wrong. */
export class ResolutionNotes {
  readonly warnings = new Set<string>();
  /** What may matter and is not known. */
  readonly gaps: ResolutionGap[] = [];

  /** Warns that something is not known; nothing that could matter is proved without it. */
  addGap(logicalId: string, message: string): void {
    this.warnings.add(`${logicalId}: ${message}`);
    this.gaps.push({ logicalId, message });
  }
}

/** Where the attributes of an instance come from. */
export interface InstanceSource {
  /** `azapi_resource` or `azapi_update_resource`. */
  readonly type: string;
  /** Where it stands, for messages. */
  readonly path: string;
  readonly address: string;
  /** The evaluated attribute; `undefined` when it is absent or null. */
  readonly read: (key: string) => Value | undefined;
  readonly comments: ValueObject;
  readonly notes: ResolutionNotes;
}

/**
 * Reads one azapi resource.
 * @throws TemplateProblem that names the place of what is missing or cannot be.
 */
export function readAzapiInstance(source: InstanceSource): ResolvedInstance {
  const { type, path, address, read, comments } = source;
  const text = (key: string): string | undefined => {
    const value = read(key);
    return value instanceof Unknown ? value.address : value === undefined ? undefined : textOf(value);
  };
  const { armType, apiVersion } = splitType(text('type') ?? missing(path, 'type'));
  const resourceId = text('resource_id');
  const name = text('name') ?? resourceId?.split('/').pop() ?? missing(path, 'name');
  const parentId = text('parent_id') ?? '';
  const written = merged(bodyOf(source, read('body')), bodyOf(source, read('sensitive_body')));
  const body = merged(written, identityBody(read('identity')));
  noteUnknown(source, armType, body);
  return {
    address,
    armType,
    apiVersion,
    id: resourceId ?? armId(parentId, armType, name),
    name,
    parentId,
    location: text('location'),
    body,
    comments,
    updates: type === 'azapi_update_resource',
  };
}

/** What references to an instance give. */
export function referencesTo(instance: ResolvedInstance, exports: Value | undefined): Value {
  const { address, armType, apiVersion, id, name, parentId, location, body } = instance;
  const answer = merged(body, { properties: readOnlyProperties(armType, name, location ?? '', id) });
  const output = exported(answer, exports, `${address}.output`);
  return openEnded(
    { id, name, parent_id: parentId, type: `${armType}@${apiVersion}`, location: location ?? null, body, output },
    address,
  );
}

function bodyOf({ path, notes }: InstanceSource, value: Value | undefined): Value {
  if (value === undefined) return {};
  if (typeof value !== 'string') return value;
  notes.warnings.add(`${path}.body is text: version 2 of azapi wants an object, without jsonencode()`);
  try {
    return JSON.parse(value);
  } catch {
    throw new TemplateProblem(`${path}.body`, `must be an object, got ${describe(value)}`);
  }
}

function noteUnknown({ address, notes }: InstanceSource, armType: string, body: Value): void {
  const unknown = firstUnknown(body);
  if (unknown === undefined) return;
  const message = `'${unknown.address}' is only known once deployed; its name stands in for it here`;
  if (decidesPermissions(armType, body)) notes.addGap(address, message);
  else notes.warnings.add(`${address}: ${message}`);
}

/** Whether something unknown in the body may decide who may do what. */
function decidesPermissions(armType: string, body: Value): boolean {
  const properties = isObject(body) && isObject(body.properties ?? null) ? (body.properties as ValueObject) : {};
  switch (armType.toLowerCase()) {
    case 'microsoft.eventgrid/namespaces/clientgroups':
    case 'microsoft.eventgrid/namespaces/topicspaces':
    case 'microsoft.eventgrid/namespaces/permissionbindings':
      return true;
    case 'microsoft.eventgrid/namespaces/clients':
      return firstUnknown([properties.attributes ?? null, properties.authenticationName ?? null]) !== undefined;
    default:
      return false;
  }
}

function missing(path: string, key: string): never {
  throw new TemplateProblem(path, `must have '${key}'`);
}
