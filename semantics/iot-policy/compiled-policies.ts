import {
  type CompiledStatement,
  compileStatement,
  coversAction,
  coversResource,
  type PolicyRequest,
  requestLookup,
  type StatementReference,
} from './compiled-statement';
import type { ConnectionContext } from './connection-context';
import { explainDecision, nearestStatement, unresolvedDenials, variableValues } from './explanation';
import type { Lookup } from './pattern';
import type { PolicyDocument } from './policy-document';

/** The answer to one request. */
export interface PolicyDecision {
  readonly allowed: boolean;
  /** The statement that allowed or denied; absent when none did. */
  readonly decidingStatement?: StatementReference;
  /** When none allowed: the one that came nearest. */
  readonly nearestStatement?: StatementReference;
  /** The variables of that statement, spelled as in the policy, with their values; `undefined` has none. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** The whole of it in words: action, full ARN, statement and why. */
  readonly reason: string;
  /** Statements that deny the action and did not apply because a variable of theirs has no value. */
  readonly warnings: readonly string[];
}

/** Policies of one principal, read once. */
export interface CompiledPolicies {
  readonly names: readonly string[];
  /** Whether the request is allowed; the cheapest answer. */
  isAllowed(request: PolicyRequest, context: ConnectionContext): boolean;
  /**
   * Decides a request: an explicit deny wins, else any allow, else it is denied.
   * @see https://docs.aws.amazon.com/iot/latest/developerguide/iot-policies.html
   */
  evaluate(request: PolicyRequest, context: ConnectionContext): PolicyDecision;
}

/** Reads policies for many decisions. */
export function compilePolicies(documents: readonly PolicyDocument[]): CompiledPolicies {
  const statements = documents.flatMap((document) =>
    document.statements.map((statement, index) =>
      compileStatement(statement, { policyName: document.name, index, sid: statement.sid }),
    ),
  );
  const names = documents.map((document) => document.name);
  const denials = statements.filter((statement) => statement.effect === 'Deny');
  const allowances = statements.filter((statement) => statement.effect === 'Allow');
  const decide = (request: PolicyRequest, lookup: Lookup): CompiledStatement | undefined =>
    denials.find((statement) => applies(statement, request, lookup)) ??
    allowances.find((statement) => applies(statement, request, lookup));
  return {
    names,
    isAllowed: (request, context) => decide(request, requestLookup(request, context.lookup))?.effect === 'Allow',
    evaluate: (request, context) => {
      const lookup = requestLookup(request, context.lookup);
      const deciding = decide(request, lookup);
      const nearest = deciding === undefined ? nearestStatement(allowances, request, lookup) : undefined;
      return {
        allowed: deciding?.effect === 'Allow',
        decidingStatement: deciding?.reference,
        nearestStatement: nearest?.reference,
        variables: variableValues(deciding ?? nearest, lookup),
        reason: explainDecision({ names, deciding, nearest, request, lookup, context }),
        warnings: unresolvedDenials(denials, request, lookup, context),
      };
    },
  };
}

function applies(statement: CompiledStatement, request: PolicyRequest, lookup: Lookup): boolean {
  return (
    coversAction(statement, request.action) &&
    coversResource(statement, request.resource, lookup) &&
    statement.conditions.every((condition) => condition.holds(lookup))
  );
}
