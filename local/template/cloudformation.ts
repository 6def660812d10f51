import { LastwillError, throwIfAny } from '../../presence/errors';
import { describe, isJsonObject, type JsonObject, own } from '../json-value';
import type { ResolvedResource, ResolvedTemplate } from '../resolved-template';
import { evaluate } from './cloudformation/intrinsics';
import { expandLoops } from './cloudformation/language-extensions';
import { NESTED_STACK, NestedStacks, type ResolvedStack } from './cloudformation/nested-stacks';
import { type ParameterValue, resolveParameters } from './cloudformation/parameters';
import type { Provisioned, StackIdentity } from './cloudformation/provisioning';
import { CloudFormationResolver } from './cloudformation/resolver';
import { NO_VALUE } from './cloudformation/scope';
import {
  document,
  dynamicReferences,
  importArguments,
  resourcesOf,
  stackNameOf,
  transformsOf,
} from './template-document';
import { TemplateProblem, TemplateProblems } from './template-problem';
import { sharedEnvironment, type TemplateEnvironment, type TemplateSource } from './template-source';
import { parseTemplateText } from './template-text';

export type { TemplateSource } from './template-source';

/** Where a template is thought to be deployed, and how its resources come into being. */
export interface ResolveTemplateOptions {
  /** Values of parameters by name. A name that the template does not declare is ignored. @default - defaults only */
  readonly parameters?: Readonly<Record<string, string>>;
  /** @default - the one that a template is for, else 'us-east-1' */
  readonly region?: string;
  /** @default - the one that a template is for, else '123456789012' */
  readonly account?: string;
  /** @default - that of the region */
  readonly partition?: string;
  /** Values that `Fn::ImportValue` finds, by export name. @default - none */
  readonly imports?: ReadonlyMap<string, unknown>;
  /**
   * Called once per resource, after what it depends on; what it returns replaces the standard `Ref` and is laid over
   * the standard attributes.
   * @default - physical names and ARNs as CloudFormation would make them
   */
  readonly provision?: (
    type: string,
    logicalId: string,
    properties: JsonObject,
    stack: StackIdentity,
  ) => Provisioned | undefined;
}

/**
 * Resolves a CloudFormation template, in JSON or YAML, as a deployment would: parameters, conditions, mappings and
 * intrinsic functions. `Rules` and `Metadata` are ignored.
 * @throws LastwillError TEMPLATE_INVALID that names file, place and reason of everything that cannot work.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html
 */
export function resolveTemplate(source: TemplateSource, options: ResolveTemplateOptions = {}): ResolvedTemplate {
  return new OpenedTemplate(source, inEnvironment([source], options)).resolve(options.imports ?? new Map()).template;
}

/**
 * Resolves several templates of one account; what one exports another may import, in whatever order they are given.
 * @returns the templates in the order given, each followed by those of its nested stacks.
 * @throws LastwillError TEMPLATE_INVALID as {@link resolveTemplate}, also when templates import from each other in a
 * circle or are for several accounts or regions; OPTION_INVALID when a parameter is given that no template declares.
 */
export function resolveTemplates(
  sources: readonly TemplateSource[],
  options: ResolveTemplateOptions = {},
): ResolvedTemplate[] {
  const settled = inEnvironment(sources, options);
  const opened = sources.map((source) => new OpenedTemplate(source, settled));
  refuseUnknownParameters(opened, options.parameters ?? {});
  const imports = new Map(options.imports);
  const done = new Map<OpenedTemplate, readonly ResolvedTemplate[]>();
  const waiting = new Set(opened);
  while (waiting.size > 0) {
    const next = [...waiting].find((one) => !waitsForAnother(one, waiting));
    if (next === undefined) throw circle(waiting);
    const { template, nested, exports } = next.resolve(imports);
    for (const [name, value] of exports) imports.set(name, value);
    done.set(next, [template, ...nested]);
    waiting.delete(next);
  }
  return opened.flatMap((one) => done.get(one) ?? []);
}

function inEnvironment(sources: readonly TemplateSource[], options: ResolveTemplateOptions): SettledOptions {
  const { account = '123456789012', region = 'us-east-1' } = { ...sharedEnvironment(sources), ...given(options) };
  return { ...options, account, region, partition: options.partition ?? partitionOf(region) };
}

