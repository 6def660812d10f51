import { describe, isJsonObject, type JsonObject, own } from '../../json-value';
import { TemplateProblem } from '../template-problem';

/** One block of a Terraform configuration, with where it stands in the file. */
export interface Block {
  /** E.g. `azapi_resource`; empty where a block has no type. */
  readonly type: string;
  readonly name: string;
  readonly body: JsonObject;
  /** E.g. `resource.azapi_resource.sensors`. */
  readonly path: string;
}

/** A Terraform configuration in JSON, with its blocks found and not yet evaluated. */
export interface Configuration {
  readonly resources: readonly Block[];
  readonly data: readonly Block[];
  readonly variables: readonly Block[];
  readonly outputs: readonly Block[];
  readonly modules: readonly Block[];
  readonly locals: JsonObject;
  /** What a synthesizer calls its stack, if one wrote the file. */
  readonly stackName: string | undefined;
}

/**
 * Finds the blocks of a Terraform configuration.
 * @throws TemplateProblem when it is no configuration.
 * @see https://developer.hashicorp.com/terraform/language/syntax/json
 */
export function readConfiguration(json: unknown): Configuration {
  if (!isJsonObject(json)) throw new TemplateProblem('', `must be a JSON object, got ${describe(json)}`);
  const typed = (kind: string): Block[] =>
    bodiesOf(own(json, kind), kind).flatMap((types) =>
      labelled(types).flatMap(([type, names]) =>
        bodiesOf(names, `${kind}.${type}`).flatMap((named) => namedBlocks(named, type, `${kind}.${type}`)),
      ),
    );
  const untyped = (kind: string): Block[] =>
    bodiesOf(own(json, kind), kind).flatMap((named) => namedBlocks(named, '', kind));
  return {
    resources: typed('resource'),
    data: typed('data'),
    variables: untyped('variable'),
    outputs: untyped('output'),
    modules: untyped('module'),
    locals: Object.fromEntries(bodiesOf(own(json, 'locals'), 'locals').flatMap(labelled)),
    stackName: stackNameOf(json),
  };
}

function namedBlocks(named: JsonObject, type: string, path: string): Block[] {
  return labelled(named).flatMap(([name, body]) =>
    bodiesOf(body, `${path}.${name}`).map((one) => ({ type, name, body: one, path: `${path}.${name}` })),
  );
}

// Wherever a block may stand, a list of blocks may stand too.
function bodiesOf(value: unknown, path: string): JsonObject[] {
  if (value === undefined || value === null) return [];
  return (Array.isArray(value) ? value : [value]).map((body) => {
    if (!isJsonObject(body)) throw new TemplateProblem(path, `must be an object, got ${describe(body)}`);
    return body;
  });
}

/** The members of a block, without comments. */
export function labelled(body: JsonObject): [name: string, value: unknown][] {
  return Object.entries(body).filter(([name]) => name !== '//');
}

/** The comments of a block that are for us. Whatever else stands in a comment need not make sense. */
export function commentsOf({ body }: Block): [name: string, value: unknown][] {
  const comment = own(body, '//');
  return Object.entries(isJsonObject(comment) ? comment : {}).filter(([name]) => name.startsWith('lastwill:'));
}

function stackNameOf(json: JsonObject): string | undefined {
  const comment = own(json, '//');
  const metadata = isJsonObject(comment) ? own(comment, 'metadata') : undefined;
  const name = isJsonObject(metadata) ? own(metadata, 'stackName') : undefined;
  return typeof name === 'string' ? name : undefined;
}
