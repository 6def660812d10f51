import { describe, isJsonObject, type JsonObject, own } from '../../json-value';
import { TemplateProblem } from '../template-problem';
import { cidrBlocks } from './cidr';
import { NO_VALUE, type Scope } from './scope';

/**
 * Resolves every intrinsic function in a value.
 * @param path where the value stands in the template, for messages.
 * @returns plain JSON, or {@link NO_VALUE}.
 * @throws TemplateProblem when something in it cannot be resolved.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
 */
export function evaluate(value: unknown, path: string, scope: Scope): unknown {
  if (Array.isArray(value)) {
    return value
      .map((item: unknown, index) => evaluate(item, `${path}[${index}]`, scope))
      .filter((item) => item !== NO_VALUE);
  }
  if (!isJsonObject(value)) return value;
  const name = intrinsicName(value, path);
  if (name !== undefined) {
    return intrinsic(name, path)({ argument: value[name], path: `${path}.${name}`, scope });
  }
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, item]) => [key, evaluate(item, `${path}.${key}`, scope)] as const)
      .filter(([, item]) => item !== NO_VALUE),
  );
}

/** Resolves a condition: `Fn::Equals` and its like, or `{"Condition": NAME}`. */
export function evaluateCondition(value: unknown, path: string, scope: Scope): boolean {
  if (isJsonObject(value) && Object.keys(value).length === 1 && typeof value.Condition === 'string') {
    return scope.condition(value.Condition, `${path}.Condition`);
  }
  const result = evaluate(value, path, scope);
  if (result === true || result === 'true') return true;
  if (result === false || result === 'false') return false;
  throw new TemplateProblem(path, `must be a condition function, got ${describe(value)}`);
}

interface Call {
  readonly argument: unknown;
  readonly path: string;
  readonly scope: Scope;
}

type Intrinsic = (call: Call) => unknown;

function intrinsicName(value: JsonObject, path: string): string | undefined {
  const keys = Object.keys(value);
  const name = keys.find((key) => key === 'Ref' || key.startsWith('Fn::'));
  if (name === undefined || keys.length === 1) return name;
  if (name === 'Ref') return undefined;
  throw new TemplateProblem(
    path,
    `${name} must be the only key of its object, got also ${keys.filter((key) => key !== name).join(', ')}`,
  );
}

function intrinsic(name: string, path: string): Intrinsic {
  const found = Object.hasOwn(INTRINSICS, name) ? INTRINSICS[name] : undefined;
  if (found !== undefined) return found;
  throw new TemplateProblem(path, `${name} is not an intrinsic function that is known here`);
}

const INTRINSICS: Readonly<Record<string, Intrinsic>> = {
  Ref: (call) => call.scope.reference(text(resolved(call), call.path), call.path),
  'Fn::GetAtt': getAtt,
  'Fn::Sub': sub,
  'Fn::Join': join,
  'Fn::Select': select,
  'Fn::Split': split,
  'Fn::If': ifElse,
  'Fn::Equals': equals,
  'Fn::And': (call) => conditions(call, 2, 10).every((holds) => holds),
  'Fn::Or': (call) => conditions(call, 2, 10).some((holds) => holds),
  'Fn::Not': (call) => !conditions(call, 1, 1)[0],
  'Fn::FindInMap': findInMap,
  'Fn::Base64': (call) => Buffer.from(text(resolved(call), call.path)).toString('base64'),
  'Fn::GetAZs': getAzs,
  'Fn::Cidr': cidr,
  'Fn::ImportValue': (call) => call.scope.imported(text(resolved(call), call.path), call.path),
  'Fn::Transform': transform,
  'Fn::Length': (call) => list(resolved(call), call.path).length,
  'Fn::ToJsonString': (call) => JSON.stringify(resolved(call)),
};

function resolved(call: Call): unknown {
  const value = evaluate(call.argument, call.path, call.scope);
  return value === NO_VALUE ? undefined : value;
}

function arguments_(call: Call, minimum: number, maximum: number): readonly unknown[] {
  const { argument } = call;
  if (Array.isArray(argument) && argument.length >= minimum && argument.length <= maximum) return argument;
  const count = minimum === maximum ? `${minimum}` : `${minimum} to ${maximum}`;
  throw new TemplateProblem(call.path, `must be a list of ${count} items, got ${describe(argument)}`);
}

function item(call: Call, index: number): unknown {
  const items = call.argument as readonly unknown[];
  const value = evaluate(items[index], `${call.path}[${index}]`, call.scope);
  return value === NO_VALUE ? undefined : value;
}

function text(value: unknown, path: string): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new TemplateProblem(path, `must be a text, got ${describe(value)}`);
}

function list(value: unknown, path: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new TemplateProblem(path, `must be a list, got ${describe(value)}`);
  return value;
}

