import {
  type CompiledPolicies,
  compilePolicies,
  type PolicyDecision,
} from '../../../semantics/iot-policy/compiled-policies';
import { ConnectionContext, type ConnectionFacts } from '../../../semantics/iot-policy/connection-context';
import { parsePolicyDocument } from '../../../semantics/iot-policy/policy-document';

/** The account that the tests' ARNs are in. */
export const ARN = 'arn:aws:iot:us-east-1:123456789012:';

/** Policies from bare statements; the first is called `p0`. */
export function policiesOf(...documents: readonly unknown[]): CompiledPolicies {
  return compilePolicies(
    documents.map((statement, index) =>
      parsePolicyDocument({ Version: '2012-10-17', Statement: statement }, `p${index}`),
    ),
  );
}

/** Decides one request for client `lwtThing`. */
export function decide(
  statement: unknown,
  action: string,
  resource: string,
  facts: Partial<ConnectionFacts> = {},
  keys?: Readonly<Record<string, readonly string[]>>,
): PolicyDecision {
  const context = new ConnectionContext({ clientId: 'lwtThing', ...facts });
  return policiesOf(statement).evaluate({ action, resource: `${ARN}${resource}`, keys }, context);
}
