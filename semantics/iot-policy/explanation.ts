import { matchesTopic } from '../../presence/topic';
import {
  type CompiledCondition,
  type CompiledStatement,
  coversAction,
  coversResource,
  type PolicyRequest,
  type StatementReference,
} from './compiled-statement';
import type { ConnectionContext } from './connection-context';
import { type Lookup, normalizeKey, type Pattern } from './pattern';

/** What {@link explainDecision} puts into words. */
export interface DecisionParts {
  readonly names: readonly string[];
  readonly deciding: CompiledStatement | undefined;
  readonly nearest: CompiledStatement | undefined;
  readonly request: PolicyRequest;
  readonly lookup: Lookup;
  readonly context: ConnectionContext;
}

/** Resource types that each action needs. @see https://docs.aws.amazon.com/iot/latest/developerguide/iot-action-resources.html */
const RESOURCE_TYPES: Readonly<Record<string, string>> = {
  'iot:connect': 'client',
  'iot:publish': 'topic',
  'iot:retainpublish': 'topic',
  'iot:receive': 'topic',
  'iot:subscribe': 'topicfilter',
  'iot:getretainedmessage': 'topic',
  'iot:deleteconnection': 'client',
  'iot:getconnection': 'client',
};

/** `Statement[0] (Sid 'Connect') of policy 'lwtPolicy'`. */
export function describeStatement({ policyName, index, sid }: StatementReference): string {
  return `Statement[${index}]${sid === undefined ? '' : ` (Sid '${sid}')`} of policy '${policyName}'`;
}

/** One sentence: what was asked, what decided or that nothing allowed it, and what came nearest. */
export function explainDecision(parts: DecisionParts): string {
  const { deciding, nearest, request, names } = parts;
  const operation = `${request.action} on ${request.resource}`;
  if (deciding !== undefined) {
    const verb = deciding.effect === 'Allow' ? 'allowed' : 'denied';
    return `${operation} is ${verb} by ${describeStatement(deciding.reference)}`;
  }
  if (names.length === 0) return `${operation} is denied: no policy is attached to the principal`;
  const list = names.map((name) => `'${name}'`).join(', ');
  const none = `${operation} is denied: no statement of ${names.length === 1 ? 'policy' : 'the policies'} ${list} allows it`;
  if (nearest === undefined) return none;
  return `${none}; nearest is ${describeStatement(nearest.reference)}, ${shortcoming(nearest, parts)}`;
}

/** The statement that would allow the request after the smallest change. */
export function nearestStatement(
  allowances: readonly CompiledStatement[],
  request: PolicyRequest,
  lookup: Lookup,
): CompiledStatement | undefined {
  let nearest: CompiledStatement | undefined;
  let best = 0;
  for (const statement of allowances) {
    const score = closeness(statement, request, lookup);
    if (score > best) [nearest, best] = [statement, score];
  }
  return nearest;
}

/** The variables of a statement with their values. */
export function variableValues(
  statement: CompiledStatement | undefined,
  lookup: Lookup,
): Readonly<Record<string, string | undefined>> {
  if (statement === undefined) return {};
  const patterns = [...statement.resources, ...statement.conditions.flatMap((condition) => condition.patterns)];
  const names = new Set(patterns.flatMap((pattern) => pattern.variables));
  return Object.fromEntries([...names].map((name) => [name, lookup(normalizeKey(name))?.[0] ?? undefined]));
}

/**
 * Denials that name the action but did not apply because a variable has no value. AWS documents that an Allow then
 * does not match; for a Deny it is silent, and it is taken to be the same here.
 */
export function unresolvedDenials(
  denials: readonly CompiledStatement[],
  request: PolicyRequest,
  lookup: Lookup,
  context: ConnectionContext,
): string[] {
  return denials
    .filter((statement) => coversAction(statement, request.action))
    .flatMap((statement) => {
      const patterns = [...statement.resources, ...statement.conditions.flatMap(({ patterns: values }) => values)];
      const variable = patterns.flatMap((pattern) => pattern.unresolved(lookup))[0];
      if (variable === undefined) return [];
      const statementName = describeStatement(statement.reference);
      return [
        `${statementName} denies nothing: ${absence(variable, context)} (AWS does not document what a Deny then does)`,
      ];
    });
}