function given({ account, region }: ResolveTemplateOptions): TemplateEnvironment {
  return { ...(account === undefined ? {} : { account }), ...(region === undefined ? {} : { region }) };
}

/** @see https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html */
function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn';
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}

type SettledOptions = ResolveTemplateOptions &
  Required<Pick<ResolveTemplateOptions, 'account' | 'region' | 'partition'>>;

function refuseUnknownParameters(
  templates: readonly OpenedTemplate[],
  supplied: Readonly<Record<string, string>>,
): void {
  const declared = new Set(templates.flatMap((one) => [...one.parameters.keys()]));
  const known = declared.size === 0 ? 'none is declared' : `declared are ${[...declared].join(', ')}`;
  throwIfAny(
    'OPTION_INVALID',
    Object.keys(supplied)
      .filter((name) => !declared.has(name))
      .map((name) => `--parameter ${name} must be a parameter of a template, ${known}`),
  );
}

function waitsForAnother(one: OpenedTemplate, waiting: ReadonlySet<OpenedTemplate>): boolean {
  return [...waiting].some((other) => other !== one && other.exportNames().some((name) => one.importNames().has(name)));
}

function circle(waiting: ReadonlySet<OpenedTemplate>): LastwillError {
  const files = [...waiting].map((one) => one.file).join(', ');
  return new LastwillError('TEMPLATE_INVALID', `templates import values from each other in a circle: ${files}`);
}

/** A template that has been read and whose parameters are known. */
class OpenedTemplate {
  readonly file: string;
  readonly parameters: ReadonlyMap<string, ParameterValue>;
  readonly #problems = new TemplateProblems();
  readonly #document: JsonObject;
  readonly #resources: JsonObject;
  readonly #stack: StackIdentity;
  readonly #nested: NestedStacks<OpenedTemplate>;

