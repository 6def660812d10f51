import { iotCallOf, isEmulatedIotCall } from '../../custom-resource';
import { describe, isJsonObject, type JsonObject, own } from '../../json-value';
import type { ResolvedResource } from '../../resolved-template';
import { TemplateProblem } from '../template-problem';
import { evaluate, evaluateCondition } from './intrinsics';
import { isQuietType, RESOURCE_KINDS } from './kinds';
import type { ParameterValue } from './parameters';
import {
  defaultProvisioned,
  type Provisioned,
  plausibleAttribute,
  type StackIdentity,
  urlSuffix,
} from './provisioning';
import { referencedIds } from './references';
import { NO_VALUE, type Scope } from './scope';

/** What a resolver works on. */
export interface ResolverInput {
  readonly document: JsonObject;
  readonly resources: JsonObject;
  readonly parameters: ReadonlyMap<string, ParameterValue>;
  readonly stack: StackIdentity;
  readonly imports: ReadonlyMap<string, unknown>;
  readonly provision: (type: string, logicalId: string, properties: JsonObject) => Provisioned | undefined;
}

/** Resolves one template's conditions and resources on demand, each resource after those that it refers to. */
export class CloudFormationResolver implements Scope {
  readonly region: string;
  readonly mappings: JsonObject;
  readonly #conditions = new Map<string, boolean | 'inProgress'>();
  readonly #resolved = new Map<string, ResolvedResource>();
  readonly #failed = new Map<string, TemplateProblem>();
  readonly #inProgress: string[] = [];
  readonly #warnings = new Set<string>();
  /** Logical ids of resources that have the attributes that they were given, and no others. */
  readonly #closed = new Set<string>();
  /** Logical ids by types that are not emulated. */
  readonly #skipped = new Map<string, string[]>();

  constructor(private readonly input: ResolverInput) {
    this.region = input.stack.region;
    this.mappings = isJsonObject(input.document.Mappings) ? input.document.Mappings : {};
  }

  /** Every resource resolved so far, each after those that it depends on. */
  get resources(): readonly ResolvedResource[] {
    return [...this.#resolved.values()];
  }

  get warnings(): readonly string[] {
    const skipped = [...this.#skipped].map(
      ([type, ids]) => `${type} is not emulated: ${ids.join(', ')} skipped, references to it get made-up values`,
    );
    return [...this.#warnings, ...skipped];
  }

  warn(warning: string): void {
    this.#warnings.add(warning);
  }

  /** Whether a resource or output exists: it has no condition or its condition holds. */
  isPresent(declaration: JsonObject, path: string): boolean {
    const name = declaration.Condition;
    if (name === undefined) return true;
    if (typeof name !== 'string')
      throw new TemplateProblem(`${path}.Condition`, `must be a name, got ${describe(name)}`);
    return this.condition(name, `${path}.Condition`);
  }

  condition(name: string, path: string): boolean {
    const known = this.#conditions.get(name);
    if (known === 'inProgress') throw new TemplateProblem(path, `condition ${name} depends on itself`);
    if (known !== undefined) return known;
    const section = this.input.document.Conditions;
    const declared = isJsonObject(section) ? own(section, name) : undefined;
    if (declared === undefined) throw new TemplateProblem(path, `Conditions has no condition '${name}'`);
    this.#conditions.set(name, 'inProgress');
    try {
      const holds = evaluateCondition(declared, `Conditions.${name}`, this);
      this.#conditions.set(name, holds);
      return holds;
    } catch (problem) {
      this.#conditions.delete(name);
      throw problem;
    }
  }

  reference(name: string, path: string): unknown {
    const parameter = this.input.parameters.get(name);
    if (parameter !== undefined) return parameter;
    if (name.startsWith('AWS::')) return this.#pseudoParameter(name, path);
    return this.#referenced(name, path).ref;
  }

  attribute(logicalId: string, attribute: string, path: string): unknown {
    const resource = this.#referenced(logicalId, path);
    const value = Object.hasOwn(resource.attributes, attribute)
      ? resource.attributes[attribute]
      : this.#madeUpAttribute(resource, attribute);
    if (value !== undefined) return value;
    const known = Object.keys(resource.attributes).join(', ');
    throw new TemplateProblem(path, `${resource.type} has no attribute '${attribute}', it has ${known}`);
  }

  #madeUpAttribute({ type, logicalId }: ResolvedResource, attribute: string): string | undefined {
    return this.#closed.has(logicalId) ? undefined : plausibleAttribute(type, logicalId, attribute, this.input.stack);
  }

  imported(name: string, path: string): unknown {
    const value = this.input.imports.get(name);
    if (value !== undefined) return value;
    throw new TemplateProblem(path, `no given template exports '${name}'; give the file that does as well`);
  }

  isMadeUp(value: unknown): boolean {
    return referencedIds(value).some((id) => {
      const declaration = own(this.input.resources, id);
      return isJsonObject(declaration) && !RESOURCE_KINDS.has(String(declaration.Type));
    });
  }

  /** Resolves one resource of the template, after everything that it depends on. */
  resource(logicalId: string): ResolvedResource {
    const known = this.#resolved.get(logicalId);
    if (known !== undefined) return known;
    const failure = this.#failed.get(logicalId);
    if (failure !== undefined) throw failure;
    this.#refuseCycle(logicalId);
    this.#inProgress.push(logicalId);
    try {
      const resource = this.#create(logicalId);
      this.#resolved.set(logicalId, resource);
      return resource;
    } catch (problem) {
      if (problem instanceof TemplateProblem) this.#failed.set(logicalId, problem);
      throw problem;
    } finally {
      this.#inProgress.pop();
    }
  }

  #refuseCycle(logicalId: string): void {
    const start = this.#inProgress.indexOf(logicalId);
    if (start < 0) return;
    const cycle = [...this.#inProgress.slice(start), logicalId].join(' -> ');
    throw new TemplateProblem(`Resources.${logicalId}`, `depends on itself: ${cycle}`);
  }

  #create(logicalId: string): ResolvedResource {
    const path = `Resources.${logicalId}`;
    const declaration = this.#declaration(logicalId, path);
    const type = declaration.Type;
    if (typeof type !== 'string') throw new TemplateProblem(`${path}.Type`, `must be a text, got ${describe(type)}`);
    for (const id of this.#dependencies(declaration.DependsOn, `${path}.DependsOn`)) this.resource(id);
    const properties = this.#properties(declaration.Properties, `${path}.Properties`);
    const standard = defaultProvisioned(type, logicalId, properties, this.input.stack);
    const provisioned = this.input.provision(type, logicalId, properties);
    if (provisioned?.closed === true) this.#closed.add(logicalId);
    if (provisioned === undefined && !isQuietType(type) && !isEmulated(type, properties)) {
      this.#skipped.set(type, [...(this.#skipped.get(type) ?? []), logicalId]);
    }
    const attributes = { ...standard.attributes, ...provisioned?.attributes };
    return { logicalId, type, properties, ref: provisioned?.ref ?? standard.ref, attributes };
  }

  #declaration(logicalId: string, path: string): JsonObject {
    const declaration = own(this.input.resources, logicalId);
    if (!isJsonObject(declaration)) throw new TemplateProblem(path, `must be an object, got ${describe(declaration)}`);
    return declaration;
  }

