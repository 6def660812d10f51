import { LastwillError } from '../../../presence/errors';
import { describe, isJsonObject, type JsonObject } from '../../json-value';
import type { ResolvedTemplate } from '../../resolved-template';
import { TemplateProblem, TemplateProblems } from '../template-problem';
import type { TemplateSource } from '../template-source';
import { evaluate } from './intrinsics';
import { defaultProvisioned, type Provisioned, type StackIdentity } from './provisioning';
import type { Scope } from './scope';

/** The resource type of a nested stack. */
export const NESTED_STACK = 'AWS::CloudFormation::Stack';

/** Nested deeper than any stack is; a template that names itself has no end at all. */
const MAXIMUM_DEPTH = 20;

/** A stack whose template has been resolved. */
export interface ResolvedStack {
  readonly template: ResolvedTemplate;
  /** The templates of its nested stacks, and theirs. */
  readonly nested: readonly ResolvedTemplate[];
  readonly exports: Map<string, unknown>;
}

/** A template that is ready to be resolved. */
interface OpenedStack {
  readonly parameters: ReadonlyMap<string, unknown>;
  resolve(imports: ReadonlyMap<string, unknown>): ResolvedStack;
}

/** Where a nested stack is created. */
interface Surroundings {
  readonly imports: ReadonlyMap<string, unknown>;
  readonly stack: StackIdentity;
}

/**
 * The nested stacks of one template: each is resolved where the template declares it, with the parameters that it is
 * given there, and answers with its outputs.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-nested-stacks.html
 */
export class NestedStacks<Stack extends OpenedStack> {
  /** Those that have been resolved. */
  readonly nested: ResolvedStack[] = [];
  /** Those that are not at hand. */
  readonly gaps: { readonly logicalId: string; readonly message: string }[] = [];

  constructor(
    private readonly source: TemplateSource,
    private readonly open: (source: TemplateSource, parameters: Readonly<Record<string, string>>) => Stack,
    private readonly depth: number,
  ) {}

  /** Resolves one; `undefined` when its template is not at hand. */
  provision(
    logicalId: string,
    declaration: unknown,
    properties: JsonObject,
    { imports, stack }: Surroundings,
  ): Provisioned | undefined {
    const source = this.#find(declaration, properties.TemplateURL);
    if (source === undefined) {
      this.gaps.push({ logicalId, message: 'the template of the nested stack is not at hand' });
      return undefined;
    }
    const path = `Resources.${logicalId}`;
    if (this.depth >= MAXIMUM_DEPTH) throw new TemplateProblem(path, `is nested deeper than ${MAXIMUM_DEPTH} stacks`);
    const { ref, attributes } = defaultProvisioned(NESTED_STACK, logicalId, properties, stack);
    const [, stackName = logicalId] = ref.split('/');
    const parameters = parametersOf(properties.Parameters, `${path}.Properties.Parameters`);
    const child = withinProblem(path, () => this.open({ ...source, stackName }, parameters));
    refuseUnknown(parameters, child, `${path}.Properties.Parameters`);
    const resolved = withinProblem(path, () => child.resolve(imports));
    this.nested.push(resolved);
    const outputs = Object.entries(resolved.template.outputs).map(([key, value]) => [`Outputs.${key}`, textOf(value)]);
    return { ref, attributes: { ...attributes, ...Object.fromEntries(outputs) }, closed: true };
  }

  /** Those whose templates can be told before anything is resolved, with the defaults of their parameters. */
  openKnown(resources: JsonObject, scope: Scope): Stack[] {
    return Object.values(resources).flatMap((declaration) => {
      if (!isJsonObject(declaration) || declaration.Type !== NESTED_STACK || this.depth >= MAXIMUM_DEPTH) return [];
      const properties = isJsonObject(declaration.Properties) ? declaration.Properties : {};
      const url = new TemplateProblems().collect(() => evaluate(properties.TemplateURL, '', scope));
      const source = this.#find(declaration, url);
      const child = source === undefined ? undefined : opened(() => this.open(source, {}));
      return child === undefined ? [] : [child];
    });
  }

  #find(declaration: unknown, templateUrl: unknown): TemplateSource | undefined {
    const { Metadata: metadata } = isJsonObject(declaration) ? declaration : {};
    const assetPath = isJsonObject(metadata) ? metadata['aws:asset:path'] : undefined;
    return this.source.nested?.({ templateUrl, assetPath });
  }
}

function parametersOf(given: unknown, path: string): Readonly<Record<string, string>> {
  if (given === undefined) return {};
  if (!isJsonObject(given)) throw new TemplateProblem(path, `must be an object, got ${describe(given)}`);
  return Object.fromEntries(Object.entries(given).map(([name, value]) => [name, textOf(value)]));
}

function refuseUnknown(parameters: Readonly<Record<string, string>>, child: OpenedStack, path: string): void {
  const unknown = Object.keys(parameters).find((name) => !child.parameters.has(name));
  if (unknown === undefined) return;
  const known = [...child.parameters.keys()].join(', ');
  throw new TemplateProblem(
    `${path}.${unknown}`,
    `is not a parameter of the nested template, which has ${known || 'none'}`,
  );
}

/** Lists travel as text with commas. */
function textOf(value: unknown): string {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? JSON.stringify(value) : String(value);
}

/** What is wrong in a nested template is a problem of the resource that brings it. */
function withinProblem<T>(path: string, step: () => T): T {
  try {
    return step();
  } catch (error) {
    if (error instanceof LastwillError) throw new TemplateProblem(path, error.message);
    throw error;
  }
}

function opened<T>(open: () => T): T | undefined {
  try {
    return open();
  } catch (error) {
    if (error instanceof LastwillError) return undefined;
    throw error;
  }
}
