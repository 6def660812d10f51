import type { AwsSession } from './aws-session';

/**
 * Names of the things that a stack has.
 * @throws LastwillError CLOUD_CALL_FAILED that says what to do.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ListStackResources.html
 */
export async function thingsOfStack(session: AwsSession, stackName: string): Promise<readonly string[]> {
  const { ListStackResourcesCommand } =
    require('@aws-sdk/client-cloudformation') as typeof import('@aws-sdk/client-cloudformation');
  const names: string[] = [];
  let token: string | undefined;
  do {
    const page = new ListStackResourcesCommand({ StackName: stackName, NextToken: token });
    const answer = await session.call('cloudformation:ListStackResources', () => session.cloudFormation.send(page));
    for (const { ResourceType: type, PhysicalResourceId: id } of answer.StackResourceSummaries ?? []) {
      if (type === 'AWS::IoT::Thing' && id !== undefined) names.push(id);
    }
    token = answer.NextToken;
  } while (token !== undefined && token !== '');
  return names;
}
