import type { Policy } from '../../local/aws/registry';
import type { PolicyDecision } from '../../semantics/iot-policy/compiled-policies';
import type { Finding } from '../check-rule';

/** A finding at the statement that decided. */
export function atStatement(policy: Policy, decision: PolicyDecision, message: string): Finding {
  const statement = decision.decidingStatement?.index ?? 0;
  return {
    template: policy.source?.template ?? '',
    logicalId: policy.source?.logicalId,
    path: `Properties.PolicyDocument.Statement[${statement}]`,
    message,
  };
}
