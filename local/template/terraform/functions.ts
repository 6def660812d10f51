import { createHash } from 'node:crypto';
import { ExpressionProblem } from './scanner';
import {
  booleanOf,
  describeValue,
  firstUnknown,
  isList,
  isObject,
  listOf,
  numberOf,
  objectOf,
  textOf,
  Unknown,
  type Value,
} from './values';

/** What functions need of the world. */
export interface FunctionContext {
  /** The text of a file, relative to the template. @throws ExpressionProblem when it cannot be read. */
  readFile(path: string): string;
}

type TerraformFunction = (operands: readonly Value[], context: FunctionContext) => Value;

/**
 * Calls a function of the Terraform language.
 * @throws ExpressionProblem for a function that is not done here, or for operands that Terraform would refuse.
 * @see https://developer.hashicorp.com/terraform/language/functions
 */
export function callFunction(name: string, operands: readonly Value[], context: FunctionContext): Value {
  const implementation = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
  if (implementation === undefined) throw new ExpressionProblem(`the function ${name}() is not supported here`);
  const unknown = firstUnknown(operands);
  if (unknown !== undefined) return new Unknown(`${name}(${unknown.address})`);
  return implementation(operands, context);
}

const FUNCTIONS: Readonly<Record<string, TerraformFunction>> = {
  // Text
  format: ([pattern, ...values]) => format(textOf(pattern ?? null), values),
  join: ([separator, ...lists]) =>
    lists
      .flatMap(listElements)
      .map(textOf)
      .join(textOf(separator ?? null)),
  split: ([separator, text]) => textOf(text ?? null).split(textOf(separator ?? null)),
  lower: ([text]) => textOf(text ?? null).toLowerCase(),
  upper: ([text]) => textOf(text ?? null).toUpperCase(),
  trimspace: ([text]) => textOf(text ?? null).trim(),
  chomp: ([text]) => textOf(text ?? null).replace(/[\r\n]+$/, ''),
  trimprefix: ([text, prefix]) => trimStart(textOf(text ?? null), textOf(prefix ?? null)),
  trimsuffix: ([text, suffix]) => trimEnd(textOf(text ?? null), textOf(suffix ?? null)),
  replace: ([text, from, to]) => replace(textOf(text ?? null), textOf(from ?? null), textOf(to ?? null)),
  substr: ([text, offset, length]) =>
    substring(textOf(text ?? null), numberOf(offset ?? null), numberOf(length ?? null)),
  startswith: ([text, prefix]) => textOf(text ?? null).startsWith(textOf(prefix ?? null)),
  endswith: ([text, suffix]) => textOf(text ?? null).endsWith(textOf(suffix ?? null)),
  // Lists and objects
  length: ([value]) => lengthOf(value ?? null),
  element: ([list, index]) => element(listOf(list ?? null), numberOf(index ?? null)),
  concat: (lists) => lists.flatMap(listElements),
  flatten: ([list]) => flatten(listOf(list ?? null)),
  distinct: ([list]) => distinct(listOf(list ?? null)),
  compact: ([list]) => listOf(list ?? null).filter((item) => item !== null && item !== ''),
  reverse: ([list]) => [...listOf(list ?? null)].reverse(),
  sort: ([list]) =>
    listOf(list ?? null)
      .map(textOf)
      .sort(),
  contains: ([list, value]) => listOf(list ?? null).some((item) => JSON.stringify(item) === JSON.stringify(value)),
  keys: ([object]) => Object.keys(objectOf(object ?? null)).sort(),
  values: ([object]) =>
    Object.entries(objectOf(object ?? null))
      .sort(byKey)
      .map(([, value]) => value),
  lookup: ([object, key, ...fallback]) => lookup(objectOf(object ?? null), textOf(key ?? null), fallback),
  merge: (objects) => Object.assign({}, ...objects.filter((object) => object !== null).map(objectOf)),
  zipmap: ([keys, values]) => zip(listOf(keys ?? null), listOf(values ?? null)),
  range: (limits) => range(limits.map(numberOf)),
  coalesce: (values) => values.find((value) => value !== null && value !== '') ?? null,
  one: ([list]) => listOf(list ?? null)[0] ?? null,
  // Conversions
  tolist: ([value]) => listOf(value ?? null),
  toset: ([value]) => distinct(listOf(value ?? null)),
  tomap: ([value]) => objectOf(value ?? null),
  tostring: ([value]) => (value === null ? null : textOf(value ?? null)),
  tonumber: ([value]) => (value === null ? null : numberOf(value ?? null)),
  tobool: ([value]) => (value === null ? null : booleanOf(value ?? null)),
  sensitive: ([value]) => value ?? null,
  nonsensitive: ([value]) => value ?? null,
  max: (values) => Math.max(...values.map(numberOf)),
  min: (values) => Math.min(...values.map(numberOf)),
  // Encodings and hashes
  jsonencode: ([value]) => encodeJson(value ?? null),
  jsondecode: ([text]) => parseJson(textOf(text ?? null)),
  base64encode: ([text]) => Buffer.from(textOf(text ?? null)).toString('base64'),
  base64decode: ([text]) => Buffer.from(textOf(text ?? null), 'base64').toString(),
  md5: ([text]) => hash('md5', textOf(text ?? null)),
  sha1: ([text]) => hash('sha1', textOf(text ?? null)),
  sha256: ([text]) => hash('sha256', textOf(text ?? null)),
  uuidv5: ([namespace, name]) => uuidv5(textOf(namespace ?? null), textOf(name ?? null)),
  // Files
  file: ([path], context) => context.readFile(textOf(path ?? null)),
  filebase64: ([path], context) => Buffer.from(context.readFile(textOf(path ?? null))).toString('base64'),
};