// Action right and resource right: only a condition is missing. Then the action counts more than the resource, and
// among equals the resource that agrees longest with the one asked for.
function closeness(statement: CompiledStatement, request: PolicyRequest, lookup: Lookup): number {
  const action = coversAction(statement, request.action);
  const resource = coversResource(statement, request.resource, lookup);
  if (action && resource) return 3_000_000;
  if (action) return 2_000_000 + longestAgreement(statement, request, lookup);
  return resource && !isCatchAll(statement) ? 1_000_000 : 0;
}

function isCatchAll(statement: CompiledStatement): boolean {
  return statement.resourcesNegated || statement.resources.some((pattern) => pattern.source === '*');
}

function longestAgreement(statement: CompiledStatement, request: PolicyRequest, lookup: Lookup): number {
  return Math.max(0, ...statement.resources.map((pattern) => agreement(pattern.render(lookup), request.resource)));
}

function agreement(one: string, other: string): number {
  let length = 0;
  while (length < one.length && one.charAt(length) === other.charAt(length)) length++;
  return length;
}

function shortcoming(statement: CompiledStatement, parts: DecisionParts): string {
  const { request, lookup, context } = parts;
  if (!coversAction(statement, request.action)) return `which covers the resource but not the action ${request.action}`;
  const condition = coversResource(statement, request.resource, lookup)
    ? statement.conditions.find((candidate) => !candidate.holds(lookup))
    : undefined;
  if (condition !== undefined) return `whose condition does not hold: ${describeCondition(condition, lookup, context)}`;
  if (statement.resourcesNegated) return 'whose NotResource leaves the resource out';
  const pattern = closestResource(statement, request, lookup);
  if (pattern === undefined) return 'which names no resource';
  const [unresolved] = pattern.unresolved(lookup);
  if (unresolved !== undefined) {
    return `whose resource ${pattern.source} matches nothing: ${absence(unresolved, context)}`;
  }
  const rendered = pattern.render(lookup);
  const reads = rendered === pattern.source ? '' : ` (here ${rendered})`;
  return `whose resource ${pattern.source}${reads} does not match${hint(rendered, request)}`;
}

function closestResource(statement: CompiledStatement, request: PolicyRequest, lookup: Lookup): Pattern | undefined {
  const rank = (pattern: Pattern): number => agreement(pattern.render(lookup), request.resource);
  return [...statement.resources].sort((one, other) => rank(other) - rank(one))[0];
}

function absence(variable: string, context: ConnectionContext): string {
  return `\${${variable}} has no value, ${context.explainAbsence(variable)}`;
}

function describeCondition(
  { condition, key, patterns }: CompiledCondition,
  lookup: Lookup,
  context: ConnectionContext,
): string {
  const qualifier = condition.qualifier === undefined ? '' : `${condition.qualifier}:`;
  const wanted = `${qualifier}${condition.operator}${condition.ifExists ? 'IfExists' : ''} ${condition.key} ${list(condition.values)}`;
  const values = lookup(key)?.filter((value) => value !== null) ?? [];
  const actual = values.length === 0 ? `the request has no ${condition.key}` : `${condition.key} is ${list(values)}`;
  const [unresolved] = patterns.flatMap((pattern) => pattern.unresolved(lookup));
  return `${wanted}, but ${unresolved === undefined ? actual : absence(unresolved, context)}`;
}

function list(values: readonly string[]): string {
  return values.length === 1 ? `'${values[0]}'` : `[${values.map((value) => `'${value}'`).join(', ')}]`;
}

// What people most often get wrong in a resource.
function hint(pattern: string, request: PolicyRequest): string {
  const wantedType = RESOURCE_TYPES[request.action.toLowerCase()];
  const [patternType, patternPath] = typeAndPath(pattern);
  const [, requestPath] = typeAndPath(request.resource);
  if (wantedType !== undefined && /^[a-z]+$/.test(patternType) && patternType !== wantedType) {
    return `: ${request.action} needs a resource of type ${wantedType}`;
  }
  if (/[+#]/.test(patternPath) && matchesTopic(patternPath.replaceAll('*', '+'), requestPath)) {
    return ': + and # are ordinary characters in a policy, * is the wildcard';
  }
  return '';
}

function typeAndPath(arn: string): readonly [type: string, path: string] {
  const resource = arn.split(':').slice(5).join(':');
  const slash = resource.indexOf('/');
  return slash === -1 ? [resource, ''] : [resource.slice(0, slash), resource.slice(slash + 1)];
}
