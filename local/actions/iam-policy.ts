import { Pattern } from '../../semantics/iot-policy/pattern';
import { isJsonObject, type JsonObject } from '../json-value';
import { conditionHolds, type RequestContext } from './iam-condition';

/** Who asks: a role of the account or a service of AWS. */
export interface RequestPrincipal {
  /** ARNs that mean the principal, e.g. the role's and the account root's. */
  readonly arns: readonly string[];
  /** E.g. `iot.amazonaws.com`. */
  readonly service?: string;
}

/** A request that policies are asked about. */
export interface AccessRequest {
  /** E.g. `sns:Publish`. */
  readonly action: string;
  readonly resource: string;
  readonly context: RequestContext;
  /** Set when resource policies are asked, which name principals. */
  readonly principal?: RequestPrincipal;
}

/** What a set of policies says of a request. */
export type Verdict = 'allowed' | 'denied' | 'notAllowed';

/**
 * Asks IAM policy documents: a Deny wins, then an Allow, else nothing allows it.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export function evaluatePolicies(documents: readonly unknown[], request: AccessRequest): Verdict {
  const effects = documents
    .flatMap((document) => matchingStatements(document, request))
    .map(({ Effect: effect }) => effect);
  if (effects.includes('Deny')) return 'denied';
  return effects.includes('Allow') ? 'allowed' : 'notAllowed';
}

/** The statements of a policy document that are about a request, whether they allow or deny. */
export function matchingStatements(document: unknown, request: AccessRequest): readonly JsonObject[] {
  return statementsOf(document).filter((statement) => applies(statement, request));
}

function statementsOf(document: unknown): JsonObject[] {
  if (!isJsonObject(document)) return [];
  return texts(document.Statement).filter(isJsonObject);
}

function applies(statement: JsonObject, request: AccessRequest): boolean {
  return (
    listed(statement, 'Action', 'NotAction', (pattern) => actionMatches(pattern, request.action)) &&
    resourceApplies(statement, request) &&
    principalApplies(statement, request.principal) &&
    conditionHolds(statement.Condition, request.context)
  );
}

/** Actions are not case-sensitive and have no variables. */
function actionMatches(pattern: string, action: string): boolean {
  return new Pattern(pattern.toLowerCase(), { wildcards: true }).matches(action.toLowerCase(), () => undefined);
}

/** A trust policy has no resource: it is about the role that it belongs to. */
function resourceApplies(statement: JsonObject, { resource, context, principal }: AccessRequest): boolean {
  if (statement.Resource === undefined && statement.NotResource === undefined) return principal !== undefined;
  return listed(statement, 'Resource', 'NotResource', (pattern) =>
    new Pattern(pattern, { wildcards: true }).matches(resource, (key) => context.get(key)),
  );
}

function listed(statement: JsonObject, key: string, notKey: string, matches: (pattern: string) => boolean): boolean {
  const anyMatches = (patterns: unknown): boolean =>
    texts(patterns).some((pattern) => typeof pattern === 'string' && matches(pattern));
  if (statement[key] !== undefined) return anyMatches(statement[key]);
  return statement[notKey] !== undefined && !anyMatches(statement[notKey]);
}

function principalApplies(statement: JsonObject, principal: RequestPrincipal | undefined): boolean {
  if (principal === undefined) return true;
  if (statement.Principal !== undefined) return isPrincipal(statement.Principal, principal);
  return statement.NotPrincipal !== undefined && !isPrincipal(statement.NotPrincipal, principal);
}

function isPrincipal(declared: unknown, principal: RequestPrincipal): boolean {
  if (declared === '*') return true;
  if (!isJsonObject(declared)) return false;
  const accounts = texts(declared.AWS);
  return (
    accounts.includes('*') ||
    principal.arns.some((arn) => accounts.includes(arn) || accounts.includes(accountOf(arn))) ||
    (principal.service !== undefined && texts(declared.Service).includes(principal.service))
  );
}

/** A bare account id stands for the root of the account, `arn:...:root`. */
function accountOf(arn: string): string | undefined {
  return arn.endsWith(':root') ? arn.split(':')[4] : undefined;
}

function texts(value: unknown): unknown[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}