function getAtt(call: Call): unknown {
  if (typeof call.argument === 'string') {
    const dot = call.argument.indexOf('.');
    if (dot < 1) throw new TemplateProblem(call.path, `must be LOGICAL_ID.ATTRIBUTE, got ${describe(call.argument)}`);
    return call.scope.attribute(call.argument.slice(0, dot), call.argument.slice(dot + 1), call.path);
  }
  arguments_(call, 2, 2);
  return call.scope.attribute(text(item(call, 0), call.path), text(item(call, 1), call.path), call.path);
}

function sub(call: Call): string {
  if (typeof call.argument === 'string') return substitute(call.argument, {}, call);
  const [template] = arguments_(call, 2, 2);
  const variables = item(call, 1);
  if (!isJsonObject(variables))
    throw new TemplateProblem(`${call.path}[1]`, `must be an object, got ${describe(variables)}`);
  return substitute(text(template, call.path), variables, call);
}

function substitute(template: string, variables: JsonObject, { path, scope }: Call): string {
  return template.replace(/\$\{(!?)([^}]*)\}/g, (_, literal: string, name: string) => {
    if (literal !== '') return `\${${name}}`;
    if (Object.hasOwn(variables, name)) return text(variables[name], path);
    if (!/^[A-Za-z0-9:_.]+$/.test(name)) {
      throw new TemplateProblem(
        path,
        `\${${name}} must name a parameter, resource or attribute; to keep it for the rule engine write \${!${name}}`,
      );
    }
    const dot = name.indexOf('.');
    const value =
      dot > 0 ? scope.attribute(name.slice(0, dot), name.slice(dot + 1), path) : scope.reference(name, path);
    return text(value, path);
  });
}

function join(call: Call): string {
  const [delimiter, declared] = arguments_(call, 2, 2);
  const path = `${call.path}[1]`;
  const items = item(call, 1);
  if (typeof items === 'string' && call.scope.isMadeUp(declared)) return items;
  return list(items, path)
    .map((part) => text(part, path))
    .join(text(delimiter, call.path));
}

function select(call: Call): unknown {
  const [, declared] = arguments_(call, 2, 2);
  const index = Number(text(item(call, 0), `${call.path}[0]`));
  const items = item(call, 1);
  const found: unknown = Array.isArray(items) ? items[index] : undefined;
  if (found !== undefined) return found;
  if (call.scope.isMadeUp(declared)) return `${call.scope.region}-${index}`;
  const count = list(items, `${call.path}[1]`).length;
  throw new TemplateProblem(call.path, `index must be from 0 to ${count - 1}, got ${index}`);
}

function split(call: Call): string[] {
  const [delimiter] = arguments_(call, 2, 2);
  return text(item(call, 1), `${call.path}[1]`).split(text(delimiter, call.path));
}

function ifElse(call: Call): unknown {
  const [name] = arguments_(call, 3, 3);
  const holds = call.scope.condition(text(name, call.path), call.path);
  const index = holds ? 1 : 2;
  return evaluate((call.argument as readonly unknown[])[index], `${call.path}[${index}]`, call.scope);
}

function equals(call: Call): boolean {
  arguments_(call, 2, 2);
  return comparable(item(call, 0)) === comparable(item(call, 1));
}

/** CloudFormation compares what it reads as text: 1 equals "1". */
function comparable(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function conditions(call: Call, minimum: number, maximum: number): boolean[] {
  return arguments_(call, minimum, maximum).map((condition, index) =>
    evaluateCondition(condition, `${call.path}[${index}]`, call.scope),
  );
}

function findInMap(call: Call): unknown {
  const count = arguments_(call, 3, 4).length;
  const [mapName, first, second] = [0, 1, 2].map((index) => text(item(call, index), `${call.path}[${index}]`)) as [
    string,
    string,
    string,
  ];
  const level = own(call.scope.mappings, mapName);
  const entry = isJsonObject(level) ? own(level, first) : undefined;
  const found = isJsonObject(entry) ? own(entry, second) : undefined;
  if (found !== undefined) return found;
  const fallback = count === 4 ? item(call, 3) : undefined;
  if (isJsonObject(fallback) && fallback.DefaultValue !== undefined) return fallback.DefaultValue;
  throw new TemplateProblem(call.path, `Mappings has no entry ${mapName}.${first}.${second}`);
}

function getAzs(call: Call): string[] {
  const asked = resolved(call);
  const region = asked === '' || asked === undefined || asked === null ? call.scope.region : text(asked, call.path);
  return ['a', 'b', 'c'].map((zone) => `${region}${zone}`);
}

function cidr(call: Call): string[] {
  const count = arguments_(call, 2, 3).length;
  const bits = count === 3 ? Number(text(item(call, 2), call.path)) : 8;
  const blocks = cidrBlocks(text(item(call, 0), call.path), Number(text(item(call, 1), call.path)), bits);
  if (typeof blocks === 'string') throw new TemplateProblem(call.path, blocks);
  return blocks;
}

function transform(call: Call): unknown {
  const name = isJsonObject(call.argument) ? describe(call.argument.Name) : describe(call.argument);
  call.scope.warn(`${call.path}: the transform ${name} is not run; what it would insert is left out`);
  return NO_VALUE;
}
