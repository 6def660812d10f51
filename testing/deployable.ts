import { readFileSync } from 'node:fs';
import type { TemplateSource } from '../local/template/cloudformation';
import { LastwillError, mustBe } from '../presence/errors';

/**
 * What can be deployed: a CDK stack, a CloudFormation template as an object, as text (JSON or YAML), or as the path
 * of a file.
 */
export type Deployable = string | object;

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

/**
 * The template of something that can be deployed.
 * @throws LastwillError FILE_UNREADABLE when a path does not lead to a file; OPTION_INVALID for anything else.
 */
export function templateOf(deployable: Deployable, index: number): TemplateSource {
  if (typeof deployable === 'string') return fromText(deployable, index);
  if (isCdkStack(deployable)) return fromCdkStack(deployable);
  if ('Resources' in deployable) return { name: nameOf(index), json: deployable };
  throw new LastwillError(
    'OPTION_INVALID',
    mustBe(`deployable ${index + 1}`, 'a CDK stack, a CloudFormation template or the path of one', deployable),
  );
}

function fromText(text: string, index: number): TemplateSource {
  if (/^\s*\{|\n/.test(text)) return { name: nameOf(index), text };
  try {
    return { name: text, text: readFileSync(text, 'utf8') };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new LastwillError('FILE_UNREADABLE', `cannot read the template ${text}: ${reason}`, { cause });
  }
}

function fromCdkStack(stack: CdkStack): TemplateSource {
  const { template } = (stack.node.root as CdkStage).synth().getStackArtifact(stack.artifactId);
  return { name: `${stack.artifactId}.template.json`, stackName: stack.stackName, json: template };
}

function isCdkStack(value: object): value is CdkStack {
  return CDK_STACK in value;
}

function nameOf(index: number): string {
  return index === 0 ? 'template' : `template-${index + 1}`;
}
