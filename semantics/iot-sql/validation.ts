import {
  type Call,
  childrenOf,
  type Expression,
  type Query,
  type Span,
  type Statement,
  selectedExpressions,
} from './ast';
import { castTypeNames, isCastType } from './cast-type';
import { nearestName } from './nearest-name';
import { SqlError } from './sql-error';
import type { SqlVersion } from './sql-version';

interface Scope {
  readonly text: string;
  readonly version: SqlVersion;
  readonly variables: ReadonlySet<string>;
}

/**
 * Checks what a version has. Which functions belong to which version stands with the functions.
 * @throws SqlError at the first place that is wrong.
 */
export function validateStatement(statement: Statement, version: SqlVersion): void {
  const variables = new Set<string>();
  const scope = { text: statement.text, version, variables };
  for (const { name, expression } of statement.variables) {
    validateExpression(expression, scope);
    variables.add(name);
  }
  for (const expression of selectedExpressions(statement.select)) validateExpression(expression, scope);
  if (statement.where !== undefined) validateExpression(statement.where, scope);
}

/** @throws SqlError at the first place that is wrong. */
export function validateExpression(expression: Expression, scope: Scope): void {
  validateNode(expression, scope);
  for (const child of childrenOf(expression)) validateExpression(child, scope);
}

function validateNode(expression: Expression, scope: Scope): void {
  const what = NEEDS_2016[expression.kind];
  if (what !== undefined) needs2016(scope, expression.at, what);
  if (expression.kind === 'query') validateSource(expression, scope);
  if (expression.kind === 'cast') validateCast(expression.type, expression.at, scope);
  if (expression.kind === 'variable') validateVariable(expression.name, expression.at, scope);
  if (expression.kind === 'call') validateCall(expression, scope);
}

const NEEDS_2016: Readonly<Partial<Record<Expression['kind'], string>>> = {
  array: 'an array literal',
  object: 'an object literal',
  query: 'a nested query',
};

function validateSource(query: Query, scope: Scope): void {
  const allowed = ['path', 'variable', 'member', 'call', 'query'];
  if (!allowed.includes(query.from.kind)) {
    throw fail(scope, query.from.at, 'the FROM of a nested query must be a field of the payload, e.g. FROM readings');
  }
}

function needs2016(scope: Scope, at: Span, what: string): void {
  if (scope.version === '2015-10-08')
    throw fail(scope, at, `${what} needs SQL version 2016-03-23, the rule has 2015-10-08`);
}

function validateCast(type: string, at: Span, scope: Scope): void {
  if (isCastType(type, scope.version)) return;
  const names = castTypeNames(scope.version);
  if (isCastType(type, '2016-03-23')) needs2016(scope, at, `cast to ${type}`);
  throw fail(scope, at, `cast cannot make ${type}, only ${names.join(', ')}`);
}

function validateVariable(name: string, at: Span, scope: Scope): void {
  if (scope.variables.has(name)) return;
  const nearest = nearestName(name, [...scope.variables]);
  const hint = nearest === undefined ? ', set it with SET before it is used' : `, did you mean @${nearest}?`;
  throw fail(scope, at, `@${name} is not set${hint}`);
}

function validateCall(call: Call, scope: Scope): void {
  const found = loadFunctions().findFunction(call.name);
  if (found === undefined) throw unknownFunction(call, scope);
  if (found.since === '2016-03-23') needs2016(scope, call.at, `${call.name}()`);
  const refusal = found.refuse?.(call.arguments);
  if (refusal !== undefined) throw notEmulated(scope, call.at, refusal);
  const fixed =
    found.withoutVariable === undefined ? undefined : call.arguments.at(found.withoutVariable === 'first' ? 0 : -1);
  if (fixed !== undefined && holdsVariable(fixed)) {
    throw fail(scope, fixed.at, `the ${found.withoutVariable} argument of ${call.name}() cannot be a variable`);
  }
}

/** @see https://docs.aws.amazon.com/iot/latest/developerguide/iot-sql-set.html */
function holdsVariable(expression: Expression): boolean {
  return expression.kind === 'variable' || childrenOf(expression).some(holdsVariable);
}

// What functions do is most of this folder; a statement without a call is parsed and validated without it.
function loadFunctions(): typeof import('./functions') {
  return require('./functions') as typeof import('./functions');
}

function unknownFunction(call: Call, scope: Scope): SqlError {
  const { FUNCTION_NAMES, NOT_EMULATED } = loadFunctions();
  if (NOT_EMULATED.has(call.name.toLowerCase())) {
    return notEmulated(scope, call.at, `${call.name}() exists in AWS IoT and is not emulated here`);
  }
  const nearest = nearestName(call.name.toLowerCase(), FUNCTION_NAMES);
  const hint = nearest === undefined ? '' : `, did you mean ${nearest}()?`;
  return fail(
    scope,
    { start: call.at.start, end: call.at.start + call.name.length },
    `unknown function ${call.name}()${hint}`,
  );
}

function notEmulated(scope: Scope, at: Span, detail: string): SqlError {
  return new SqlError({ code: 'SQL_NOT_EMULATED', text: scope.text, at, detail });
}

function fail(scope: Scope, at: Span, detail: string): SqlError {
  return new SqlError({ text: scope.text, at, detail });
}
