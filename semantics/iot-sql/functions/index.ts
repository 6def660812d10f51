import { childrenOf, type Expression } from '../ast';
import { CALL_FUNCTIONS } from './call-functions';
import { COLLECTION_FUNCTIONS } from './collection-functions';
import { CONTEXT_FUNCTIONS } from './context-functions';
import { ENCODING_FUNCTIONS } from './encoding-functions';
import { NUMBER_FUNCTIONS } from './number-functions';
import { REGEXP_FUNCTIONS } from './regexp-functions';
import type { SqlFunction } from './sql-function';
import { STRING_FUNCTIONS } from './string-functions';
import { TIME_FUNCTIONS } from './time-functions';

const FUNCTIONS: ReadonlyMap<string, SqlFunction> = new Map(
  [
    ...CONTEXT_FUNCTIONS,
    ...STRING_FUNCTIONS,
    ...REGEXP_FUNCTIONS,
    ...NUMBER_FUNCTIONS,
    ...COLLECTION_FUNCTIONS,
    ...ENCODING_FUNCTIONS,
    ...TIME_FUNCTIONS,
    ...CALL_FUNCTIONS,
  ].map((entry) => [entry.name, entry]),
);

/**
 * Functions of AWS that reach services which the embedded cloud has not.
 * @public loaded where it is needed
 */
export const NOT_EMULATED: ReadonlySet<string> = new Set([
  'get_secret',
  'get_registry_data',
  'machinelearning_predict',
]);

/** Every function name, in lower case; `cast` is syntax, but is found here for suggestions. */
export const FUNCTION_NAMES: readonly string[] = [...FUNCTIONS.keys(), ...NOT_EMULATED, 'cast'];

const EXTERNAL: ReadonlySet<string> = new Set(CALL_FUNCTIONS.map((entry) => entry.name));

/** The function of a name in any case. @see https://docs.aws.amazon.com/iot/latest/developerguide/iot-sql-functions.html */
export function findFunction(name: string): SqlFunction | undefined {
  return FUNCTIONS.get(name.toLowerCase());
}

/** Whether a function asks something outside the statement. */
export function isExternal(name: string): boolean {
  return EXTERNAL.has(name.toLowerCase());
}

/** Whether an expression calls such a function. */
export function callsExternal(expression: Expression): boolean {
  return (expression.kind === 'call' && isExternal(expression.name)) || childrenOf(expression).some(callsExternal);
}
