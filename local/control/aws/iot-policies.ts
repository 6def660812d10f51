import type { AccountPolicy, AwsAccount } from '../ports';
import { certificateNamed } from './iot-principals';
import {
  jsonBody,
  MARKER_NAMES,
  pathParameter,
  queryFlag,
  type RestCall,
  type RestOperation,
  restPage,
  texts,
  timestamp,
} from './rest-operation';
import { invalidRequest, notFound } from './service-error';

/** Policies and what they decide. @see https://docs.aws.amazon.com/iot/latest/apireference/API_TestAuthorization.html */
export const policyOperations: readonly RestOperation[] = [
  {
    name: 'ListPolicies',
    method: 'GET',
    path: '/policies',
    answer: (call, { registry }) => {
      const all = [...registry.policies.keys()];
      return listed(queryFlag(call, 'isAscendingOrder') ? all : all.reverse(), call, registry);
    },
  },
  { name: 'GetPolicy', method: 'GET', path: '/policies/{policyName}', answer: getPolicy },
  {
    name: 'ListAttachedPolicies',
    method: 'POST',
    path: '/attached-policies/{target+}',
    answer: (call, { registry }) => listed(registry.policiesOf(attachmentTarget(call, registry)), call, registry),
  },
  { name: 'GetEffectivePolicies', method: 'POST', path: '/effective-policies', answer: getEffectivePolicies },
  { name: 'TestAuthorization', method: 'POST', path: '/test-authorization', answer: testAuthorization },
];

type Registry = AwsAccount['registry'];

/** A page of policies, by their names. */
export function listed(names: readonly string[], call: RestCall, registry: Registry) {
  const { items, next } = restPage(names, call, { names: MARKER_NAMES });
  return { policies: described(items, registry), nextMarker: next };
}

function described(names: readonly string[], registry: Registry) {
  return names.flatMap((name) => {
    const policy = registry.policies.get(name);
    return policy === undefined ? [] : [{ policyName: policy.name, policyArn: policy.arn }];
  });
}

/**
 * The policy that the path, or a header, names.
 * @throws ServiceError ResourceNotFoundException
 */
export function policyNamed(name: string, { policies }: Registry): AccountPolicy {
  const policy = policies.get(name);
  if (policy === undefined) throw notFound(`Policy ${name}`);
  return policy;
}

function getPolicy(call: RestCall, account: AwsAccount) {
  const name = pathParameter(call, 'policyName');
  const policy = policyNamed(name, account.registry);
  const made = timestamp(account.createdAt);
  return {
    policyName: policy.name,
    policyArn: policy.arn,
    policyDocument: documentOf(name, account),
    defaultVersionId: '1',
    creationDate: made,
    lastModifiedDate: made,
    generationId: '1',
  };
}

/** A policy's document as it stands in the template. */
export function documentOf(name: string, { stacks }: AwsAccount): string | undefined {
  const document = stacks
    .flatMap(({ resources }) => resources)
    .find(({ type, ref }) => type === 'AWS::IoT::Policy' && ref === name)?.properties.PolicyDocument;
  return typeof document === 'string' ? document : JSON.stringify(document);
}

function attachmentTarget(call: RestCall, registry: Registry): string {
  const target = pathParameter(call, 'target');
  if (![...registry.thingGroups.values()].some(({ arn }) => arn === target)) certificateNamed(target, registry);
  return target;
}

function getEffectivePolicies(call: RestCall, account: AwsAccount) {
  const { registry } = account;
  const { principal } = jsonBody(call);
  const { id: certificateId } = certificateNamed(principal, registry);
  const thingName = call.query.get('thingName') ?? undefined;
  const effectivePolicies = account.effectivePolicies(certificateId, thingName).flatMap((name) => {
    const policy = registry.policies.get(name);
    if (policy === undefined) return [];
    return [{ policyName: policy.name, policyArn: policy.arn, policyDocument: documentOf(name, account) }];
  });
  return { effectivePolicies };
}

const ACTIONS: Readonly<Record<string, string>> = {
  CONNECT: 'iot:Connect',
  PUBLISH: 'iot:Publish',
  SUBSCRIBE: 'iot:Subscribe',
  RECEIVE: 'iot:Receive',
};

function testAuthorization(call: RestCall, account: AwsAccount) {
  const body = jsonBody(call);
  if (!Array.isArray(body.authInfos) || body.authInfos.length < 1 || body.authInfos.length > 10) {
    throw invalidRequest('authInfos must be a list of 1 to 10 entries');
  }
  const { id: certificateId } = certificateNamed(body.principal, account.registry);
  const asked = {
    certificateId,
    clientId: call.query.get('clientId') ?? undefined,
    policyNamesToAdd: knownPolicies(body.policyNamesToAdd, account),
    policyNamesToSkip: texts(body.policyNamesToSkip),
  };
  const authResults = body.authInfos.map((info: { readonly actionType?: unknown; readonly resources?: unknown }) => {
    const action = ACTIONS[String(info?.actionType)];
    const resources = texts(info?.resources);
    if (action === undefined || resources.length === 0) {
      throw invalidRequest(`actionType must be one of ${Object.keys(ACTIONS).join(', ')}, with a list of resources`);
    }
    const answers = resources.map((resource) => account.authorize({ ...asked, action, resource }));
    return resultOf({ actionType: info.actionType, resources }, answers, account.registry);
  });
  return { authResults };
}

type Answers = readonly ReturnType<AwsAccount['authorize']>[];

/** All resources together: what one of them is denied is denied. */
function resultOf(authInfo: object, answers: Answers, registry: Registry) {
  const policiesOf = (decision: string) => {
    const names = answers.filter((answer) => answer.decision === decision).flatMap(({ policyNames }) => policyNames);
    return { policies: described([...new Set(names)], registry) };
  };
  const has = (decision: string): boolean => answers.some((answer) => answer.decision === decision);
  const denial = has('EXPLICIT_DENY') ? 'EXPLICIT_DENY' : has('IMPLICIT_DENY') ? 'IMPLICIT_DENY' : undefined;
  return {
    authInfo,
    allowed: policiesOf('ALLOWED'),
    denied: { implicitDeny: policiesOf('IMPLICIT_DENY'), explicitDeny: policiesOf('EXPLICIT_DENY') },
    authDecision: denial ?? 'ALLOWED',
    missingContextValues: [...new Set(answers.flatMap(({ missingContextValues }) => missingContextValues))],
  };
}

function knownPolicies(value: unknown, { registry }: AwsAccount): readonly string[] {
  const names = texts(value);
  const unknown = names.find((name) => !registry.policies.has(name));
  if (unknown !== undefined) throw notFound(`Policy ${unknown}`);
  return names;
}
