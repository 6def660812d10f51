import { AWS_LIMITS } from '../../../presence/limits';
import type { Expression } from '../ast';
import type { Evaluate } from '../evaluate';
import { SqlFailure } from '../sql-failure';
import { fieldOf, isArray, isObject, type SqlObject, type SqlValue, toInt, toJson, toText } from '../value';
import { type ArgumentCompiler, type SqlFunction, since2015, since2016 } from './sql-function';

/** Functions of Null and Undefined, and of arrays and objects. */
export const COLLECTION_FUNCTIONS: readonly SqlFunction[] = [
  since2015('isnull', 1, ([value]) => value === null),
  since2016('isundefined', 1, ([value]) => value === undefined),
  since2015('get', 2, ([collection, key]) => get(collection, key)),
  { ...since2016('transform', 3, ([mode, object, array]) => transform(mode, object, array)), withoutVariable: 'first' },
  {
    kind: 'special',
    name: 'get_or_default',
    since: '2016-03-23',
    minimum: 1,
    maximum: 2,
    compile: compileGetOrDefault,
  },
];

function get(collection: SqlValue, key: SqlValue): SqlValue {
  if (isObject(collection)) return fieldOf(collection, toText(key) ?? '');
  if (typeof collection !== 'string' && !isArray(collection)) return undefined;
  const index = toInt(key);
  return index === undefined || index < 0 ? undefined : collection[index];
}

/** @see https://docs.aws.amazon.com/iot/latest/developerguide/iot-sql-functions.html#iot-func-transform */
function transform(mode: SqlValue, object: SqlValue, array: SqlValue): SqlValue {
  if (mode !== 'enrichArray' || !isObject(object) || !isArray(array) || !array.every(isObject)) return undefined;
  const enriched = array.map((item): SqlObject => ({ ...item, ...object }));
  return Buffer.byteLength(toJson(enriched)) > AWS_LIMITS.maximumPayloadBytes ? undefined : enriched;
}

function compileGetOrDefault(expressions: readonly Expression[], { compile }: ArgumentCompiler): Evaluate {
  const [value, fallback] = expressions.map(compile);
  return (run, element) => {
    const found = valueUnlessFailed(() => value?.(run, element));
    return found === undefined || found === null ? fallback?.(run, element) : found;
  };
}

function valueUnlessFailed(evaluate: () => SqlValue): SqlValue {
  try {
    return evaluate();
  } catch (error) {
    if (error instanceof SqlFailure) return undefined;
    throw error;
  }
}
