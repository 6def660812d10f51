import { createHash, X509Certificate } from 'node:crypto';
import { AwsAuthenticator, type AwsAuthenticatorOptions } from '../../../local/aws/authenticator';
import { CertificateAuthority } from '../../../local/aws/certificate-authority';
import { memoryCertificateStore } from '../../../local/aws/certificate-store';
import { resolveWithCertificates } from '../../../local/aws/provision';
import type { Registry } from '../../../local/aws/registry';
import { loadRegistry } from '../../../local/aws/registry-loading';
import type { Authentication, ConnectRequest, Peer, Permissions } from '../../../local/ports';
import { resolveTemplates } from '../../../local/template/cloudformation';
import { ManualClock } from '../../../presence/clock';

/** The account that templates of the tests are in. */
export const ARN = 'arn:aws:iot:us-east-1:123456789012:';

/** Resources of a template by logical id. */
export type Resources = Readonly<Record<string, { readonly Type: string; readonly Properties?: object }>>;

/** Resolves templates, named `a.json`, `b.json` and so on, with real certificates and loads the registry. */
export async function registryOf(...templates: readonly Resources[]): Promise<Registry> {
  const authority = await CertificateAuthority.open({ store: memoryCertificateStore(), clock: new ManualClock() });
  return (await registryWith(authority, ...templates)).registry;
}

/** The same with a CA that the test holds. */
export async function registryWith(authority: CertificateAuthority, ...templates: readonly Resources[]) {
  const sources = templates.map((Resources, index) => ({ name: `${'ab'.charAt(index)}.json`, json: { Resources } }));
  const { resolved, issued } = await resolveWithCertificates(authority, (provision) =>
    resolveTemplates(sources, { provision }),
  );
  return { registry: loadRegistry(resolved, issued), resolved };
}

/** A thing `lwtThing` with a certificate `Certificate` from a request and a policy `Policy` with these statements. */
export function device(csr: string, ...statements: readonly unknown[]): Resources {
  return {
    Thing: { Type: 'AWS::IoT::Thing', Properties: { ThingName: 'lwtThing' } },
    Certificate: certificate(csr),
    Policy: policy('lwtPolicy', ...statements),
    PolicyAttachment: policyAttachment('Policy', 'Certificate'),
    ThingAttachment: thingAttachment('Thing', 'Certificate'),
  };
}

export function certificate(csr: string, status = 'ACTIVE') {
  return { Type: 'AWS::IoT::Certificate', Properties: { CertificateSigningRequest: csr, Status: status } };
}

export function policy(PolicyName: string, ...statements: readonly unknown[]) {
  const PolicyDocument = { Version: '2012-10-17', Statement: statements };
  return { Type: 'AWS::IoT::Policy', Properties: { PolicyName, PolicyDocument } };
}

export function policyAttachment(policyId: string, certificateId: string) {
  const Properties = { PolicyName: { Ref: policyId }, Principal: { 'Fn::GetAtt': [certificateId, 'Arn'] } };
  return { Type: 'AWS::IoT::PolicyPrincipalAttachment', Properties };
}

export function thingAttachment(thingId: string, certificateId: string, ThingPrincipalType?: string) {
  return {
    Type: 'AWS::IoT::ThingPrincipalAttachment',
    Properties: {
      ThingName: { Ref: thingId },
      Principal: { 'Fn::GetAtt': [certificateId, 'Arn'] },
      ThingPrincipalType,
    },
  };
}

export function allow(Action: string | readonly string[], ...resources: readonly string[]) {
  return { Effect: 'Allow', Action, Resource: resources.map((resource) => `${ARN}${resource}`) };
}

/** A client that presents the certificate of a logical id in its TLS handshake. */
export function tlsPeer(registry: Registry, logicalId = 'Certificate'): Peer {
  const pem = registry.findCertificate(logicalId)?.pem;
  if (pem === undefined) throw new Error(`no certificate ${logicalId}`);
  return { transport: 'tls', remoteAddress: '127.0.0.1', certificates: [new X509Certificate(pem).raw] };
}

/** What a client says in CONNECT when the test does not care. */
export function connectRequest(request: Partial<ConnectRequest> = {}): ConnectRequest {
  return {
    clientId: 'lwtThing',
    protocolVersion: 5,
    cleanStart: true,
    sessionExpirySeconds: 0,
    keepAliveSeconds: 30,
    ...request,
  };
}

/** Connects with the certificate of a logical id. */
export function connect(
  registry: Registry,
  request: Partial<ConnectRequest> = {},
  options: Partial<AwsAuthenticatorOptions> & { readonly peer?: Peer } = {},
): Authentication {
  const authenticator = new AwsAuthenticator({ registry, ...options });
  return authenticator.authenticate(connectRequest(request), options.peer ?? tlsPeer(registry));
}

/** The permissions of a client that must have been accepted. */
export function permissionsOf(authentication: Authentication): Permissions {
  if (authentication.accepted) return authentication.permissions;
  throw new Error(authentication.explanation.reason);
}

/** The reason of a refusal, or `accepted`. */
export function reasonOf(authentication: Authentication): string {
  return authentication.accepted ? 'accepted' : authentication.explanation.reason;
}

/** SHA-256 in hexadecimal digits. */
export function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
