import { readFileSync } from 'node:fs';
import type { TerraformStack } from 'cdktf';
import type { TemplateSource } from '../local/template/cloudformation';
import { isTerraform } from '../local/template/template-kind';
import { parseTemplateText } from '../local/template/template-text';
import { LastwillError, mustBe } from '../presence/errors';

/**
 * What can be deployed: a stack of the AWS CDK or of cdktf, or a CloudFormation template or Terraform configuration in
 * JSON as an object, as text (CloudFormation also in YAML), or as the path of a file.
 */
export type Deployable = string | object;

/** Templates by the cloud that runs them. */
export interface Deployment {
  readonly cloudFormation: readonly TemplateSource[];
  readonly terraform?: TemplateSource;
}

/** As much of a CDK stack as is needed; the CDK itself is not. */
interface CdkStack {
  readonly stackName: string;
  readonly artifactId: string;
  readonly node: { readonly root: unknown };
}

interface CdkStage {
  synth(): { getStackArtifact(artifactId: string): { readonly template: unknown } };
}

const CDK_STACK = Symbol.for('@aws-cdk/core.Stack');
const CDKTF_STACK = Symbol.for('cdktf/TerraformStack');

/**
 * The templates of what is to be deployed.
 * @throws LastwillError FILE_UNREADABLE when a path does not lead to a file; OPTION_INVALID for what is no template, and
 * for more than one Terraform configuration; TEMPLATE_INVALID for text that cannot be read.
 */
export function deploymentOf(deployables: readonly Deployable[]): Deployment {
  const templates = deployables.map((deployable, index) => templateOf(deployable, index));
  const [terraform, another] = templates.filter(({ json }) => isTerraform(json));
  if (another !== undefined) {
    throw new LastwillError('OPTION_INVALID', 'a cloud must have at most one Terraform configuration, got several');
  }
  const cloudFormation = templates.filter((template) => template !== terraform);
  return { cloudFormation, ...(terraform === undefined ? {} : { terraform }) };
}

type ParsedTemplate = Extract<TemplateSource, { readonly json: unknown }>;

function templateOf(deployable: Deployable, index: number): ParsedTemplate {
  if (typeof deployable === 'string') return fromText(deployable, index);
  if (isCdkStack(deployable)) return fromCdkStack(deployable);
  if (isCdktfStack(deployable)) return fromCdktfStack(deployable);
  if ('Resources' in deployable || isTerraform(deployable)) return { name: nameOf(index), json: deployable };
  const rule = 'a stack, a CloudFormation template, a Terraform configuration or the path of one';
  throw new LastwillError('OPTION_INVALID', mustBe(`deployable ${index + 1}`, rule, deployable));
}

function fromText(text: string, index: number): ParsedTemplate {
  if (/^\s*\{|\n/.test(text)) return { name: nameOf(index), json: parseTemplateText(nameOf(index), text) };
  return { name: text, json: parseTemplateText(text, readTemplate(text)) };
}

function readTemplate(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new LastwillError('FILE_UNREADABLE', `cannot read the template ${path}: ${reason}`, { cause });
  }
}

function fromCdkStack(stack: CdkStack): ParsedTemplate {
  const { template } = (stack.node.root as CdkStage).synth().getStackArtifact(stack.artifactId);
  return { name: `${stack.artifactId}.template.json`, stackName: stack.stackName, json: template };
}

function fromCdktfStack(stack: TerraformStack): ParsedTemplate {
  // Only who has a stack of cdktf has cdktf.
  const { Testing } = require('cdktf') as typeof import('cdktf');
  return { name: 'cdk.tf.json', json: JSON.parse(Testing.synth(stack, true)) };
}

function isCdkStack(value: object): value is CdkStack {
  return CDK_STACK in value;
}

function isCdktfStack(value: object): value is TerraformStack {
  return CDKTF_STACK in value;
}

function nameOf(index: number): string {
  return index === 0 ? 'template' : `template-${index + 1}`;
}
