import { compilePolicies, type PolicyDecision } from '../../semantics/iot-policy/compiled-policies';
import { AccessControl } from './access-control';
import type { Certificate, Registry } from './registry';

/** What `TestAuthorization` is asked about. */
export interface AuthorizationTest {
  readonly certificateId: string;
  /** @default - none: variables about the connection have no value */
  readonly clientId?: string;
  readonly action: string;
  /** A full ARN. */
  readonly resource: string;
  /** Names of policies. */
  readonly policyNamesToAdd: readonly string[];
  /** Names of policies. */
  readonly policyNamesToSkip: readonly string[];
}

/** What the policies decide, and which of them. */
export interface AuthorizationTestResult {
  readonly decision: 'ALLOWED' | 'EXPLICIT_DENY' | 'IMPLICIT_DENY';
  readonly policyNames: readonly string[];
  /** Variables without a value, as they are spelled in the policy. */
  readonly missingContextValues: readonly string[];
}

/**
 * Decides as the broker would, without a connection. Only policies count: a certificate that is not active is tested
 * like any other.
 * @see https://docs.aws.amazon.com/iot/latest/apireference/API_TestAuthorization.html
 */
export function testAuthorization(registry: Registry, test: AuthorizationTest): AuthorizationTestResult {
  const certificate = registry.certificates.get(test.certificateId);
  if (certificate === undefined) throw new Error(`no certificate ${test.certificateId}`);
  const access = new AccessControl(registry);
  const { context, policies } = access.policiesOf({ clientId: test.clientId ?? '', certificate });
  const names = new Set([...policies.names, ...test.policyNamesToAdd]);
  for (const name of test.policyNamesToSkip) names.delete(name);
  const documents = [...names].flatMap((name) => registry.policies.get(name)?.document ?? []);
  const decision = compilePolicies(documents).evaluate({ action: test.action, resource: test.resource }, context);
  return resultOf(decision, [...names]);
}

/** Names of the policies that apply to a certificate, with those of a thing's groups. */
export function effectivePolicyNames(registry: Registry, certificate: Certificate, thingName?: string): string[] {
  const thing = thingName === undefined ? undefined : registry.things.get(thingName);
  return registry.effectivePolicies(certificate, thing).map(({ name }) => name);
}

function resultOf(decision: PolicyDecision, all: readonly string[]): AuthorizationTestResult {
  const { allowed, decidingStatement, variables } = decision;
  const missing = Object.entries(variables).flatMap(([name, value]) => (value === undefined ? [name] : []));
  return {
    decision: allowed ? 'ALLOWED' : decidingStatement === undefined ? 'IMPLICIT_DENY' : 'EXPLICIT_DENY',
    policyNames: decidingStatement === undefined ? all : [decidingStatement.policyName],
    missingContextValues: missing,
  };
}
