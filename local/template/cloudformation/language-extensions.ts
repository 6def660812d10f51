import { describe, isJsonObject, type JsonObject } from '../../json-value';
import { TemplateProblem } from '../template-problem';
import type { ParameterValue } from './parameters';

const LOOP = 'Fn::ForEach::';

/**
 * Unrolls `Fn::ForEach` loops, in sections and in property values, loops within loops included.
 * @throws TemplateProblem when a loop is not `[identifier, collection, { key: body }]`.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-foreach.html
 */
export function expandLoops(value: unknown, parameters: ReadonlyMap<string, ParameterValue>, path = ''): unknown {
  if (Array.isArray(value)) {
    return value.map((item: unknown, index) => expandLoops(item, parameters, `${path}[${index}]`));
  }
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, item]): [string, unknown][] => {
      const at = path === '' ? key : `${path}.${key}`;
      return key.startsWith(LOOP) ? unroll(item, parameters, at) : [[key, expandLoops(item, parameters, at)]];
    }),
  );
}

function unroll(loop: unknown, parameters: ReadonlyMap<string, ParameterValue>, path: string): [string, unknown][] {
  const [identifier, collection, body]: unknown[] = Array.isArray(loop) ? loop : [];
  if (typeof identifier !== 'string' || !isJsonObject(body)) {
    throw new TemplateProblem(path, `must be [identifier, collection, {key: body}], got ${describe(loop)}`);
  }
  return elements(collection, parameters, path).flatMap((element) =>
    Object.entries(expandLoops(replaced(body, identifier, element), parameters, path) as JsonObject),
  );
}

function elements(collection: unknown, parameters: ReadonlyMap<string, ParameterValue>, path: string): string[] {
  const named = isJsonObject(collection) && typeof collection.Ref === 'string' ? collection.Ref : undefined;
  const list = named === undefined ? collection : parameters.get(named);
  if (Array.isArray(list)) return list.map(String);
  throw new TemplateProblem(
    path,
    `collection must be a list or a Ref to a list parameter, got ${describe(collection)}`,
  );
}

/** A copy of a loop's body with its identifier replaced by one element, in keys and values. */
function replaced(value: unknown, identifier: string, element: string): unknown {
  if (typeof value === 'string') return inText(value, identifier, element);
  if (Array.isArray(value)) return value.map((item: unknown) => replaced(item, identifier, element));
  if (!isJsonObject(value)) return value;
  if (value.Ref === identifier && Object.keys(value).length === 1) return element;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [inText(key, identifier, element), replaced(item, identifier, element)]),
  );
}

function inText(text: string, identifier: string, element: string): string {
  // &{X} stands for X without the characters that a logical id may not have.
  return text
    .replaceAll(`\${${identifier}}`, element)
    .replaceAll(`&{${identifier}}`, element.replace(/[^A-Za-z0-9]/g, ''));
}
