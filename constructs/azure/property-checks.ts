import { createHash } from 'node:crypto';
import { TerraformStack } from 'cdktf';
import type { IConstruct } from 'constructs';
import { LastwillError, mustBe } from '../../presence/errors';
import { EVENT_GRID_LIMITS } from '../../presence/limits';
import { isUnresolved } from './terraform-text';

/**
 * Throws every problem of a construct at once, with its path.
 * @throws LastwillError OPTION_INVALID when there is a problem.
 */
export function refuse(construct: IConstruct, problems: readonly string[]): void {
  if (problems.length > 0) {
    throw new LastwillError('OPTION_INVALID', `[${construct.node.path}] ${problems.join('; ')}`);
  }
}

/** No problem, or that the value must be a whole number in a range. Values known at deployment only are not checked. */
export function integerProblems(prop: string, value: number | undefined, minimum: number, maximum: number): string[] {
  if (value === undefined || isUnresolved(value)) return [];
  const valid = Number.isInteger(value) && value >= minimum && value <= maximum;
  return valid ? [] : [mustBe(prop, `an integer from ${minimum} to ${maximum}`, value)];
}

/** No problem, or that the text must match a pattern. Values known at deployment only are not checked. */
export function patternProblems(prop: string, value: string | undefined, pattern: RegExp, rule: string): string[] {
  if (value === undefined || isUnresolved(value)) return [];
  return pattern.test(value) ? [] : [mustBe(prop, rule, value)];
}

/** The name rule of namespaces, client groups, topic spaces, permission bindings and CA certificates. */
export function resourceNameProblems(prop: string, value: string | undefined): string[] {
  return patternProblems(prop, value, EVENT_GRID_LIMITS.resourceName, '3 to 50 letters, digits and hyphens');
}

/** No problem, or that the text must be the ARM id of a resource. Values known at deployment only are not checked. */
export function armIdProblems(prop: string, value: string | undefined): string[] {
  const pattern = /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/.+/i;
  return patternProblems(prop, value, pattern, 'an ARM id (/subscriptions/...)');
}

/** No problem, or that the value must be one of an enum's, with its case. */
export function memberProblems(prop: string, value: string | undefined, members: readonly string[]): string[] {
  if (value === undefined || isUnresolved(value)) return [];
  return members.includes(value) ? [] : [mustBe(prop, `one of ${members.join(', ')}`, value)];
}

/** A name of 3 to 50 letters, digits and hyphens made from the construct's path in its stack; stable, and unique in it. */
export function defaultResourceName(construct: IConstruct): string {
  const stack = TerraformStack.of(construct);
  const path = construct.node.scopes.slice(stack.node.scopes.length).map((scope) => scope.node.id);
  const name = path
    .join('-')
    .replace(/[^a-zA-Z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  if (EVENT_GRID_LIMITS.resourceName.test(name)) return name;
  const hash = createHash('sha256').update(path.join('/')).digest('hex').slice(0, 8);
  return `${name.slice(0, 41)}-${hash}`.replace(/^-+/, '');
}
