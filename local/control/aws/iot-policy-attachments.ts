import type { AwsAccount } from '../ports';
import { documentOf, listed, policyNamed } from './iot-policies';
import { certificateNamed } from './iot-principals';
import { MARKER_NAMES, pathParameter, type RestCall, type RestOperation, restPage, timestamp } from './rest-operation';
import { notFound } from './service-error';

/** A template makes a policy once. */
const VERSION = '1';

/** What policies are attached to, and their versions. @see https://docs.aws.amazon.com/iot/latest/apireference/API_ListTargetsForPolicy.html */
export const policyAttachmentOperations: readonly RestOperation[] = [
  {
    name: 'ListPrincipalPolicies',
    method: 'GET',
    path: '/principal-policies',
    answer: (call, { registry }) => {
      const { arn } = certificateNamed(call.headers['x-amzn-iot-principal'], registry);
      return listed(registry.policiesOf(arn), call, registry);
    },
  },
  {
    name: 'ListTargetsForPolicy',
    method: 'POST',
    path: '/policy-targets/{policyName}',
    answer: (call, { registry }) => {
      const { name } = policyNamed(pathParameter(call, 'policyName'), registry);
      const { items, next } = restPage(targetsOf(name, registry), call, { names: MARKER_NAMES });
      return { targets: items, nextMarker: next };
    },
  },
  {
    name: 'ListPolicyPrincipals',
    method: 'GET',
    path: '/policy-principals',
    answer: (call, { registry }) => {
      const { name } = policyNamed(String(call.headers['x-amzn-iot-policy'] ?? ''), registry);
      const principals = targetsOf(name, registry).filter((arn) => arn.includes(':cert/'));
      const { items, next } = restPage(principals, call, { names: MARKER_NAMES });
      return { principals: items, nextMarker: next };
    },
  },
  {
    name: 'ListPolicyVersions',
    method: 'GET',
    path: '/policies/{policyName}/version',
    answer: (call, { registry, createdAt }) => {
      policyNamed(pathParameter(call, 'policyName'), registry);
      return { policyVersions: [{ versionId: VERSION, isDefaultVersion: true, createDate: timestamp(createdAt) }] };
    },
  },
  {
    name: 'GetPolicyVersion',
    method: 'GET',
    path: '/policies/{policyName}/version/{policyVersionId}',
    answer: getPolicyVersion,
  },
];

function targetsOf(policyName: string, registry: AwsAccount['registry']): string[] {
  return [...registry.certificates.values(), ...registry.thingGroups.values()]
    .map(({ arn }) => arn)
    .filter((arn) => registry.policiesOf(arn).includes(policyName));
}

function getPolicyVersion(call: RestCall, account: AwsAccount) {
  const { name, arn } = policyNamed(pathParameter(call, 'policyName'), account.registry);
  const version = pathParameter(call, 'policyVersionId');
  if (version !== VERSION) throw notFound(`Version ${version} of policy ${name}`);
  const made = timestamp(account.createdAt);
  return {
    policyArn: arn,
    policyName: name,
    policyDocument: documentOf(name, account),
    policyVersionId: VERSION,
    isDefaultVersion: true,
    creationDate: made,
    lastModifiedDate: made,
    generationId: VERSION,
  };
}
