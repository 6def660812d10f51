import type { AwsAccount, SimulationAnswer } from '../ports';
import { listParameter, type QueryParameters, type QueryService, queryPage } from './query-operation';
import { ServiceError } from './service-error';

/** What a role may do, and who may take it on. @see https://docs.aws.amazon.com/IAM/latest/APIReference/ */
export const iam: QueryService = {
  namespace: 'https://iam.amazonaws.com/doc/2010-05-08/',
  operations: [
    { name: 'GetRole', answer: getRole },
    { name: 'SimulatePrincipalPolicy', answer: simulatePrincipalPolicy },
  ],
};

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRole.html */
function getRole(parameters: QueryParameters, account: AwsAccount) {
  const roleName = required(parameters.get('RoleName'), 'RoleName');
  const { name, arn, id, path, trust } = existing(account.role(roleName), roleName);
  return {
    Role: {
      Path: path,
      RoleName: name,
      RoleId: id,
      Arn: arn,
      CreateDate: new Date(account.createdAt).toISOString(),
      AssumeRolePolicyDocument: encodeURIComponent(JSON.stringify(trust)),
    },
  };
}

const DECISIONS = { allowed: 'allowed', denied: 'explicitDeny', notAllowed: 'implicitDeny' } as const;

function simulatePrincipalPolicy(parameters: QueryParameters, account: AwsAccount) {
  const roleArn = required(parameters.get('PolicySourceArn'), 'PolicySourceArn');
  const actions = listParameter(parameters, 'ActionNames');
  required(actions[0], 'ActionNames');
  const given = listParameter(parameters, 'ResourceArns');
  const resources = given.length === 0 ? ['*'] : given;
  const policy = parameters.get('ResourcePolicy');
  const asked = {
    roleArn,
    context: contextOf(parameters),
    ...(policy === null ? {} : { resourcePolicy: parse(policy) }),
  };
  const results = actions.flatMap((action) =>
    resources.map((resource) => {
      const { decision, matched } = existing(account.simulate({ ...asked, action, resource }), roleArn);
      return {
        EvalActionName: action,
        EvalResourceName: resource,
        EvalDecision: DECISIONS[decision],
        MatchedStatements: matched.map(describeStatement),
        MissingContextValues: [],
      };
    }),
  );
  const { items, next } = queryPage(results, parameters, {
    names: ['Marker', 'MaxItems'],
    maximumSize: 1_000,
    errorCode: 'InvalidInput',
  });
  return { EvaluationResults: items, IsTruncated: next !== undefined, Marker: next };
}

function describeStatement({ policyId, policyType, start, end }: SimulationAnswer['matched'][number]) {
  return {
    SourcePolicyId: policyId,
    SourcePolicyType: policyType,
    StartPosition: { Line: 1, Column: start },
    EndPosition: { Line: 1, Column: end },
  };
}

function existing<T>(answer: T | undefined, roleArn: string): T {
  if (answer !== undefined) return answer;
  throw new ServiceError('NoSuchEntity', `The role with name ${roleArn.split('/').pop()} cannot be found.`);
}

function contextOf(parameters: QueryParameters): ReadonlyMap<string, readonly string[]> {
  const context = new Map<string, readonly string[]>();
  for (let index = 1; ; index++) {
    const entry = `ContextEntries.member.${index}`;
    const key = parameters.get(`${entry}.ContextKeyName`);
    if (key === null) return context;
    context.set(key.toLowerCase(), listParameter(parameters, `${entry}.ContextKeyValues`));
  }
}

function required(value: string | null | undefined, name: string): string {
  if (value != null && value !== '') return value;
  throw new ServiceError('ValidationError', `${name} must be given`);
}

function parse(policy: string): unknown {
  try {
    return JSON.parse(policy);
  } catch (cause) {
    throw new ServiceError('InvalidInput', 'ResourcePolicy must be JSON', { cause });
  }
}
