import { basename } from 'node:path';
import { describe, isJsonObject, type JsonObject, own } from '../json-value';
import { TemplateProblem } from './template-problem';

/** A parsed template as an object. @throws TemplateProblem when it is none, or nested without end. */
export function document(value: unknown): JsonObject {
  if (!isJsonObject(value)) throw new TemplateProblem('', `a template must be an object, got ${describe(value)}`);
  refuseDepth(value);
  return value;
}

/** Deeper nesting than any template needs. It would exhaust the stack; a YAML alias of itself has no end at all. */
const MAXIMUM_DEPTH = 200;

function refuseDepth(document: JsonObject): void {
  const waiting: [value: unknown, depth: number][] = [[document, 1]];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [value, depth] = next;
    if (typeof value !== 'object' || value === null) continue;
    if (depth > MAXIMUM_DEPTH) throw new TemplateProblem('', `a template must be at most ${MAXIMUM_DEPTH} levels deep`);
    for (const inner of Object.values(value)) waiting.push([inner, depth + 1]);
  }
}

/** The resources of a template. @throws TemplateProblem when it has none. */
export function resourcesOf(template: JsonObject): JsonObject {
  const resources = template.Resources;
  if (isJsonObject(resources) && Object.keys(resources).length > 0) return resources;
  throw new TemplateProblem('Resources', `must be an object with at least one resource, got ${describe(resources)}`);
}

/** `LwtStack.template.json` belongs to the stack `LwtStack`. */
export function stackNameOf(file: string): string {
  const stem = basename(file).replace(/(\.template)?(\.(json|ya?ml|template|txt))?$/i, '');
  const name = stem.replace(/[^A-Za-z0-9-]+/g, '-').replace(/^[^A-Za-z]+|-+$/g, '');
  return name === '' ? 'Stack' : name;
}

const HANDLED_TRANSFORMS = ['AWS::LanguageExtensions'];

/** The macros that a template wants to be run, but for those that are run here. */
export function transformsOf(template: JsonObject): string[] {
  const declared = template.Transform;
  const list: unknown[] = declared === undefined ? [] : Array.isArray(declared) ? declared : [declared];
  return list
    .map((one) => (isJsonObject(one) ? String(one.Name) : String(one)))
    .filter((name) => !HANDLED_TRANSFORMS.includes(name));
}

/** The arguments of every `Fn::ImportValue` in a value. */
export function importArguments(value: unknown): unknown[] {
  if (Array.isArray(value)) return value.flatMap(importArguments);
  if (!isJsonObject(value)) return [];
  const argument = own(value, 'Fn::ImportValue');
  return argument === undefined ? Object.values(value).flatMap(importArguments) : [argument];
}

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html */
export function dynamicReferences(resources: readonly unknown[]): Set<string> {
  return new Set(JSON.stringify(resources).match(/\{\{resolve:[^{}]*\}\}/g) ?? []);
}
