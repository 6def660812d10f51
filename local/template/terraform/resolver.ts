import { isJsonObject, type JsonObject, own } from '../../json-value';
import { TemplateProblem } from '../template-problem';
import { armId, NO_SUBSCRIPTION, openEnded } from './arm';
import { ResolutionNotes, type ResolvedInstance, readAzapiInstance, referencesTo } from './azapi-instance';
import { type ArmEquivalent, armEquivalent, parentOf } from './azurerm';
import { type Block, type Configuration, commentsOf, labelled } from './configuration';
import { type Environment, entriesOf, evaluateExpression } from './evaluate';
import type { FunctionContext } from './functions';
import { convertParameter } from './parameters';
import { parseTemplateString } from './parser';
import { ExpressionProblem } from './scanner';
import {
  describeValue,
  firstUnknown,
  isList,
  isObject,
  Members,
  numberOf,
  textOf,
  Unknown,
  type Value,
  type ValueObject,
} from './values';

/** Types of other providers that do nothing here and need no word about it. */
const SILENT_TYPES = [
  'time_sleep',
  'terraform_data',
  'null_resource',
  'random_id',
  'random_string',
  'random_uuid',
  'random_pet',
];
const AZAPI_TYPES = ['azapi_resource', 'azapi_update_resource'];

/** Evaluates what the blocks of a configuration say, each when something needs it. */
export class TerraformResolver {
  readonly instances: ResolvedInstance[] = [];
  readonly notes = new ResolutionNotes();

  readonly #resources: ReadonlyMap<string, Block>;
  readonly #data: ReadonlyMap<string, Block>;
  readonly #modules: ReadonlySet<string>;
  readonly #variables: ReadonlyMap<string, Block>;
  readonly #locals: JsonObject;
  readonly #parameters: Readonly<Record<string, string>>;
  readonly #files: FunctionContext;
  readonly #remoteOutput: (name: string) => Value | undefined;
  readonly #done = new Map<string, Value>();
  readonly #underway = new Set<string>();

  /** @param remoteOutput gives an output of another configuration of the same app, whose state this one reads */
  constructor(
    configuration: Configuration,
    parameters: Readonly<Record<string, string>>,
    files: FunctionContext,
    remoteOutput: (name: string) => Value | undefined = () => undefined,
  ) {
    const byAddress = (blocks: readonly Block[]): Map<string, Block> =>
      new Map(blocks.map((block) => [`${block.type}.${block.name}`, block]));
    this.#resources = byAddress(configuration.resources);
    this.#data = byAddress(configuration.data);
    this.#modules = new Set(configuration.modules.map((block) => block.name));
    this.#variables = new Map(configuration.variables.map((block) => [block.name, block]));
    this.#locals = configuration.locals;
    this.#parameters = parameters;
    this.#files = files;
    this.#remoteOutput = remoteOutput;
  }

