import type { AwsSession } from './aws-session';
import { everyPage } from './pages';

/**
 * Names of the things that a stack has.
 * @throws LastwillError CLOUD_CALL_FAILED that says what to do.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ListStackResources.html
 */
export async function thingsOfStack(session: AwsSession, stackName: string): Promise<readonly string[]> {
  const { ListStackResourcesCommand } =
    require('@aws-sdk/client-cloudformation') as typeof import('@aws-sdk/client-cloudformation');
  const action = 'cloudformation:ListStackResources';
  return everyPage(action, async (token) => {
    const page = new ListStackResourcesCommand({ StackName: stackName, NextToken: token });
    const answer = await session.call(action, () => session.cloudFormation.send(page));
    const items = (answer.StackResourceSummaries ?? []).flatMap(({ ResourceType: type, PhysicalResourceId: id }) =>
      type === 'AWS::IoT::Thing' && id !== undefined ? [id] : [],
    );
    return { items, next: answer.NextToken };
  });
}
