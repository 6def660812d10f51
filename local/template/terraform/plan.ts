import { isJsonObject, type JsonObject, own } from '../../json-value';
import { TemplateProblem } from '../template-problem';
import { armId, NO_SUBSCRIPTION } from './arm';
import { type ResolutionNotes, type ResolvedInstance, readAzapiInstance } from './azapi-instance';
import { armEquivalent, parentOf } from './azurerm';
import { located } from './located';
import { objectIn, objectsIn } from './plan-members';
import { type PlannedPlace, PlanReferences } from './plan-references';
import { Unknown, type Value, type ValueObject } from './values';

/** A resource of a plan, with what is known of it. */
interface PlannedResource extends PlannedPlace {
  readonly address: string;
  readonly values: ValueObject;
}

const AZAPI_TYPES = ['azapi_resource', 'azapi_update_resource'];

/** Whether JSON is what `terraform show -json` writes of a plan or of a state. */
export function isPlan(json: JsonObject): boolean {
  return 'planned_values' in json || ('values' in json && 'terraform_version' in json);
}

/**
 * Reads a plan, or a state, as `terraform show -json` writes it: modules, `for_each`, variables and data sources have
 * been evaluated by Terraform itself. What is known only once applied is followed by the configuration in the plan.
 * @throws TemplateProblem that names the resource that cannot be.
 * @see https://developer.hashicorp.com/terraform/internals/json-format
 */
export function readPlan(
  json: JsonObject,
  notes: ResolutionNotes,
): { readonly instances: ResolvedInstance[]; readonly outputs: JsonObject } {
  const planned = objectIn(json, 'planned_values' in json ? 'planned_values' : 'values');
  const unknown = unknownValues(json);
  const resources = resourcesIn(objectIn(planned, 'root_module'), unknown);
  const ids = new PlannedIds(resources, new PlanReferences(own(json, 'configuration'), resources), notes);
  const outputs = Object.entries(objectIn(planned, 'outputs')).map(([name, output]) => [
    name,
    isJsonObject(output) ? own(output, 'value') : undefined,
  ]);
  return {
    instances: resources.flatMap((resource) => located(resource.address, () => instanceOf(resource, ids, notes))),
    outputs: Object.fromEntries(outputs),
  };
}

function instanceOf(resource: PlannedResource, ids: PlannedIds, notes: ResolutionNotes): ResolvedInstance[] {
  const { address, type, values } = resource;
  if (AZAPI_TYPES.includes(type)) {
    const attributes = { ...values, ...ids.parentAttribute(resource) };
    const read = (key: string): Value | undefined => (own(attributes, key) as Value | undefined) ?? undefined;
    return [readAzapiInstance({ type, path: address, address, read, comments: {}, notes })];
  }
  const equivalent = armEquivalent(type, values);
  if (equivalent === undefined) return [];
  const name = String(values.name);
  const parentId = parentOf(type, values, `/subscriptions/${NO_SUBSCRIPTION}`);
  const location = typeof values.location === 'string' ? values.location : undefined;
  const id = armId(parentId, equivalent.armType, name);
  return [{ ...equivalent, address, id, name, parentId, location, comments: {}, updates: false }];
}

/** Ids of the resources of a plan, also of those that are not there yet. */
class PlannedIds {
  readonly #resources: readonly PlannedResource[];
  readonly #references: PlanReferences<PlannedResource>;
  readonly #notes: ResolutionNotes;
  readonly #underway = new Set<PlannedResource>();

  constructor(
    resources: readonly PlannedResource[],
    references: PlanReferences<PlannedResource>,
    notes: ResolutionNotes,
  ) {
    this.#resources = resources;
    this.#references = references;
    this.#notes = notes;
  }

  /** What a resource belongs to, or what it changes. */
  parentAttribute(resource: PlannedResource): ValueObject {
    const attribute = resource.type === 'azapi_update_resource' ? 'resource_id' : 'parent_id';
    const known = resource.values[attribute];
    if (typeof known === 'string') return { [attribute]: known };
    const owner = this.#references.find(resource, attribute) ?? this.#onlyOwner(resource);
    if (owner !== undefined) return { [attribute]: this.#idOf(owner) };
    this.#notes.addGap(
      resource.address,
      `'${attribute}' is only known once deployed, and no resource of the plan is it`,
    );
    return { [attribute]: `${resource.address}.${attribute}` };
  }

  #idOf(resource: PlannedResource): string {
    const { type, values, address } = resource;
    if (typeof values.id === 'string') return values.id;
    if (this.#underway.has(resource)) throw new TemplateProblem(address, 'must not belong to itself');
    this.#underway.add(resource);
    const { parent_id: parentId } = AZAPI_TYPES.includes(type)
      ? this.parentAttribute(resource)
      : { parent_id: parentOf(type, values, `/subscriptions/${NO_SUBSCRIPTION}`) };
    this.#underway.delete(resource);
    return armId(String(parentId), armTypeOf(resource), String(values.name));
  }

  /** The resource to which a child belongs when there is only one of the kind. */
  #onlyOwner(resource: PlannedResource): PlannedResource | undefined {
    const wanted = armTypeOf(resource).split('/').slice(0, -1).join('/').toLowerCase();
    const owners = this.#resources.filter((candidate) => armTypeOf(candidate).toLowerCase() === wanted);
    return owners.length === 1 ? owners[0] : undefined;
  }
}

function armTypeOf({ type, values }: PlannedResource): string {
  const written = typeof values.type === 'string' ? values.type : '';
  return armEquivalent(type, values)?.armType ?? written.split('@')[0] ?? '';
}

function resourcesIn(module: JsonObject, unknown: ReadonlyMap<string, unknown>): PlannedResource[] {
  const path = String(own(module, 'address') ?? '');
  const direct = objectsIn(module, 'resources').flatMap((resource): PlannedResource[] => {
    if (own(resource, 'mode') === 'data') return [];
    const address = String(own(resource, 'address'));
    const values = withUnknown(objectIn(resource, 'values') as Value, unknown.get(address), address);
    const [type, name] = [String(own(resource, 'type')), String(own(resource, 'name'))];
    return [{ module: path, address, type, name, index: own(resource, 'index'), values: values as ValueObject }];
  });
  return [...direct, ...objectsIn(module, 'child_modules').flatMap((child) => resourcesIn(child, unknown))];
}

/** What of each resource is not known, by its address. */
function unknownValues(json: JsonObject): ReadonlyMap<string, unknown> {
  const changes = objectsIn(json, 'resource_changes');
  return new Map(
    changes.map((change) => [String(own(change, 'address')), own(objectIn(change, 'change'), 'after_unknown')]),
  );
}

/** A value with what stands for its unknown members put in, where the plan leaves them out. */
function withUnknown(value: Value | undefined, unknown: unknown, address: string): Value {
  if (unknown === true) return new Unknown(address);
  if (Array.isArray(unknown)) {
    const items = Array.isArray(value) ? (value as readonly Value[]) : [];
    const length = Math.max(items.length, unknown.length);
    return Array.from({ length }, (_, index) => withUnknown(items[index], unknown[index], `${address}[${index}]`));
  }
  if (!isJsonObject(unknown)) return value ?? null;
  const known = isJsonObject(value) ? (value as ValueObject) : {};
  const members = Object.entries(unknown).map(([key, member]) => [
    key,
    withUnknown(own(known, key) as Value | undefined, member, `${address}.${key}`),
  ]);
  return { ...known, ...Object.fromEntries(members) };
}
