import { LastwillError } from '../../presence/errors';
import type { AwsSession } from './aws-session';

/**
 * The outputs of a stack by their keys.
 * @throws LastwillError NOT_DEPLOYED when the account has no such stack in this region, or it failed to deploy.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStacks.html
 */
export async function stackOutputs(session: AwsSession, stackName: string): Promise<Readonly<Record<string, string>>> {
  const { DescribeStacksCommand } =
    require('@aws-sdk/client-cloudformation') as typeof import('@aws-sdk/client-cloudformation');
  const answer = await session.find('cloudformation:DescribeStacks', () =>
    session.cloudFormation.send(new DescribeStacksCommand({ StackName: stackName })),
  );
  const stack = answer?.Stacks?.[0];
  if (stack === undefined) {
    throw new LastwillError(
      'NOT_DEPLOYED',
      `stack ${stackName} is not deployed in ${await session.region()}: deploy it (npx cdk deploy), or name another with --stack or --region`,
    );
  }
  if (/^(CREATE_IN_PROGRESS|CREATE_FAILED|ROLLBACK_.*|DELETE_.*|REVIEW_IN_PROGRESS)$/.test(stack.StackStatus ?? '')) {
    throw new LastwillError(
      'NOT_DEPLOYED',
      `stack ${stackName} is in state ${stack.StackStatus}: wait until it is deployed, or deploy it again (npx cdk deploy)`,
    );
  }
  return Object.fromEntries(
    (stack.Outputs ?? []).flatMap(({ OutputKey: key, OutputValue: value }) =>
      key === undefined || value === undefined ? [] : [[key, value]],
    ),
  );
}
