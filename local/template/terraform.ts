import { readFileSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { LastwillError } from '../../presence/errors';
import { isJsonObject, type JsonObject } from '../json-value';
import type { ResolvedResource, ResolvedTemplate } from '../resolved-template';
import type { TemplateSource } from './cloudformation';
import { TemplateProblem, TemplateProblems } from './template-problem';
import { parseTemplateText } from './template-text';
import { merged, NO_SUBSCRIPTION, readOnlyProperties } from './terraform/arm';
import { ResolutionNotes, type ResolvedInstance } from './terraform/azapi-instance';
import { type Configuration, readConfiguration } from './terraform/configuration';
import type { FunctionContext } from './terraform/functions';
import { joinStacks } from './terraform/join-stacks';
import { located } from './terraform/located';
import { isPlan, readPlan } from './terraform/plan';
import { TerraformResolver } from './terraform/resolver';
import { ExpressionProblem } from './terraform/scanner';
import { isList, isObject, Members, Unknown, type Value, type ValueObject } from './terraform/values';

/** How a Terraform configuration is resolved. */
export interface ResolveTerraformOptions {
  /**
   * Values of variables by name; of other types than string as JSON. A name that is not declared is ignored.
   * @default - defaults only
   */
  readonly parameters?: Readonly<Record<string, string>>;
}

/**
 * Resolves a Terraform configuration in JSON as an apply would: references, functions, locals, variables, `count`,
 * `for_each` and order; or reads a plan of one, in which Terraform has done so. Only resources of azapi, and what azurerm
 * knows of namespaces, are resolved; others are named in a warning. Several configurations are those of one app: what
 * one reads of the state of another is that one's output.
 *
 * Of each resource `type` is the ARM type without API version, `ref` the ARM id, and `properties` holds `name`,
 * `parent_id`, `location`, `apiVersion` and `body`.
 * @throws LastwillError TEMPLATE_INVALID that names file, place and reason of everything that cannot work.
 * @see https://developer.hashicorp.com/terraform/language/syntax/json
 */
export function resolveTerraform(
  sources: TemplateSource | readonly TemplateSource[],
  options: ResolveTerraformOptions = {},
): ResolvedTemplate {
  const parts: TerraformPart[] = [];
  for (const source of [sources].flat()) parts.push(openPart(source, options, (name) => outputOf(parts, name)));
  const resolved = parts.flatMap((part) => part.problems.collect(() => resolvePart(part)) ?? []);
  const messages = parts.flatMap(({ source, problems }) =>
    problems.messages.map((message) => `${source.name}: ${message}`),
  );
  if (messages.length > 0) throw new LastwillError('TEMPLATE_INVALID', messages.join('\n'));
  return joinStacks(resolved);
}

/** One configuration, or plan, of an app. */
interface TerraformPart {
  readonly source: TemplateSource;
  readonly problems: TemplateProblems;
  readonly json: unknown;
  /** @default - it is a plan, or cannot be read */
  readonly configuration?: Configuration | undefined;
  readonly resolver?: TerraformResolver | undefined;
}

function openPart(
  source: TemplateSource,
  options: ResolveTerraformOptions,
  remoteOutput: (name: string) => Value | undefined,
): TerraformPart {
  const problems = new TemplateProblems();
  const json = problems.collect(() => ('json' in source ? source.json : parseTemplateText(source.name, source.text)));
  if (json === undefined || (isJsonObject(json) && isPlan(json))) return { source, problems, json };
  const configuration = problems.collect(() => readConfiguration(json));
  if (configuration === undefined) return { source, problems, json };
  const { parameters = {} } = options;
  const resolver = new TerraformResolver(configuration, parameters, filesBeside(source), remoteOutput);
  return { source, problems, json, configuration, resolver };
}

/** An output that another stack of the app reads; cdktf gives them names that are unique in the app. */
function outputOf(parts: readonly TerraformPart[], name: string): Value | undefined {
  for (const { configuration, resolver } of parts) {
    const output = configuration?.outputs.find((candidate) => candidate.name === name);
    if (output !== undefined) return resolver?.evaluate(output.body.value, `${output.path}.value`);
  }
  return undefined;
}

function resolvePart({ source, problems, json, configuration, resolver }: TerraformPart): ResolvedTemplate | undefined {
  if (isJsonObject(json) && isPlan(json)) return resolvePlan(source, json, problems);
  if (configuration === undefined || resolver === undefined) return undefined;
  for (const { type, name, path } of configuration.resources) {
    problems.collect(() => located(path, () => resolver.resource(`${type}.${name}`)));
  }
  for (const { name } of configuration.modules)
    resolver.notes.addGap(
      `module.${name}`,
      'skipped, because modules are read from a plan only (terraform show -json)',
    );
  const outputs = configuration.outputs.flatMap(({ name, body, path }) => {
    const value = problems.collect(() => plain(resolver.evaluate(body.value, `${path}.value`), path));
    return value === undefined ? [] : [[name, value] as const];
  });
  const { instances, notes } = resolver;
  const resources = problems.collect(() => resourcesOf(instances)) ?? [];
  return {
    ...templateOf(source, { resources, instances, notes }, configuration.stackName),
    outputs: Object.fromEntries(outputs),
  };
}

function resolvePlan(source: TemplateSource, json: JsonObject, problems: TemplateProblems): ResolvedTemplate {
  const notes = new ResolutionNotes();
  const { instances = [], outputs = {} } = problems.collect(() => readPlan(json, notes)) ?? {};
  const resources = problems.collect(() => resourcesOf(instances)) ?? [];
  return { ...templateOf(source, { resources, instances, notes }), outputs };
}

interface Resolved {
  readonly resources: readonly ResolvedResource[];
  readonly instances: readonly ResolvedInstance[];
  readonly notes: ResolutionNotes;
}

function templateOf(
  source: TemplateSource,
  { resources, instances, notes }: Resolved,
  stackName?: string,
): Omit<ResolvedTemplate, 'outputs'> {
  return {
    name: source.stackName ?? stackName ?? basename(source.name).replace(/(\.tf)?\.json$/i, ''),
    file: source.name,
    resources,
    warnings: [...notes.warnings],
    gaps: notes.gaps,
    region: instances.find(({ location }) => location !== undefined)?.location ?? 'westus2',
    account: NO_SUBSCRIPTION,
    partition: 'azure',
  };
}

function resourcesOf(instances: readonly ResolvedInstance[]): ResolvedResource[] {
  const updates = instances.filter((instance) => instance.updates);
  return instances
    .filter((instance) => !instance.updates)
    .map((instance) => {
      const { address, armType, id, name, parentId, location, apiVersion, comments } = instance;
      const body = updates
        .filter((update) => update.id === id)
        .reduce((under, { body: over }) => merged(under, over), instance.body);
      return {
        logicalId: address,
        type: armType,
        properties: { name, parent_id: parentId, location, apiVersion, body: plain(body, address) },
        ref: id,
        attributes: { ...textsOf(readOnlyProperties(armType, name, location ?? '', id)), id, name },
        ...(Object.keys(comments).length === 0 ? {} : { comments: plain(comments, address) as JsonObject }),
      };
    });
}

function textsOf(values: ValueObject): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([key, value]) => (typeof value === 'string' ? [[key, value]] : [])),
  );
}

/** The value as plain JSON; what only a deployment shows is replaced by its name. */
function plain(value: Value, path: string): unknown {
  if (value instanceof Unknown) return value.address;
  if (value instanceof Members) {
    throw new TemplateProblem(path, 'must name an attribute of a resource, such as its id, not the resource itself');
  }
  if (isList(value)) return value.map((item) => plain(item, path));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, plain(member, `${path}.${key}`)]));
}

function filesBeside(source: TemplateSource): FunctionContext {
  return {
    readFile: (path) => {
      try {
        return readFileSync(resolve(dirname(source.name), path), 'utf8');
      } catch (cause) {
        throw new ExpressionProblem(`file '${path}' cannot be read`, { cause });
      }
    },
  };
}
