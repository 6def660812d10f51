import { describe, isJsonObject, type JsonObject } from '../json-value';
import { ActionPropertyProblem } from '../rule-action';

/** Reads the properties of an action and refuses what AWS would refuse. */
export class ActionProperties {
  constructor(
    private readonly properties: JsonObject,
    private readonly prefix = '',
  ) {}

  /** @throws ActionPropertyProblem when it is missing, empty or not a text. */
  text(name: string): string {
    const value = this.optionalText(name);
    if (value === undefined || value === '') throw this.#problem(name, `must be a text, got ${describe(value)}`);
    return value;
  }

  /** Numbers and booleans count as text, as CloudFormation converts them. */
  optionalText(name: string): string | undefined {
    const value = this.properties[name];
    if (value === undefined || value === null) return undefined;
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value);
    throw this.#problem(name, `must be a text, got ${describe(value)}`);
  }

  optionalBoolean(name: string): boolean | undefined {
    const text = this.optionalText(name);
    if (text === undefined) return undefined;
    if (text === 'true' || text === 'false') return text === 'true';
    throw this.#problem(name, `must be true or false, got ${describe(text)}`);
  }

  oneOf<T extends string>(name: string, allowed: readonly T[], fallback: T): T {
    const text = this.optionalText(name) ?? fallback;
    const found = allowed.find((value) => value === text);
    if (found === undefined) throw this.#problem(name, `must be one of ${allowed.join(', ')}, got '${text}'`);
    return found;
  }

  object(name: string): ActionProperties | undefined {
    const value = this.properties[name];
    if (value === undefined || value === null) return undefined;
    if (!isJsonObject(value)) throw this.#problem(name, `must be an object, got ${describe(value)}`);
    return new ActionProperties(value, `${this.prefix}${name}.`);
  }

  list(name: string): readonly ActionProperties[] {
    const value = this.properties[name];
    if (value === undefined || value === null) return [];
    if (!Array.isArray(value)) throw this.#problem(name, `must be a list, got ${describe(value)}`);
    return value.map((item: unknown, index) => {
      if (!isJsonObject(item)) throw this.#problem(`${name}[${index}]`, `must be an object, got ${describe(item)}`);
      return new ActionProperties(item, `${this.prefix}${name}[${index}].`);
    });
  }

  #problem(name: string, reason: string): ActionPropertyProblem {
    return new ActionPropertyProblem(`${this.prefix}${name}`, reason);
  }
}
