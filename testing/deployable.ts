import { join } from 'node:path';
import type { TerraformStack } from 'cdktf';
import { readCloudAssembly, readTemplates } from '../local/template/template-files';
import { isTerraform } from '../local/template/template-kind';
import type { TemplateSource } from '../local/template/template-source';
import { parseTemplateText } from '../local/template/template-text';
import { LastwillError, mustBe } from '../presence/errors';

/**
 * What can be deployed: a stack, stage, app or cloud assembly of the AWS CDK, a stack or app of cdktf, or a
 * CloudFormation template or Terraform configuration in JSON as an object, as text (CloudFormation also in YAML), or as
 * the path of a file or of a folder that was synthesized (`cdk.out`, `cdktf.out`). Nested stacks come with the stack
 * that has them, and stacks with those that they depend on, as `cdk deploy` does it.
 */
export type Deployable = string | object;

/** Templates by the cloud that runs them. */
export interface Deployment {
  readonly cloudFormation: readonly TemplateSource[];
  /** Stacks of one app; none when there is nothing for Azure. */
  readonly terraform: readonly TemplateSource[];
}

/** As much of a CDK stack as is needed; the CDK itself is not. */
interface CdkStack {
  readonly artifactId: string;
  readonly nestedStackParent?: CdkStack;
  readonly node: { readonly root: unknown; readonly path: string };
}

/** As much of a CDK stage as is needed; an app is one too. */
interface CdkStage {
  synth(): { readonly directory: string };
}

const CDK_STACK = Symbol.for('@aws-cdk/core.Stack');
const CDK_STAGE = Symbol.for('@aws-cdk/core.Stage');
const CDKTF_STACK = Symbol.for('cdktf/TerraformStack');

/**
 * The templates of what is to be deployed.
 * @throws LastwillError FILE_UNREADABLE when a path does not lead to a template; OPTION_INVALID for what is no template;
 * TEMPLATE_INVALID for text that cannot be read.
 */
export function deploymentOf(deployables: readonly Deployable[]): Deployment {
  const templates = [
    ...withoutRepetition(deployables.flatMap(templatesOf)),
    ...fromCdktfStacks(deployables.flatMap(cdktfStacksOf)),
  ];
  if (templates.length === 0) throw new LastwillError('OPTION_INVALID', 'nothing to deploy: there is no stack');
  const terraform = templates.filter(({ json }) => isTerraform(json));
  return { terraform, cloudFormation: templates.filter((template) => !terraform.includes(template)) };
}

/** A template that has been read; `file` tells templates apart that several deployables bring. */
type ParsedTemplate = Extract<TemplateSource, { readonly json: unknown }> & { readonly file?: string };

function templatesOf(deployable: Deployable, index: number): ParsedTemplate[] {
  const rule = 'a stack, stage or app, a CloudFormation template, a Terraform configuration or the path of one';
  if (typeof deployable === 'string') return fromText(deployable, index);
  if (typeof deployable !== 'object' || deployable === null) {
    throw new LastwillError('OPTION_INVALID', mustBe(`deployable ${index + 1}`, rule, deployable));
  }
  if (CDK_STACK in deployable) return fromCdkStack(deployable as unknown as CdkStack);
  if (CDK_STAGE in deployable) return fromAssembly((deployable as unknown as CdkStage).synth().directory);
  if (cdktfStacksOf(deployable).length > 0) return [];
  if (isCloudAssembly(deployable)) return fromAssembly(deployable.directory);
  if ('Resources' in deployable || isTerraform(deployable)) return [{ name: nameOf(index), json: deployable }];
  throw new LastwillError('OPTION_INVALID', mustBe(`deployable ${index + 1}`, rule, deployable));
}

function fromText(text: string, index: number): ParsedTemplate[] {
  if (/^\s*\{|\n/.test(text)) return [{ name: nameOf(index), json: parseTemplateText(nameOf(index), text) }];
  return readTemplates(text).map((source) => parsed(source, ''));
}

function fromAssembly(directory: string): ParsedTemplate[] {
  return readCloudAssembly(directory, '').map(({ source }) => parsed(source, directory));
}

/** The stack and those that it depends on. */
function fromCdkStack(stack: CdkStack): ParsedTemplate[] {
  const { nestedStackParent: parent } = stack;
  if (parent !== undefined) {
    throw new LastwillError(
      'OPTION_INVALID',
      `${stack.node.path} is a nested stack: deploy ${parent.node.path}, which it comes with`,
    );
  }
  const { directory } = (stack.node.root as CdkStage).synth();
  const stacks = readCloudAssembly(directory, '');
  const wanted = new Set([stack.artifactId]);
  for (const id of wanted) {
    for (const dependency of stacks.find((one) => one.id === id)?.dependencies ?? []) wanted.add(dependency);
  }
  return stacks.filter(({ id }) => wanted.has(id)).map(({ source }) => parsed(source, directory));
}

/** Stacks of cdktf with those that they depend on, each once. */
function fromCdktfStacks(stacks: readonly TerraformStack[]): ParsedTemplate[] {
  if (stacks.length === 0) return [];
  // Only who has a stack of cdktf has cdktf.
  const { Testing } = require('cdktf') as typeof import('cdktf');
  const all = new Set(stacks);
  // What a stack reads of another one becomes known, and an output of that one, when it is rendered.
  for (const stack of all) {
    if (stack.node.root.node.children.filter(isCdktfStack).length > 1) stack.prepareStack();
    for (const dependency of stack.dependencies) all.add(dependency);
  }
  return [...all].map((stack) => ({
    name: all.size === 1 ? 'cdk.tf.json' : `${stack.node.id}/cdk.tf.json`,
    stackName: stack.node.id,
    json: JSON.parse(Testing.synth(stack, true)),
  }));
}

function cdktfStacksOf(deployable: unknown): TerraformStack[] {
  if (typeof deployable !== 'object' || deployable === null) return [];
  if (isCdktfStack(deployable)) return [deployable];
  return isCdktfApp(deployable) ? deployable.node.children.filter(isCdktfStack) : [];
}

/** @param directory the folder that the template's name is in; the names of temporary folders are in no message. */
function parsed(source: TemplateSource, directory: string): ParsedTemplate {
  const json = 'json' in source ? source.json : parseTemplateText(source.name, source.text);
  return { ...source, json, file: join(directory, source.name) };
}

function withoutRepetition(templates: readonly ParsedTemplate[]): ParsedTemplate[] {
  return templates.filter(
    ({ file }, index) => file === undefined || templates.findIndex((other) => other.file === file) === index,
  );
}

function isCdktfStack(value: object): value is TerraformStack {
  return CDKTF_STACK in value;
}

function isCdktfApp(value: object): value is { readonly node: { readonly children: readonly object[] } } {
  const { node } = value as { readonly node?: { readonly children?: readonly object[] } };
  return node?.children?.some(isCdktfStack) === true;
}

function isCloudAssembly(value: object): value is { readonly directory: string } {
  return 'directory' in value && 'artifacts' in value && typeof value.directory === 'string';
}

function nameOf(index: number): string {
  return index === 0 ? 'template' : `template-${index + 1}`;
}
