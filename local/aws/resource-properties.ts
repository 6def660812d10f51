import { mustBe } from '../../presence/errors';
import type { ResolvedResource, ResolvedTemplate } from '../resolved-template';
import type { Source } from './registry';

/** Reads the properties of one resource and collects what is wrong with them. */
export class ResourceProperties {
  readonly source: Source;
  readonly #problems: string[];
  readonly #properties: Readonly<Record<string, unknown>>;

  constructor(
    readonly template: ResolvedTemplate,
    readonly resource: ResolvedResource,
    problems: string[],
  ) {
    this.source = { template: template.file ?? template.name, logicalId: resource.logicalId };
    this.#properties = resource.properties;
    this.#problems = problems;
  }

  /** The ARN of a resource of IoT in the template's account. @param path e.g. `thing/lwtThing` */
  arn(path: string): string {
    const { partition, region, account } = this.template;
    return `arn:${partition}:iot:${region}:${account}:${path}`;
  }

  /** Whether the property is there. */
  has(name: string): boolean {
    return this.#properties[name] !== undefined;
  }

  /** The property whatever it is. */
  value(name: string): unknown {
    return this.#properties[name];
  }

  /** A text; `undefined` when it is absent or, with a problem noted, not a text. */
  text(name: string, rule: { readonly required?: true; readonly pattern?: RegExp } = {}): string | undefined {
    const value = this.#properties[name];
    if (value === undefined) {
      if (rule.required === true) this.refuse(name, 'is required');
      return undefined;
    }
    if (typeof value !== 'string') {
      this.mustBe(name, 'a string', value);
      return undefined;
    }
    if (rule.pattern !== undefined && !rule.pattern.test(value)) {
      this.mustBe(name, `a text that matches ${rule.pattern.source}`, value);
    }
    return value;
  }

  /** One of a closed set of words; `undefined` when it is absent or, with a problem noted, none of them. */
  oneOf<T extends string>(name: string, words: readonly T[], rule: { readonly required?: true } = {}): T | undefined {
    const text = this.text(name, rule);
    const found = words.find((word) => word === text);
    if (text !== undefined && found === undefined) this.mustBe(name, `one of ${words.join(', ')}`, text);
    return found;
  }

  /** Notes that properties are there which the resource type does not have. */
  refuseUnknown(known: readonly string[]): void {
    for (const name of Object.keys(this.#properties).filter((property) => !known.includes(property))) {
      this.refuse(name, `is not a property of ${this.resource.type}, which has ${known.join(', ')}`);
    }
  }

  /** Notes a problem worded `<property> must be <rule>, got <value>`. */
  mustBe(name: string, rule: string, value: unknown): void {
    this.#problems.push(mustBe(this.#path(name), rule, value));
  }

  /** Notes a problem with a property. */
  refuse(name: string, problem: string): void {
    this.#problems.push(`${this.#path(name)} ${problem}`);
  }

  #path(name: string): string {
    return `${this.source.template}: Resources.${this.source.logicalId}.Properties.${name}`;
  }
}