  /** Evaluates a resource and everything that it depends on, once. */
  resource(address: string): Value {
    return this.#once(address, () => {
      const block = this.#resources.get(address);
      if (block === undefined) throw new ExpressionProblem(undeclared(address));
      for (const dependency of stringsOf(own(block.body, 'depends_on'))) this.#follow(dependency, block.path);
      return AZAPI_TYPES.includes(block.type) ? this.#azapi(block) : this.#foreign(block);
    });
  }

  /**
   * Evaluates whatever is written at `path`: strings as templates, lists and objects through and through.
   * @throws TemplateProblem that names the place of the first mistake.
   */
  evaluate(value: unknown, path: string, environment = this.#environment()): Value {
    if (typeof value === 'string') return this.#evaluateText(value, path, environment);
    if (Array.isArray(value)) return value.map((item, index) => this.evaluate(item, `${path}[${index}]`, environment));
    if (!isJsonObject(value)) return value as number | boolean | null;
    return Object.fromEntries(
      Object.entries(value).map(([key, member]) => [
        key.includes('{') ? textOf(this.#evaluateText(key, path, environment)) : key,
        this.evaluate(member, `${path}.${key}`, environment),
      ]),
    );
  }

  #evaluateText(text: string, path: string, environment: Environment): Value {
    try {
      return evaluateExpression(parseTemplateString(text), environment);
    } catch (error) {
      if (error instanceof ExpressionProblem) throw new TemplateProblem(path, error.message);
      throw error;
    }
  }

  #once(address: string, evaluate: () => Value): Value {
    const done = this.#done.get(address);
    if (done !== undefined) return done;
    if (this.#underway.has(address)) throw new ExpressionProblem(`'${address}' depends on itself`);
    this.#underway.add(address);
    try {
      const value = evaluate();
      this.#done.set(address, value);
      return value;
    } finally {
      this.#underway.delete(address);
    }
  }

  #follow(dependency: string, path: string): void {
    const bare = dependency.replace(/^\$\{(.*)\}$/, '$1').replace(/\[.*$/, '');
    if (/^(data|module|var|local)\./.test(bare)) return;
    const address = bare.split('.').slice(0, 2).join('.');
    if (!this.#resources.has(address)) throw new TemplateProblem(`${path}.depends_on`, undeclared(address));
    this.resource(address);
  }

  #environment(names: ValueObject = {}): Environment {
    return {
      readFile: (path) => this.#files.readFile(path),
      lookup: (name) => (Object.hasOwn(names, name) ? (names[name] as Value) : this.#lookup(name)),
    };
  }

  #lookup(name: string): Value {
    switch (name) {
      case 'var':
        return new Members((variable) => this.#variable(variable));
      case 'local':
        return new Members((local) => this.#local(local));
      case 'data':
        return new Members((type) => new Members((label) => this.#dataSource(type, label)));
      case 'module':
        return new Members((module) => this.#module(module));
      case 'path':
        return { module: '.', root: '.', cwd: '.' };
      case 'terraform':
        return { workspace: 'default' };
      default:
        return new Members((label) => this.resource(`${name}.${label}`));
    }
  }

  #variable(name: string): Value {
    const block = this.#variables.get(name);
    if (block === undefined) throw new ExpressionProblem(`'var.${name}' is not declared`);
    const given = Object.hasOwn(this.#parameters, name) ? this.#parameters[name] : undefined;
    if (given !== undefined) return convertParameter(given, own(block.body, 'type'), name);
    const fallback = own(block.body, 'default');
    if (fallback !== undefined) return fallback as Value;
    throw new ExpressionProblem(`variable '${name}' has no default: give it with --parameter ${name}=VALUE`);
  }

  #local(name: string): Value {
    return this.#once(`local.${name}`, () => {
      if (!Object.hasOwn(this.#locals, name)) throw new ExpressionProblem(`'local.${name}' is not declared`);
      return this.evaluate(this.#locals[name], `locals.${name}`);
    });
  }

  #module(name: string): Value {
    if (!this.#modules.has(name)) throw new ExpressionProblem(undeclared(`module.${name}`));
    return new Unknown(`module.${name}`);
  }

  #dataSource(type: string, name: string): Value {
    const block = this.#data.get(`${type}.${name}`);
    if (block === undefined) throw new ExpressionProblem(undeclared(`data.${type}.${name}`));
    const address = `data.${type}.${name}`;
    if (/^(azapi_client_config|azurerm_client_config|azurerm_subscription)$/.test(type)) {
      const id = `/subscriptions/${NO_SUBSCRIPTION}`;
      const ids = ['subscription_id', 'tenant_id', 'object_id', 'client_id'].map((key) => [key, NO_SUBSCRIPTION]);
      return openEnded({ ...Object.fromEntries(ids), id, subscription_resource_id: id }, address);
    }
    if (type === 'terraform_remote_state') {
      const outputs = new Members(
        (output) => this.#remoteOutput(output) ?? new Unknown(`${address}.outputs.${output}`),
      );
      return new Members((member) => (member === 'outputs' ? outputs : new Unknown(`${address}.${member}`)));
    }
    return openEnded(this.#known(block), address);
  }

  #foreign(block: Block): Value {
    const address = `${block.type}.${block.name}`;
    const repeated = own(block.body, 'count') !== undefined || own(block.body, 'for_each') !== undefined;
    const known = this.#known(block);
    const equivalent = repeated ? undefined : armEquivalent(block.type, known);
    if (equivalent !== undefined) return this.#azurerm(block, known, equivalent);
    if (block.type.startsWith('azurerm_eventgrid_namespace')) {
      this.notes.addGap(address, 'skipped, because it is read here only as one resource, without count and for_each');
    } else if (!SILENT_TYPES.includes(block.type)) {
      this.notes.warnings.add(`${address} is skipped: only resources of the azapi provider run here`);
    }
    return repeated ? new Unknown(address) : openEnded(known, address);
  }

  #azurerm(block: Block, known: ValueObject, equivalent: ArmEquivalent): Value {
    const parentId = parentOf(block.type, known, `/subscriptions/${NO_SUBSCRIPTION}`);
    const name = textOf(known.name ?? null);
    const instance = {
      ...equivalent,
      address: `${block.type}.${block.name}`,
      id: armId(parentId, equivalent.armType, name),
      name,
      parentId,
      location: typeof known.location === 'string' ? known.location : undefined,
      comments: this.#comments(block, this.#environment()),
      updates: false,
    };
    this.instances.push(instance);
    return openEnded({ ...known, id: instance.id }, instance.address);
  }

  /** What the block itself says, as far as it can be evaluated. */
  #known({ body, path }: Block): ValueObject {
    return Object.fromEntries(
      labelled(body).flatMap(([key, value]) => {
        try {
          return [[key, this.evaluate(value, `${path}.${key}`)]];
        } catch (error) {
          if (error instanceof TemplateProblem) return [];
          throw error;
        }
      }),
    );
  }

  #azapi(block: Block): Value {
    const forEach = own(block.body, 'for_each');
    const count = own(block.body, 'count');
    if (forEach !== undefined && count !== undefined) {
      throw new TemplateProblem(block.path, 'must have only one of count and for_each');
    }
    if (forEach !== undefined) return this.#forEach(block, forEach);
    if (count !== undefined) return this.#count(block, count);
    return this.#instance(block, `${block.type}.${block.name}`, this.#environment());
  }

  #forEach(block: Block, written: unknown): Value {
    const value = this.evaluate(written, `${block.path}.for_each`);
    if (firstUnknown(value) !== undefined || !(isObject(value) || isList(value))) {
      throw new TemplateProblem(`${block.path}.for_each`, `must be a map or a set, got ${describeValue(value)}`);
    }
    const rows = isList(value) ? value.map((item) => [item, item] as const) : entriesOf(value);
    return Object.fromEntries(
      rows.map(([key, each]) => {
        const address = `${block.type}.${block.name}["${textOf(key)}"]`;
        return [textOf(key), this.#instance(block, address, this.#environment({ each: { key, value: each } }))];
      }),
    );
  }

  #count(block: Block, written: unknown): Value {
    const value = this.evaluate(written, `${block.path}.count`);
    if (value instanceof Unknown) throw new TemplateProblem(`${block.path}.count`, 'must be known before a deployment');
    const indices = Array.from({ length: Math.max(0, numberOf(value)) }, (_, index) => index);
    return indices.map((index) =>
      this.#instance(block, `${block.type}.${block.name}[${index}]`, this.#environment({ count: { index } })),
    );
  }

  #instance(block: Block, address: string, environment: Environment): Value {
    const read = (key: string): Value | undefined => {
      const written = own(block.body, key);
      return written === undefined || written === null
        ? undefined
        : this.evaluate(written, `${block.path}.${key}`, environment);
    };
    const comments = this.#comments(block, environment);
    const instance = readAzapiInstance({
      type: block.type,
      path: block.path,
      address,
      read,
      comments,
      notes: this.notes,
    });
    this.instances.push(instance);
    return referencesTo(instance, read('response_export_values'));
  }

  #comments(block: Block, environment: Environment): ValueObject {
    const evaluated = commentsOf(block).map(
      ([name, value]) => [name, this.evaluate(value, `${block.path}.//.${name}`, environment)] as const,
    );
    return Object.fromEntries(evaluated);
  }
}

function stringsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

function undeclared(address: string): string {
  const hint = /^(client|mqtt|principal)\./.test(address)
    ? `; to hand \${${address}} on to Azure, write $\${${address}}`
    : '';
  return `'${address}' is not declared${hint}`;
}
