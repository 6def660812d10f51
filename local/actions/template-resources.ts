import type { ResolvedResource, ResolvedTemplate } from '../resolved-template';

/** Finds resources of all templates by type, ARN or what `Ref` gives. */
export class TemplateResources {
  readonly #byType = new Map<string, ResolvedResource[]>();

  constructor(templates: readonly ResolvedTemplate[]) {
    for (const resource of templates.flatMap(({ resources }) => resources)) {
      const same = this.#byType.get(resource.type);
      if (same === undefined) this.#byType.set(resource.type, [resource]);
      else same.push(resource);
    }
  }

  ofType(type: string): readonly ResolvedResource[] {
    return this.#byType.get(type) ?? [];
  }

  /** The resource of a type whose `Ref` or any attribute is `identifier`. */
  find(type: string, identifier: string): ResolvedResource | undefined {
    return this.ofType(type).find(
      ({ ref, attributes }) => ref === identifier || Object.values(attributes).includes(identifier),
    );
  }
}
