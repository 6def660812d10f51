import { isJsonObject } from '../json-value';
import { type AccessRequest, evaluatePolicies, matchingStatements, type Verdict } from './iam-policy';

/** A policy of a role and the name by which IAM tells it from others. */
export interface IdentityPolicy {
  /** E.g. `role_ROLE_POLICY` for an inline policy, `AmazonSNSFullAccess` for a managed one. */
  readonly id: string;
  readonly document: unknown;
}

/** The policies that are asked about a request. */
export interface SimulatedPolicies {
  readonly identity: readonly IdentityPolicy[];
  /** Documents of the permissions boundary. */
  readonly boundary: readonly unknown[] | undefined;
  /** Document of the resource's policy. */
  readonly resource: unknown;
}

/** A statement that decided, by where it stands in its document without white space. */
export interface MatchedStatement {
  readonly policyId: string;
  readonly policyType: 'IAM Policy' | 'Resource Policy';
  /** Columns of its first and behind its last character, counted from 1. */
  readonly start: number;
  readonly end: number;
}

/** What policies say of a request, and because of what. */
export interface Simulated {
  readonly decision: Verdict;
  readonly matched: readonly MatchedStatement[];
}

/**
 * Asks a role's policies about a request that is only thought of.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
 */
export function simulateAccess(
  request: AccessRequest & { readonly roleArn: string },
  policies: SimulatedPolicies,
): Simulated {
  const { identity, boundary, resource } = policies;
  const ofResource = { ...request, principal: { arns: [request.roleArn] } };
  const byRole = evaluatePolicies(
    identity.map(({ document }) => document),
    request,
  );
  const byResource = resource === undefined ? 'notAllowed' : evaluatePolicies([resource], ofResource);
  const byBoundary = boundary === undefined ? 'allowed' : evaluatePolicies(boundary, request);
  const isDenied = [byRole, byResource, byBoundary].includes('denied');
  const isAllowed = byResource === 'allowed' || (byRole === 'allowed' && byBoundary === 'allowed');
  const decision = isDenied ? 'denied' : isAllowed ? 'allowed' : 'notAllowed';
  const effect = EFFECTS[decision];
  const inRole = identity.flatMap(({ id, document }) => matched(document, request, effect, { id, type: 'IAM Policy' }));
  const inResource = matched(resource, ofResource, effect, { id: 'ResourcePolicy', type: 'Resource Policy' });
  return { decision, matched: [...inRole, ...inResource] };
}

const EFFECTS = { allowed: 'Allow', denied: 'Deny', notAllowed: undefined } as const;

function matched(
  document: unknown,
  request: AccessRequest,
  effect: string | undefined,
  policy: { readonly id: string; readonly type: MatchedStatement['policyType'] },
): MatchedStatement[] {
  if (!isJsonObject(document) || effect === undefined) return [];
  const text = JSON.stringify(document);
  return matchingStatements(document, request)
    .filter((statement) => statement.Effect === effect)
    .map((statement) => {
      const written = JSON.stringify(statement);
      const start = text.indexOf(written) + 1;
      return { policyId: policy.id, policyType: policy.type, start, end: start + written.length };
    });
}
