import { mustBe } from '../../presence/errors';
import { describe, isJsonObject, type JsonObject, own } from '../json-value';
import type { ResolvedResource } from '../resolved-template';

/** Collects what is wrong with the resources of a template, each with its place. */
export class ResourceProblems {
  readonly messages: string[] = [];

  /** @param place e.g. `azapi_resource.sensors.body.properties.query` */
  add(place: string, rule: string, value: unknown): void {
    this.messages.push(mustBe(place, rule, value ?? 'nothing'));
  }
}

/** Reads the members of a resource's body, and notes what Azure would refuse. `null` counts as absent. */
export class ResourceReader {
  readonly resource: ResolvedResource;
  readonly #problems: ResourceProblems;
  readonly #root: unknown;

  constructor(resource: ResolvedResource, problems: ResourceProblems) {
    this.resource = resource;
    this.#problems = problems;
    this.#root = own(resource.properties, 'body');
  }

  get name(): string {
    return this.resource.attributes.name ?? '';
  }

  /** Notes that the member at `path` breaks a rule. */
  refuse(path: string, rule: string, value: unknown): void {
    this.#problems.add(`${this.resource.logicalId}.body.${path}`, rule, value);
  }

  /** The member at a path such as `properties.query`. */
  value(path: string): unknown {
    const found = path
      .split('.')
      .reduce<unknown>((object, name) => (isJsonObject(object) ? own(object, name) : undefined), this.#root);
    return found === null ? undefined : found;
  }

  text(path: string): string | undefined {
    const value = this.value(path);
    if (value === undefined || typeof value === 'string') return value;
    this.refuse(path, 'text', describe(value));
    return undefined;
  }

  /** Text that must be there. */
  requiredText(path: string): string | undefined {
    const text = this.text(path);
    if (this.value(path) === undefined || text === '') this.refuse(path, 'given', undefined);
    return text === '' ? undefined : text;
  }

  member<T extends string>(path: string, members: readonly T[]): T | undefined {
    const text = this.text(path);
    const found = members.find((member) => member === text);
    if (text !== undefined && found === undefined) this.refuse(path, `one of ${members.join(', ')}`, text);
    return found;
  }

  integer(path: string, minimum: number, maximum: number): number | undefined {
    const value = this.value(path);
    if (value === undefined) return undefined;
    const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
    if (typeof number === 'number' && Number.isInteger(number) && number >= minimum && number <= maximum) return number;
    this.refuse(path, `an integer from ${minimum} to ${maximum}`, value);
    return undefined;
  }

  texts(path: string): string[] {
    return this.list(path).flatMap((item, index) => {
      if (typeof item === 'string') return [item];
      this.refuse(`${path}[${index}]`, 'text', describe(item));
      return [];
    });
  }

  list(path: string): readonly unknown[] {
    const value = this.value(path);
    if (value === undefined || Array.isArray(value)) return value ?? [];
    this.refuse(path, 'a list', describe(value));
    return [];
  }

  object(path: string): JsonObject {
    const value = this.value(path);
    if (value === undefined || isJsonObject(value)) return value ?? {};
    this.refuse(path, 'an object', describe(value));
    return {};
  }
}
