import { ExpressionProblem } from './scanner';
import type { Value } from './values';

/**
 * A parameter that was given as text, as the type that its variable declares.
 * @throws ExpressionProblem when the text is no JSON and the type is not text.
 */
export function convertParameter(text: string, type: unknown, name: string): Value {
  const declared = typeof type === 'string' ? type.replace(/^\$\{(.*)\}$/, '$1') : 'string';
  if (declared === 'string' || declared === 'any') return text;
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ExpressionProblem(`variable '${name}' must be JSON of the type ${declared}, got '${text}'`, { cause });
  }
}
