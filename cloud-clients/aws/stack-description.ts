import { LastwillError } from '../../presence/errors';
import type { AwsSession } from './aws-session';

/** What a stack that is deployed says of itself. */
export interface DeployedStack {
  readonly outputs: Readonly<Record<string, string>>;
  /** What is amiss although it has what an earlier deployment left. @default - nothing */
  readonly warning?: string;
}

const DEPLOY = 'npx cdk deploy';

/**
 * A stack and its outputs.
 * @throws LastwillError NOT_DEPLOYED when the account has no such stack in this region, or it failed to deploy;
 * CLOUD_CALL_FAILED that says what to do.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStacks.html
 */
export async function describeStack(session: AwsSession, stackName: string): Promise<DeployedStack> {
  const { DescribeStacksCommand } =
    require('@aws-sdk/client-cloudformation') as typeof import('@aws-sdk/client-cloudformation');
  const answer = await session.find('cloudformation:DescribeStacks', () =>
    session.cloudFormation.send(new DescribeStacksCommand({ StackName: stackName })),
  );
  if (answer === undefined) {
    const others = await deployedStacks(session);
    const known = others.length === 0 ? '' : ` (it has ${others.join(', ')})`;
    throw new LastwillError(
      'NOT_DEPLOYED',
      `stack ${stackName} is not deployed in ${await session.region()}${known}: deploy it (${DEPLOY}), or name another with --stack or --region`,
    );
  }
  const [stack] = answer.Stacks ?? [];
  if (stack === undefined) {
    throw new LastwillError(
      'CLOUD_CALL_FAILED',
      'AWS answered cloudformation:DescribeStacks without a stack: try again',
    );
  }
  const { StackStatus: status = 'UNKNOWN', StackStatusReason: reason, Outputs: outputs } = stack;
  const warning = stateOf(stackName, status, reason);
  return {
    outputs: Object.fromEntries(
      (outputs ?? []).flatMap(({ OutputKey: key, OutputValue: value }) =>
        key === undefined || value === undefined ? [] : [[key, value]],
      ),
    ),
    ...(warning === undefined ? {} : { warning }),
  };
}

/** Names of the stacks that have certificates to pull; none when they cannot be listed. */
async function deployedStacks(session: AwsSession): Promise<readonly string[]> {
  const { DescribeStacksCommand } =
    require('@aws-sdk/client-cloudformation') as typeof import('@aws-sdk/client-cloudformation');
  try {
    const { Stacks: stacks } = await session.cloudFormation.send(new DescribeStacksCommand({}));
    return (stacks ?? []).flatMap(({ StackName: name, Outputs: outputs }) =>
      name !== undefined && outputs?.some(({ OutputKey: key }) => key?.startsWith('CertificateId')) ? [name] : [],
    );
  } catch {
    // Who may see one stack may not be let see all.
    return [];
  }
}

/**
 * What to know of a stack's state; `undefined` when there is nothing.
 * @throws LastwillError NOT_DEPLOYED when a stack in this state has nothing to use.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html
 */
function stateOf(stackName: string, status: string, reason: string | undefined): string | undefined {
  const state = reason === undefined || reason === '' ? status : `${status}: ${reason}`;
  const known = STATES.find(([pattern]) => pattern.test(status));
  if (known !== undefined) {
    const [, what, todo] = known;
    throw new LastwillError('NOT_DEPLOYED', `stack ${stackName} ${what} (${state}): ${todo}`);
  }
  if (!/^UPDATE_(?!COMPLETE)/.test(status)) return undefined;
  const todo = status.endsWith('_IN_PROGRESS')
    ? 'it is being deployed; run this again when it is done'
    : `its last deployment failed and what came before is in place; mend it and deploy again (${DEPLOY})`;
  return `stack ${stackName} is in state ${state}: ${todo}`;
}

/** States in which a stack has nothing, or nothing that lasts: what that means and what to do. */
const STATES: readonly (readonly [status: RegExp, what: string, todo: string])[] = [
  [/^CREATE_IN_PROGRESS$|^IMPORT_IN_PROGRESS$/, 'is being deployed', 'wait until it is, then run this again'],
  [/^REVIEW_IN_PROGRESS$/, 'was never deployed', `deploy it (${DEPLOY})`],
  [
    /^(CREATE_FAILED|ROLLBACK_\w+|IMPORT_ROLLBACK_\w+)$/,
    'failed to deploy',
    `mend what CloudFormation's events say, then deploy it again (${DEPLOY})`,
  ],
  [/^DELETE_IN_PROGRESS$/, 'is being deleted', `wait until it is gone, then deploy it again (${DEPLOY})`],
  [/^DELETE_COMPLETE$/, 'was deleted', `deploy it (${DEPLOY})`],
  [
    /^DELETE_FAILED$/,
    'could not be deleted',
    `delete it by hand (CloudFormation's events say what is in the way), then deploy it again (${DEPLOY})`,
  ],
];