  constructor(
    source: TemplateSource,
    private readonly options: SettledOptions,
    depth = 1,
  ) {
    this.file = source.name;
    const parsed = this.#problems.collect(() =>
      document('text' in source ? parseTemplateText(source.name, source.text) : source.json),
    );
    this.parameters = resolveParameters(parsed?.Parameters, options.parameters ?? {}, this.#problems);
    const expanded = this.#problems.collect(() => expandLoops(parsed ?? {}, this.parameters) as JsonObject) ?? {};
    this.#document = expanded;
    this.#resources = this.#problems.collect(() => resourcesOf(expanded)) ?? {};
    this.#stack = {
      name: source.stackName ?? stackNameOf(source.name),
      region: options.region,
      account: options.account,
      partition: options.partition,
    };
    this.#nested = new NestedStacks(
      source,
      (child, parameters) => new OpenedTemplate(child, { ...options, parameters }, depth + 1),
      depth,
    );
    this.#throwProblems();
  }

  /** The names that the template exports; they may depend on parameters but not on resources. */
  exportNames(): readonly string[] {
    const scratch = this.#resolver(new Map(), false);
    const own = Object.values(this.#outputs()).flatMap((output) => {
      const name = isJsonObject(output) && isJsonObject(output.Export) ? output.Export.Name : undefined;
      const value = new TemplateProblems().collect(() => evaluate(name, '', scratch));
      return typeof value === 'string' ? [value] : [];
    });
    return [...own, ...this.#children().flatMap((child) => child.exportNames())];
  }

  /** The names that the template imports. */
  importNames(): ReadonlySet<string> {
    const scratch = this.#resolver(new Map(), false);
    const names = importArguments([this.#resources, this.#outputs()]).map((argument) =>
      new TemplateProblems().collect(() => evaluate(argument, '', scratch)),
    );
    const children = this.#children().flatMap((child) => [...child.importNames()]);
    return new Set([...names.filter((name) => typeof name === 'string'), ...children]);
  }

  resolve(imports: ReadonlyMap<string, unknown>): ResolvedStack {
    const resolver = this.#resolver(imports, true);
    const transforms = transformsOf(this.#document).map(
      (name) => `Transform: ${name} is not run; what it would add to the template is missing`,
    );
    for (const transform of transforms) resolver.warn(transform);
    this.#resolveResources(resolver);
    const { outputs, exports } = this.#resolveOutputs(resolver);
    this.#throwProblems();
    const { nested } = this.#nested;
    for (const child of nested) for (const [name, value] of child.exports) exports.set(name, value);
    for (const reference of dynamicReferences(resolver.resources)) {
      resolver.warn(`the dynamic reference ${reference} is not looked up; its text stays as it is`);
    }
    // Those of comments would be about nothing that is deployed.
    const { warnings } = resolver;
    const resources = resolver.resources.map((resource) => ({
      ...resource,
      ...this.#commentsOf(resource.logicalId, resolver),
    }));
    return {
      template: {
        ...this.#stack,
        file: this.file,
        resources,
        outputs,
        warnings,
        gaps: [...transforms.map((message) => ({ logicalId: '', message })), ...this.#nested.gaps],
      },
      nested: nested.flatMap((child) => [child.template, ...child.nested]),
      exports,
    };
  }

  #resolveResources(resolver: CloudFormationResolver): void {
    for (const [logicalId, declaration] of Object.entries(this.#resources)) {
      this.#problems.collect(() => {
        const present = !isJsonObject(declaration) || resolver.isPresent(declaration, `Resources.${logicalId}`);
        if (present) resolver.resource(logicalId);
      });
    }
  }

  /** CloudFormation does nothing with it; what is for us may refer to resources. */
  #commentsOf(logicalId: string, resolver: CloudFormationResolver): Pick<ResolvedResource, 'comments'> {
    const declaration = own(this.#resources, logicalId);
    const { Metadata: metadata } = isJsonObject(declaration) ? declaration : {};
    const ours = Object.entries(isJsonObject(metadata) ? metadata : {}).filter(([key]) => key.startsWith('lastwill:'));
    if (ours.length === 0) return {};
    const resolved = new TemplateProblems().collect(() => evaluate(Object.fromEntries(ours), '', resolver));
    return isJsonObject(resolved) ? { comments: resolved } : {};
  }

  /** The nested stacks as far as they are known before anything is resolved. */
  #children(): OpenedTemplate[] {
    const scratch = this.#resolver(new Map(), false);
    return this.#nested.openKnown(this.#resources, scratch);
  }

  #resolveOutputs(resolver: CloudFormationResolver): {
    outputs: Record<string, unknown>;
    exports: Map<string, unknown>;
  } {
    const exports = new Map<string, unknown>();
    const entries = Object.entries(this.#outputs()).flatMap(([key, output]): [string, unknown][] => {
      const path = `Outputs.${key}`;
      const value = this.#problems.collect(() => {
        if (!isJsonObject(output)) throw new TemplateProblem(path, `must be an object, got ${describe(output)}`);
        if (!resolver.isPresent(output, path)) return NO_VALUE;
        const resolved = evaluate(output.Value, `${path}.Value`, resolver);
        const name = isJsonObject(output.Export)
          ? evaluate(output.Export.Name, `${path}.Export.Name`, resolver)
          : undefined;
        if (typeof name === 'string') exports.set(name, resolved);
        return resolved;
      });
      return value === NO_VALUE || value === undefined ? [] : [[key, value]];
    });
    return { outputs: Object.fromEntries(entries), exports };
  }

  #outputs(): JsonObject {
    return isJsonObject(this.#document.Outputs) ? this.#document.Outputs : {};
  }

  #resolver(imports: ReadonlyMap<string, unknown>, provisions: boolean): CloudFormationResolver {
    return new CloudFormationResolver({
      document: this.#document,
      resources: provisions ? this.#resources : {},
      parameters: this.parameters,
      stack: this.#stack,
      imports,
      provision: (type, logicalId, properties) =>
        type === NESTED_STACK
          ? this.#nested.provision(logicalId, own(this.#resources, logicalId), properties, {
              imports,
              stack: this.#stack,
            })
          : this.options.provision?.(type, logicalId, properties, this.#stack),
    });
  }

  #throwProblems(): void {
    throwIfAny(
      'TEMPLATE_INVALID',
      this.#problems.messages.map((message) => `${this.file}: ${message}`),
    );
  }
}
