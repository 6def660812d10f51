import { describe, isJsonObject, type JsonObject, own } from '../../json-value';
import { TemplateProblem, type TemplateProblems } from '../template-problem';

/** A parameter's value: text, a number, or a list for the list types. */
export type ParameterValue = string | readonly string[];

/**
 * Gives every declared parameter its value: the one supplied, else its default. SSM-typed parameters take the
 * supplied name or default as their value, for there is no parameter store to ask.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
 */
export function resolveParameters(
  section: unknown,
  supplied: Readonly<Record<string, string>>,
  problems: TemplateProblems,
): ReadonlyMap<string, ParameterValue> {
  const values = new Map<string, ParameterValue>();
  if (section === undefined) return values;
  const declared = problems.collect(() => objectAt(section, 'Parameters'));
  for (const [name, declaration] of Object.entries(declared ?? {})) {
    const value = problems.collect(() =>
      parameterValue(name, objectAt(declaration, `Parameters.${name}`), own(supplied, name)),
    );
    // A placeholder keeps one missing value from being reported at every place that refers to it.
    values.set(name, value ?? '');
  }
  return values;
}

function objectAt(value: unknown, path: string): JsonObject {
  if (!isJsonObject(value)) throw new TemplateProblem(path, `must be an object, got ${describe(value)}`);
  return value;
}

function parameterValue(name: string, declaration: JsonObject, supplied: unknown): ParameterValue {
  const path = `Parameters.${name}`;
  const type = declaration.Type;
  if (typeof type !== 'string') throw new TemplateProblem(path, `Type must be a text, got ${describe(type)}`);
  const raw = supplied ?? declaration.Default;
  if (raw === undefined || raw === null) {
    throw new TemplateProblem(
      path,
      `has no default and no value was given; give one with --parameter ${name}=VALUE, or in code with parameters: { ${name}: ... }`,
    );
  }
  const isList = /^(CommaDelimitedList$|List<|AWS::SSM::Parameter::Value<(List<|CommaDelimitedList))/.test(type);
  const items = isList ? splitList(raw) : [scalarText(raw, path)];
  const rule = items.map((item) => brokenRule(item, type, declaration)).find((broken) => broken !== undefined);
  if (rule !== undefined) {
    const shown = isTrue(declaration.NoEcho) ? '****' : describe(isList ? items : items[0]);
    throw new TemplateProblem(path, `must be ${rule}, got ${shown}${hint(declaration)}`);
  }
  return isList ? items : (items[0] ?? '');
}

function splitList(raw: unknown): string[] {
  if (Array.isArray(raw)) return raw.map(String);
  const text = String(raw);
  return text === '' ? [] : text.split(',').map((item) => item.trim());
}

function scalarText(raw: unknown, path: string): string {
  if (typeof raw === 'object') throw new TemplateProblem(path, `must be a text or a number, got ${describe(raw)}`);
  return String(raw);
}

function hint(declaration: JsonObject): string {
  return typeof declaration.ConstraintDescription === 'string' ? ` (${declaration.ConstraintDescription})` : '';
}

function isTrue(value: unknown): boolean {
  return value === true || value === 'true';
}

/** The first constraint that a value breaks, worded to follow "must be". */
function brokenRule(value: string, type: string, declaration: JsonObject): string | undefined {
  // A constraint on an SSM-typed parameter is about the name in the store, which is all that there is here.
  const { AllowedValues: allowed, AllowedPattern: pattern } = declaration;
  if (Array.isArray(allowed) && !allowed.map(String).includes(value)) return `one of ${allowed.map(String).join(', ')}`;
  if (typeof pattern === 'string' && !matchesWhole(pattern, value)) return `a text that matches ${pattern}`;
  if (/^(Number|List<Number>)$/.test(type) && !isNumeric(value)) return 'a number';
  return (
    outside(declaration.MinLength, declaration.MaxLength, value.length, 'characters long') ??
    outside(declaration.MinValue, declaration.MaxValue, Number(value), '')
  );
}

function isNumeric(value: string): boolean {
  return value.trim() !== '' && Number.isFinite(Number(value));
}

function matchesWhole(pattern: string, value: string): boolean {
  try {
    return new RegExp(`^(?:${pattern})$`).test(value);
  } catch {
    // Patterns are Java's; one that JavaScript cannot read is not checked.
    return true;
  }
}

function outside(minimum: unknown, maximum: unknown, size: number, unit: string): string | undefined {
  if (minimum !== undefined && size < Number(minimum)) return `at least ${String(minimum)} ${unit}`.trimEnd();
  if (maximum !== undefined && size > Number(maximum)) return `at most ${String(maximum)} ${unit}`.trimEnd();
  return undefined;
}
