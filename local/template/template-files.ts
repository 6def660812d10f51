import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { LastwillError } from '../../presence/errors';
import { isJsonObject, type JsonObject, own } from '../json-value';
import type { NestedStackReference, TemplateEnvironment, TemplateSource } from './template-source';

/** A stack of a folder that the AWS CDK synthesized. */
export interface AssemblyStack {
  /** Its artifact's id. */
  readonly id: string;
  /** Ids of the stacks that are deployed before it. */
  readonly dependencies: readonly string[];
  readonly source: TemplateSource;
}

/**
 * The templates behind a path: a file, or every stack of a folder that the AWS CDK (`cdk.out`, or a stage's in it) or
 * cdktf (`cdktf.out`) synthesized. Nested stacks are found beside the template that has them.
 * @throws LastwillError FILE_UNREADABLE that names what cannot be read.
 */
export function readTemplates(path: string): TemplateSource[] {
  if (!isDirectory(path)) return [fileSource(path)];
  const found = [...readCloudAssembly(path).map(({ source }) => source), ...readTerraformOutput(path)];
  if (found.length > 0) return found;
  throw new LastwillError(
    'FILE_UNREADABLE',
    `cannot read a template from ${path}: the folder has no manifest.json that names a stack; synthesize into it first`,
  );
}

/**
 * The stacks of a folder that the AWS CDK synthesized, with those of its stages; none when it is another folder.
 * @param shown what the folder is called in messages
 */
export function readCloudAssembly(directory: string, shown = directory): AssemblyStack[] {
  return Object.entries(artifactsOf(directory)).flatMap(([id, artifact]) => {
    if (!isJsonObject(artifact) || !isJsonObject(artifact.properties)) return [];
    const { type, properties } = artifact;
    if (type === 'cdk:cloud-assembly') {
      const inner = String(properties.directoryName);
      return readCloudAssembly(join(directory, inner), join(shown, inner));
    }
    if (type !== 'aws:cloudformation:stack') return [];
    const dependencies = Array.isArray(artifact.dependencies) ? artifact.dependencies.map(String) : [];
    const file = String(properties.templateFile);
    return [{ id, dependencies, source: fileSource(join(directory, file), join(shown, file)) }];
  });
}

/** What the manifest of cdktf names. */
function readTerraformOutput(directory: string): TemplateSource[] {
  const stacks = manifestOf(directory).stacks;
  return Object.values(isJsonObject(stacks) ? stacks : {}).flatMap((stack) =>
    isJsonObject(stack) && typeof stack.synthesizedStackPath === 'string'
      ? [fileSource(join(directory, stack.synthesizedStackPath))]
      : [],
  );
}

/** A template's file, with what the manifest beside it says of the stack. */
function fileSource(file: string, name = file): TemplateSource {
  const text = read(file);
  const directory = dirname(file);
  const nested = (stack: NestedStackReference): TemplateSource | undefined => nestedSource({ directory, name }, stack);
  const artifact = Object.entries(artifactsOf(directory)).find(
    ([, { properties }]) => isJsonObject(properties) && properties.templateFile === basename(file),
  );
  if (artifact === undefined) return { name, text, nested };
  const [id, { environment, properties }] = artifact;
  const stackName = isJsonObject(properties) && typeof properties.stackName === 'string' ? properties.stackName : id;
  return { name, text, nested, stackName, environment: environmentOf(environment) };
}

function nestedSource(
  { directory, name }: { readonly directory: string /** Of the parent, as it is shown. */; readonly name: string },
  { assetPath, templateUrl }: NestedStackReference,
): TemplateSource | undefined {
  const path = typeof assetPath === 'string' ? assetPath : (assetOf(directory, templateUrl) ?? templateUrl);
  if (typeof path !== 'string' || /^[a-z0-9]+:/i.test(path)) return undefined;
  const file = join(directory, path);
  return existsSync(file) ? fileSource(file, join(dirname(name), path)) : undefined;
}

/** The file that is uploaded under the hash in a URL, as the asset manifests of the AWS CDK say. */
function assetOf(directory: string, url: unknown): string | undefined {
  const hash = typeof url === 'string' ? /\/([0-9a-f]{64})\.[\w.]+$/.exec(url)?.[1] : undefined;
  if (hash === undefined) return undefined;
  const manifests = readdirSync(directory).filter((name) => name.endsWith('.assets.json'));
  const files = manifests.map((name) => jsonOf(join(directory, name)).files).filter(isJsonObject);
  const asset = files.map((byHash) => own(byHash, hash)).find(isJsonObject);
  return isJsonObject(asset?.source) && typeof asset.source.path === 'string' ? asset.source.path : undefined;
}

function artifactsOf(directory: string): Readonly<Record<string, JsonObject>> {
  const { artifacts } = manifestOf(directory);
  return isJsonObject(artifacts)
    ? Object.fromEntries(
        Object.entries(artifacts).filter((entry): entry is [string, JsonObject] => isJsonObject(entry[1])),
      )
    : {};
}

function manifestOf(directory: string): JsonObject {
  const file = join(directory, 'manifest.json');
  return existsSync(file) ? jsonOf(file) : {};
}

/** A manifest of a tool; one that cannot be read says nothing. */
function jsonOf(file: string): JsonObject {
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return isJsonObject(value) ? value : {};
  } catch {
    return {};
  }
}

/** `aws://123456789012/eu-west-1`; what is known only at deployment is spelt `unknown-account`, `unknown-region`. */
function environmentOf(text: unknown): TemplateEnvironment {
  const [, account, region] = typeof text === 'string' ? (/^aws:\/\/([^/]+)\/([^/]+)$/.exec(text) ?? []) : [];
  return {
    ...(account === undefined || account === 'unknown-account' ? {} : { account }),
    ...(region === undefined || region === 'unknown-region' ? {} : { region }),
  };
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new LastwillError('FILE_UNREADABLE', unreadable(file, cause as NodeJS.ErrnoException), { cause });
  }
}

function unreadable(name: string, { code, message }: NodeJS.ErrnoException): string {
  if (code !== 'ENOENT') return `cannot read the template ${name}: ${message}`;
  const synth = /\.tf\.json$|(^|[\\/])cdktf\.out$/.test(name) ? 'the cdktf app, e.g. npm run synth' : 'npx cdk synth';
  return `there is no template ${name}: synthesize it first (${synth}), or name another`;
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