  #properties(declared: unknown, path: string): JsonObject {
    if (declared === undefined || declared === null) return {};
    const properties = evaluate(declared, path, this);
    if (properties === NO_VALUE) return {};
    if (!isJsonObject(properties)) throw new TemplateProblem(path, `must be an object, got ${describe(properties)}`);
    return properties;
  }

  /** What DependsOn names; CloudFormation ignores one whose condition does not hold. */
  #dependencies(declared: unknown, path: string): string[] {
    const ids = declared === undefined ? [] : Array.isArray(declared) ? declared : [declared];
    return ids.filter((id: unknown): id is string => {
      if (typeof id !== 'string') throw new TemplateProblem(path, `must be a logical id, got ${describe(id)}`);
      const declaration = own(this.input.resources, id);
      if (!isJsonObject(declaration)) throw new TemplateProblem(path, `the template has no resource '${id}'`);
      return this.isPresent(declaration, `Resources.${id}`);
    });
  }

  #referenced(logicalId: string, path: string): ResolvedResource {
    const declaration = own(this.input.resources, logicalId);
    if (!isJsonObject(declaration)) {
      throw new TemplateProblem(path, `the template has no parameter or resource '${logicalId}'`);
    }
    if (!this.isPresent(declaration, `Resources.${logicalId}`)) {
      throw new TemplateProblem(path, `resource '${logicalId}' does not exist, for its condition does not hold`);
    }
    return this.resource(logicalId);
  }

  #pseudoParameter(name: string, path: string): unknown {
    const { name: stackName, region, account, partition } = this.input.stack;
    switch (name) {
      case 'AWS::Region':
        return region;
      case 'AWS::AccountId':
        return account;
      case 'AWS::Partition':
        return partition;
      case 'AWS::URLSuffix':
        return urlSuffix(partition);
      case 'AWS::StackName':
        return stackName;
      case 'AWS::StackId':
        return `arn:${partition}:cloudformation:${region}:${account}:stack/${stackName}/00000000-0000-4000-8000-000000000000`;
      case 'AWS::NotificationARNs':
        return [];
      case 'AWS::NoValue':
        return NO_VALUE;
      default:
        throw new TemplateProblem(path, `'${name}' is not a pseudo parameter of CloudFormation`);
    }
  }
}

function isEmulated(type: string, properties: JsonObject): boolean {
  const call = iotCallOf(type, properties);
  return call !== undefined && isEmulatedIotCall(call.action);
}
