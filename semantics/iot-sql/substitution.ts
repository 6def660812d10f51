import type { Evaluate } from './evaluate';
import { compileExpression } from './expression-compiler';
import { callsExternal } from './functions';
import type { MessageContext } from './message-context';
import { numberRules } from './numbers';
import { parseExpression } from './parser';
import { Run } from './run';
import { SqlError } from './sql-error';
import type { SqlVersion } from './sql-version';
import type { StatementVariables } from './statement-variables';
import { toText } from './value';

/** Fills in a template for one message. */
export type CompiledTemplate = (context: MessageContext) => string;

/** What a template can refer to beside the message. */
export interface TemplateOptions {
  readonly version: SqlVersion;
  /** The SET variables of the rule's statement. @default - none */
  readonly variables?: StatementVariables;
}

type Part = string | Evaluate;

/**
 * Compiles a text with `${expression}` parts. Each is evaluated against the original payload, not against what SELECT
 * made; Undefined and Null become the empty string, arrays and objects JSON.
 * @throws SqlError with the place in `text`; code `SQL_NOT_EMULATED` for an external function.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/iot-substitution-templates.html
 */
export function compileTemplate(text: string, options: TemplateOptions): CompiledTemplate {
  const parts = partsOf(text, options);
  const settings = { version: options.version, numbers: numberRules(options.version) };
  const [only] = parts;
  if (only === undefined) return () => '';
  if (parts.length === 1 && typeof only === 'string') return () => only;
  return (context) => {
    const run = new Run(context, settings);
    run.variables.push(...(options.variables?.valuesFor(context) ?? []));
    return parts.map((part) => (typeof part === 'string' ? part : (toText(part(run, undefined)) ?? ''))).join('');
  };
}

/** Whether a text has a `${` part at all. */
export function isTemplate(text: string): boolean {
  return text.includes('${');
}

function partsOf(text: string, options: TemplateOptions): readonly Part[] {
  const parts: Part[] = [];
  let offset = 0;
  for (let start = text.indexOf('${'); start >= 0; start = text.indexOf('${', offset)) {
    const end = closingBrace(text, start);
    if (start > offset) parts.push(text.slice(offset, start));
    parts.push(compilePart(text, { start: start + 2, end }, options));
    offset = end + 1;
  }
  if (offset < text.length) parts.push(text.slice(offset));
  return parts;
}

/** The `}` that ends the part which begins at `start`; braces of object literals and in strings do not count. */
function closingBrace(text: string, start: number): number {
  let depth = 0;
  let quote = '';
  for (let offset = start + 2; offset < text.length; offset++) {
    const character = text.charAt(offset);
    if (quote !== '') {
      if (character === '\\') offset++;
      else if (character === quote) quote = '';
    } else if (character === "'" || character === '"') quote = character;
    else if (character === '{') depth++;
    else if (character === '}' && depth-- === 0) return offset;
  }
  const at = { start, end: start + 2 };
  throw new SqlError({
    text,
    at,
    detail: "the substitution template that begins here does not end, expected '}'",
    expected: "'}'",
  });
}

function compilePart(
  text: string,
  at: { readonly start: number; readonly end: number },
  options: TemplateOptions,
): Evaluate {
  const names = options.variables?.names ?? new Set<string>();
  try {
    const expression = parseExpression(text.slice(at.start, at.end), { version: options.version, variables: names });
    if (callsExternal(expression))
      throw new SqlError({
        code: 'SQL_NOT_EMULATED',
        text,
        at,
        detail: 'external functions in substitution templates are not emulated here',
      });
    const positions = new Map([...names].map((name, index) => [name, index]));
    return compileExpression(expression, { version: options.version, nested: false, variables: positions });
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    throw inTemplate(error, text, at);
  }
}

/** The same error with its place counted in the whole template. */
function inTemplate(error: SqlError, text: string, at: { readonly start: number; readonly end: number }): SqlError {
  const lines = text
    .slice(at.start, at.end)
    .split('\n')
    .slice(0, error.line - 1);
  const start = at.start + lines.reduce((sum, line) => sum + line.length + 1, 0) + error.column - 1;
  const place = error.detail.startsWith('external functions') ? at : { start, end: start + error.length };
  return new SqlError({
    code: error.code,
    text,
    at: place,
    detail: error.detail,
    found: error.found,
    expected: error.expected,
  });
}
