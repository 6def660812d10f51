import { type JsonObject, own } from '../../json-value';
import { objectIn, objectsIn, textsIn } from './plan-members';

/** A resource of a plan, as far as references lead to it. */
export interface PlannedPlace {
  /** E.g. `module.fleet`; empty for the root module. */
  readonly module: string;
  readonly type: string;
  readonly name: string;
  /** Of `count` or `for_each`. */
  readonly index: unknown;
}

/**
 * Finds out to which resource an attribute refers that a plan does not know yet, by what the configuration in the plan
 * says: through variables and outputs of modules.
 * @see https://developer.hashicorp.com/terraform/internals/json-format#configuration-representation
 */
export class PlanReferences<Resource extends PlannedPlace> {
  readonly #root: JsonObject;
  readonly #resources: readonly Resource[];

  constructor(configuration: unknown, resources: readonly Resource[]) {
    this.#root = objectIn(configuration, 'root_module');
    this.#resources = resources;
  }

  /** The resource to which an attribute of another one refers; `undefined` when it refers to none of the plan. */
  find(from: Resource, attribute: string): Resource | undefined {
    const declared = objectsIn(this.#moduleAt(from.module), 'resources').find(
      (resource) => own(resource, 'type') === from.type && own(resource, 'name') === from.name,
    );
    const expression = own(objectIn(declared, 'expressions'), attribute);
    return this.#follow(from.module, expression, from.index, new Set());
  }

  #follow(module: string, expression: unknown, index: unknown, seen: Set<string>): Resource | undefined {
    for (const reference of textsIn(expression, 'references')) {
      const place = `${module} ${reference}`;
      if (seen.has(place)) continue;
      seen.add(place);
      const found = this.#step(module, reference, index, seen);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #step(module: string, reference: string, index: unknown, seen: Set<string>): Resource | undefined {
    const [first = '', second = '', third = ''] = reference.replace(/\[.*?\]/g, '').split('.');
    if (first === 'var') {
      const { parent, call } = this.#callOf(module);
      return this.#follow(parent, own(objectIn(call, 'expressions'), second), index, seen);
    }
    if (first === 'module') {
      const inside = `${module === '' ? '' : `${module}.`}module.${second}`;
      const output = objectIn(objectIn(this.#moduleAt(inside), 'outputs'), third);
      return this.#follow(inside, own(output, 'expression'), index, seen);
    }
    const candidates = this.#resources.filter(
      (resource) => withoutIndices(resource.module) === module && resource.type === first && resource.name === second,
    );
    const written = /^\w+\.[\w-]+\["?(.*?)"?\]/.exec(reference)?.[1];
    const isWanted = (candidate: Resource): boolean =>
      written === undefined ? candidate.index === index : String(candidate.index) === written;
    return candidates.find(isWanted) ?? candidates[0];
  }

  #moduleAt(path: string): JsonObject {
    return namesIn(path).reduce(
      (module, name) => objectIn(objectIn(objectIn(module, 'module_calls'), name), 'module'),
      this.#root,
    );
  }

  #callOf(path: string): { readonly parent: string; readonly call: JsonObject } {
    const names = namesIn(path);
    const parent = names
      .slice(0, -1)
      .map((name) => `module.${name}`)
      .join('.');
    return { parent, call: objectIn(objectIn(this.#moduleAt(parent), 'module_calls'), names.at(-1) ?? '') };
  }
}

function withoutIndices(path: string): string {
  return path.replace(/\[[^\]]*\]/g, '');
}

function namesIn(path: string): string[] {
  return [...withoutIndices(path).matchAll(/module\.([^.]+)/g)].map((match) => match[1] as string);
}
