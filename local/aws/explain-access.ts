import { LastwillError, mustBe } from '../../presence/errors';
import type { PolicyRequest } from '../../semantics/iot-policy/compiled-statement';
import { AccessControl, describeCertificate, inactivity } from './access-control';
import { explanationOf } from './connection-policies';
import type { Certificate, Registry } from './registry';

/** Who wants to do what. */
export interface AccessQuestion {
  readonly clientId: string;
  /** Id, ARN or logical id of a certificate, or a thing. @default - the certificate of the thing with the client id, or the only one */
  readonly principal?: string;
  /** E.g. `iot:Publish`. */
  readonly action: string;
  /** A full ARN, or what follows the account in it, e.g. `topic/a/b`. */
  readonly resource: string;
  /** What `iot:Connect` asks for beyond connecting. @default - a clean session without a will */
  readonly connect?: { readonly persistent: boolean; readonly willTopic?: string };
  /** @default - `aws:SourceIp` has no value */
  readonly sourceIp?: string;
}

/** What policies answer, and why. */
export interface AccessAnswer {
  readonly decision: 'allowed' | 'denied';
  /** The text that the event log has, too. */
  readonly reason: string;
  readonly action: string;
  /** The full ARN. */
  readonly resource: string;
  readonly clientId: string;
  /** The certificate, in words. */
  readonly principal: string;
  /** Names of the policies that apply, groups' included. */
  readonly policies: readonly string[];
  /** The statement that decided, or that came nearest. */
  readonly statement?: string;
  /** The variables of that statement; `null` where one has no value. */
  readonly variables: Readonly<Record<string, string | null>>;
  readonly warnings: readonly string[];
}

/**
 * Says whether a client may do something, which statement decides and which came nearest.
 * @throws LastwillError OPTION_INVALID when it cannot be told whose certificate is meant.
 */
export function explainAccess(registry: Registry, question: AccessQuestion): AccessAnswer {
  const { clientId } = question;
  const certificate = certificateOf(registry, question);
  const access = new AccessControl(registry);
  const { policies, context } = access.policiesOf({ clientId, certificate, remoteAddress: question.sourceIp });
  const request = requestOf(registry, access, question);
  const decision = policies.evaluate(request, context);
  const inactive = inactivity(certificate);
  return {
    decision: decision.allowed && inactive === undefined ? 'allowed' : 'denied',
    reason: inactive === undefined ? decision.reason : `${inactive.code}: ${inactive.reason}`,
    action: request.action,
    resource: request.resource,
    clientId,
    principal: describeCertificate(certificate),
    policies: policies.names,
    statement: explanationOf(request, decision).statement,
    variables: Object.fromEntries(Object.entries(decision.variables).map(([name, value]) => [name, value ?? null])),
    warnings: decision.warnings,
  };
}

function requestOf(registry: Registry, access: AccessControl, question: AccessQuestion): PolicyRequest {
  const { action, resource, clientId, connect } = question;
  const full = resource.startsWith('arn:') ? resource : `${registry.arnPrefix}${resource}`;
  if (action.toLowerCase() !== 'iot:connect') return { action, resource: full };
  const will = connect?.willTopic === undefined ? undefined : { topic: connect.willTopic };
  const sessionExpirySeconds = connect?.persistent === true ? 1 : 0;
  return { ...access.connectRequest({ clientId, will, sessionExpirySeconds }), action, resource: full };
}

function certificateOf(registry: Registry, { principal, clientId }: AccessQuestion): Certificate {
  const all = [...registry.certificates.values()];
  if (principal !== undefined) {
    const found = registry.findCertificate(principal);
    if (found !== undefined) return found;
    const known = all.map(nameOf).join(', ') || 'none';
    throw new LastwillError(
      'OPTION_INVALID',
      mustBe('--principal', `a certificate of the templates (${known})`, principal),
    );
  }
  const own = all.filter(({ arn }) => registry.thingsOf(arn).some(({ thingName }) => thingName === clientId));
  const candidates = own.length > 0 ? own : all;
  const [only] = candidates;
  if (only !== undefined && candidates.length === 1) return only;
  throw new LastwillError(
    'OPTION_INVALID',
    whichCertificate(candidates, own.length > 0 ? `thing '${clientId}'` : undefined),
  );
}

function whichCertificate(candidates: readonly Certificate[], thing: string | undefined): string {
  if (candidates.length === 0) return 'the templates have no certificate, so there is nobody to ask about';
  const names = candidates.map(nameOf).join(', ');
  const where = thing ?? 'the client id is no thing with a certificate, and the account';
  return `${where} has ${candidates.length} certificates: choose one with --principal (${names})`;
}

function nameOf({ id, source }: Certificate): string {
  return source?.logicalId ?? id;
}
