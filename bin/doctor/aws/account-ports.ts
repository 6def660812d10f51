import type { AwsSession } from '../../../cloud-clients/aws/aws-session';
import { type CloudCertificate, IotRegistry } from '../../../cloud-clients/aws/iot-registry';
import type { Clock } from '../../../presence/clock';
import { LastwillError } from '../../../presence/errors';
import { type DeviceCredentials, deviceCredentials } from '../device-credentials';
import { handshakeProblem } from '../handshake';
import { once, type Subject } from '../ports';
import { notificationSubscriptions } from './notification-subscriptions';
import type { AwsPorts } from './ports';
import { letsIotAssume } from './role-trust';
import { rulesOn } from './topic-rules';

/** Where the checks look. */
export interface AccountPortsOptions {
  readonly session: AwsSession;
  readonly subject: Subject;
  readonly store: string;
  readonly clock: Clock;
  readonly port: number;
  /** In place of what DescribeEndpoint answers. @default - what it answers */
  readonly endpoint?: string;
  /** Root certificates to trust, in PEM. @default - those that Node.js trusts */
  readonly rootCa?: string;
}

/**
 * The checks' questions, put to an account on AWS; each is asked once.
 * @public loaded where it is needed
 */
export function accountPorts(options: AccountPortsOptions): AwsPorts {
  const { session, subject, store, clock, port } = options;
  const registry = new IotRegistry(session);
  const stored = (): DeviceCredentials => deviceCredentials(store, 'aws', subject.device);
  return {
    subject,
    clock,
    stored,
    account: once(() => accountOf(session)),
    endpoint: once(async () => ({ host: options.endpoint ?? (await registry.dataEndpoint()), port })),
    handshakeProblem: (host, at) => handshakeProblem(host, at, { rootCa: options.rootCa, ...stored() }),
    certificate: (id) => registry.certificate(id),
    attachedCertificates: once(() => attachedCertificates(registry, subject.device)),
    authorize: (principal, action, resource) => authorize(session, subject.device, { principal, action, resource }),
    rulesOn: once(() => rulesOn(session, subject.willTopic)),
    simulate: (role, action, resource) => simulate(session, role, action, resource),
    letsIotAssume: (role) => letsIotTakeOn(session, role),
    subscriptions: (topicArn) => notificationSubscriptions(session, topicArn),
  };
}

async function accountOf(session: AwsSession) {
  const { GetCallerIdentityCommand } = require('@aws-sdk/client-sts') as typeof import('@aws-sdk/client-sts');
  const region = await session.region();
  const { Account: account = 'unknown', Arn: caller = 'unknown' } = await session.call('sts:GetCallerIdentity', () =>
    session.sts.send(new GetCallerIdentityCommand({})),
  );
  return { account, caller, region };
}

async function attachedCertificates(
  registry: IotRegistry,
  thing: string,
): Promise<readonly CloudCertificate[] | undefined> {
  const principals = await registry.principalsOf(thing);
  if (principals === undefined) return undefined;
  const ids = principals.filter((arn) => arn.includes(':cert/')).map((arn) => arn.slice(arn.lastIndexOf('/') + 1));
  const certificates = await Promise.all(ids.map((id) => registry.certificate(id)));
  return certificates.filter((certificate) => certificate !== undefined);
}

/** @see https://docs.aws.amazon.com/iot/latest/apireference/API_TestAuthorization.html */
async function authorize(
  session: AwsSession,
  clientId: string,
  asked: {
    readonly principal: string;
    readonly action: 'CONNECT' | 'PUBLISH' | 'SUBSCRIBE';
    readonly resource: string;
  },
): ReturnType<AwsPorts['authorize']> {
  const { TestAuthorizationCommand } = require('@aws-sdk/client-iot') as typeof import('@aws-sdk/client-iot');
  const { principal, action, resource } = asked;
  const authInfos = [{ actionType: action, resources: [resource] }];
  const { authResults } = await session.call('iot:TestAuthorization', () =>
    session.iot.send(new TestAuthorizationCommand({ principal, clientId, authInfos })),
  );
  const { authDecision, allowed, denied, missingContextValues } = authResults?.[0] ?? {};
  const isDenied = authDecision === 'EXPLICIT_DENY';
  const deciding = authDecision === 'ALLOWED' ? allowed : isDenied ? denied?.explicitDeny : undefined;
  return {
    decision: authDecision === 'ALLOWED' ? 'ALLOWED' : isDenied ? 'EXPLICIT_DENY' : 'IMPLICIT_DENY',
    policies: (deciding?.policies ?? []).flatMap(({ policyName }) => policyName ?? []),
    missing: missingContextValues ?? [],
  };
}

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html */
async function simulate(
  session: AwsSession,
  roleArn: string,
  action: string,
  resource: string,
): Promise<boolean | undefined> {
  const { SimulatePrincipalPolicyCommand } = require('@aws-sdk/client-iam') as typeof import('@aws-sdk/client-iam');
  const input = { PolicySourceArn: roleArn, ActionNames: [action], ResourceArns: [resource] };
  const answer = await session.find('iam:SimulatePrincipalPolicy', () =>
    session.iam.send(new SimulatePrincipalPolicyCommand(input)),
  );
  return answer === undefined ? undefined : answer.EvaluationResults?.[0]?.EvalDecision === 'allowed';
}

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRole.html */
async function letsIotTakeOn(session: AwsSession, roleArn: string): Promise<boolean | undefined> {
  const { GetRoleCommand } = require('@aws-sdk/client-iam') as typeof import('@aws-sdk/client-iam');
  const input = { RoleName: roleArn.slice(roleArn.lastIndexOf('/') + 1) };
  const answer = await session.find('iam:GetRole', () => session.iam.send(new GetRoleCommand(input)));
  const document = answer?.Role?.AssumeRolePolicyDocument;
  return document === undefined ? undefined : letsIotAssume(parseTrust(document, roleArn));
}

function parseTrust(document: string, roleArn: string): unknown {
  try {
    return JSON.parse(decodeURIComponent(document));
  } catch (cause) {
    const message = `AWS gave the trust policy of ${roleArn} in a form that cannot be read: try again`;
    throw new LastwillError('CLOUD_CALL_FAILED', message, { cause });
  }
}
