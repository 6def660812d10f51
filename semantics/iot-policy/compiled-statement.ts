import { CONDITION_OPERATORS, conditionPattern, type ValueTest } from './condition-operators';
import { type Lookup, normalizeKey, Pattern } from './pattern';
import type { PolicyCondition, PolicyStatement } from './policy-document';

/** One operation to decide on. */
export interface PolicyRequest {
  /** E.g. `iot:Publish`. */
  readonly action: string;
  /** The full ARN, e.g. `arn:aws:iot:us-east-1:123456789012:topic/a/b`. */
  readonly resource: string;
  /** Condition keys of this request, e.g. `iot:ConnectAttributes`; a key with an empty list counts as absent. */
  readonly keys?: Readonly<Record<string, readonly string[]>>;
}

/** Which statement of which policy. */
export interface StatementReference {
  readonly policyName: string;
  /** 0 for the first. */
  readonly index: number;
  readonly sid?: string;
}

/** A statement ready to be asked. */
export interface CompiledStatement {
  readonly reference: StatementReference;
  readonly effect: 'Allow' | 'Deny';
  readonly actions: readonly Pattern[];
  readonly actionsNegated: boolean;
  readonly resources: readonly Pattern[];
  readonly resourcesNegated: boolean;
  readonly conditions: readonly CompiledCondition[];
}

/** A condition ready to be asked. */
export interface CompiledCondition {
  readonly condition: PolicyCondition;
  /** The key in the spelling of {@link normalizeKey}. */
  readonly key: string;
  readonly patterns: readonly Pattern[];
  holds(lookup: Lookup): boolean;
}

const WILD = { wildcards: true };

/** Makes a statement ready to be asked. */
export function compileStatement(statement: PolicyStatement, reference: StatementReference): CompiledStatement {
  return {
    reference,
    effect: statement.effect,
    // IAM's action names are not case-sensitive; AWS IoT documents nothing else.
    actions: statement.actions.map((action) => new Pattern(action.toLowerCase(), WILD)),
    actionsNegated: statement.actionsNegated,
    resources: statement.resources.map((resource) => new Pattern(resource, WILD)),
    resourcesNegated: statement.resourcesNegated,
    conditions: statement.conditions.map(compileCondition),
  };
}

/** Whether the statement speaks of the request's action. */
export function coversAction(statement: CompiledStatement, action: string): boolean {
  const lower = action.toLowerCase();
  return statement.actions.some((pattern) => pattern.matches(lower, noValues)) !== statement.actionsNegated;
}

/**
 * Whether the statement speaks of the request's resource. A pattern whose variable has no value matches nothing,
 * also under `NotResource`.
 */
export function coversResource(statement: CompiledStatement, resource: string, lookup: Lookup): boolean {
  if (!statement.resourcesNegated) return statement.resources.some((pattern) => pattern.matches(resource, lookup));
  return statement.resources.every(
    (pattern) => pattern.resolve(lookup) !== undefined && !pattern.matches(resource, lookup),
  );
}

/** The variables' values of a connection with the keys of one request laid over them. */
export function requestLookup(request: PolicyRequest, connection: Lookup): Lookup {
  if (request.keys === undefined) return connection;
  const keys = new Map(Object.entries(request.keys).map(([key, values]) => [normalizeKey(key), values]));
  return (key) => keys.get(key) ?? connection(key);
}

function noValues(): undefined {
  return undefined;
}

function compileCondition(condition: PolicyCondition): CompiledCondition {
  const key = normalizeKey(condition.key);
  const patterns = condition.values.map(conditionPattern);
  if (condition.operator === 'Null') {
    const wanted = condition.values.map((value) => value.toLowerCase());
    return {
      condition,
      key,
      patterns,
      holds: (lookup) => wanted.includes(String(presentValues(key, lookup) === undefined)),
    };
  }
  const operator = CONDITION_OPERATORS.get(condition.operator);
  if (operator === undefined) throw new TypeError(`no condition operator ${condition.operator}`);
  const tests = patterns.map((pattern) => operator.prepare(pattern));
  return { condition, key, patterns, holds: (lookup) => holds({ condition, key, patterns }, operator, tests, lookup) };
}

// How qualifiers and absent keys count.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html
function holds(
  compiled: Omit<CompiledCondition, 'holds'>,
  { negated }: { readonly negated: boolean },
  tests: readonly ValueTest[],
  lookup: Lookup,
): boolean {
  const { qualifier, ifExists } = compiled.condition;
  const values = presentValues(compiled.key, lookup);
  if (negated && compiled.patterns.some((pattern) => pattern.resolve(lookup) === undefined)) return false;
  if (values === undefined) return ifExists || qualifier === 'ForAllValues' || (qualifier === undefined && negated);
  const fits = (value: string): boolean => tests.some((test) => test(value, lookup)) !== negated;
  if (qualifier === 'ForAllValues') return values.every(fits);
  if (qualifier === 'ForAnyValue') return values.some(fits);
  return negated ? values.every(fits) : values.some(fits);
}

function presentValues(key: string, lookup: Lookup): readonly string[] | undefined {
  const values = lookup(key)?.filter((value) => value !== null);
  return values === undefined || values.length === 0 ? undefined : values;
}