function listElements(value: Value): readonly Value[] {
  return listOf(value);
}

function byKey([one]: [string, Value], [other]: [string, Value]): number {
  return one < other ? -1 : 1;
}

function format(pattern: string, values: readonly Value[]): string {
  let next = 0;
  return pattern.replace(/%(%|0?\d*[sdvq])/g, (whole, verb: string) => {
    if (verb === '%') return '%';
    if (next >= values.length) throw new ExpressionProblem(`format() has too few values for '${pattern}'`);
    const value = values[next++] as Value;
    const text = isList(value) || isObject(value) ? JSON.stringify(value) : textOf(value ?? '');
    if (verb.endsWith('q')) return JSON.stringify(text);
    const [, zero, width] = /^%(0?)(\d*)/.exec(whole) as unknown as [string, string, string];
    return width === '' ? text : text.padStart(Number(width), zero === '' ? ' ' : '0');
  });
}

function trimStart(text: string, prefix: string): string {
  return text.startsWith(prefix) ? text.slice(prefix.length) : text;
}

function trimEnd(text: string, suffix: string): string {
  return suffix !== '' && text.endsWith(suffix) ? text.slice(0, -suffix.length) : text;
}

function replace(text: string, from: string, to: string): string {
  const pattern = /^\/(.+)\/$/.exec(from)?.[1];
  if (pattern === undefined) return text.replaceAll(from, to);
  try {
    return text.replace(new RegExp(pattern, 'g'), to);
  } catch (cause) {
    throw new ExpressionProblem(`replace() has a pattern that cannot be read: ${from}`, { cause });
  }
}

function substring(text: string, offset: number, length: number): string {
  const start = offset < 0 ? text.length + offset : offset;
  return length < 0 ? text.slice(start) : text.slice(start, start + length);
}

function lengthOf(value: Value): number {
  if (typeof value === 'string' || isList(value)) return value.length;
  return Object.keys(objectOf(value)).length;
}

function element(list: readonly Value[], index: number): Value {
  if (list.length === 0) throw new ExpressionProblem('element() needs a list that is not empty');
  return list[((index % list.length) + list.length) % list.length] as Value;
}

function flatten(list: readonly Value[]): Value[] {
  return list.flatMap((item) => (isList(item) ? flatten(item) : [item]));
}

function distinct(list: readonly Value[]): Value[] {
  return [...new Map(list.map((item) => [JSON.stringify(item), item])).values()];
}

function lookup(object: Readonly<Record<string, Value>>, key: string, [fallback]: readonly Value[]): Value {
  if (Object.hasOwn(object, key)) return object[key] as Value;
  if (fallback !== undefined) return fallback;
  throw new ExpressionProblem(`lookup() finds no '${key}' in ${describeValue(object)}`);
}

function zip(keys: readonly Value[], values: readonly Value[]): Value {
  return Object.fromEntries(keys.map((key, index) => [textOf(key), values[index] ?? null]));
}

function range(limits: readonly number[]): number[] {
  const [start, end, step] =
    limits.length === 1 ? [0, limits[0] ?? 0, 1] : [limits[0] ?? 0, limits[1] ?? 0, limits[2] ?? 1];
  if (step <= 0) throw new ExpressionProblem('range() counts upwards only here');
  return Array.from({ length: Math.max(0, Math.ceil((end - start) / step)) }, (_, index) => start + index * step);
}

function parseJson(text: string): Value {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ExpressionProblem('jsondecode() needs JSON', { cause });
  }
}

// Terraform sorts names and writes <, > and & as escapes.
function encodeJson(value: Value): string {
  const sorted = JSON.stringify(value, (_key, member: Value) =>
    isObject(member) ? Object.fromEntries(Object.entries(member).sort(byKey)) : member,
  );
  return sorted.replace(/[<>&]/g, (character) => `\\u00${character.charCodeAt(0).toString(16)}`);
}

function hash(algorithm: string, text: string): string {
  return createHash(algorithm).update(text).digest('hex');
}

const UUID_NAMESPACES: Readonly<Record<string, string>> = {
  dns: '6ba7b810-9dad-11d1-80b4-00c04fd430c8',
  url: '6ba7b811-9dad-11d1-80b4-00c04fd430c8',
  oid: '6ba7b812-9dad-11d1-80b4-00c04fd430c8',
  x500: '6ba7b814-9dad-11d1-80b4-00c04fd430c8',
};

/** A UUID made from a name. @see https://www.rfc-editor.org/rfc/rfc9562#name-uuid-version-5 */
function uuidv5(namespace: string, name: string): string {
  const space = Buffer.from((UUID_NAMESPACES[namespace] ?? namespace).replaceAll('-', ''), 'hex');
  const bytes = createHash('sha1').update(space).update(name).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
