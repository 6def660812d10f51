import type { AwsSession } from '../../cloud-clients/aws/aws-session';
import { describeStack } from '../../cloud-clients/aws/stack-description';

/** As whom and where AWS is called. */
export async function callerLines(session: AwsSession, region: string): Promise<{ account: string; lines: string[] }> {
  const { GetCallerIdentityCommand } = require('@aws-sdk/client-sts') as typeof import('@aws-sdk/client-sts');
  const { Account: account = 'unknown', Arn: arn = 'unknown' } = await session.call('sts:GetCallerIdentity', () =>
    session.sts.send(new GetCallerIdentityCommand({})),
  );
  return { account, lines: [`account   ${account}, region ${region}, as ${arn}`] };
}

/** What deploying creates, costs and tells. */
export function deploymentLines(prefix: string, emails: readonly string[]): string[] {
  const told =
    emails.length === 0
      ? 'nobody'
      : `${emails.join(', ')}: first to confirm, and once confirmed of every will that the rule acts on`;
  return [
    `creates   stack ${prefix}LwtStack: a thing with certificate and policy, a rule with role and error log, an SNS topic with a KMS key`,
    `          stack ${prefix}ProbeRules: six rules with their roles, an SNS topic and an error log`,
    'needs     a region that is bootstrapped (npx cdk bootstrap)',
    'costs     a KMS key at $1.00 a month, by the hour and no more once it is scheduled for deletion; about a thousand messages: below $0.10',
    `e-mail    ${told}`,
    'destroys  both stacks when it is over, also when it fails or is interrupted',
    'takes     about fifteen minutes',
  ];
}

/** What examining a stack that exists already touches, and whom it tells. */
export async function examinationLines(session: AwsSession, stackName: string, thing: string): Promise<string[]> {
  const { NotificationTopicArn: topic } = (await describeStack(session, stackName)).outputs;
  const told = topic === undefined ? [] : await confirmedEndpoints(session, topic);
  return [
    `examines  stack ${stackName}, connecting as ${thing} and as you; nothing is created`,
    `e-mail    ${told.length === 0 ? 'nobody' : `${told.join(', ')}: of every will that the rule acts on`}`,
  ];
}

/** Who has confirmed to be told by an SNS topic. */
export async function confirmedEndpoints(session: AwsSession, TopicArn: string): Promise<string[]> {
  const { ListSubscriptionsByTopicCommand } = require('@aws-sdk/client-sns') as typeof import('@aws-sdk/client-sns');
  const { Subscriptions = [] } = await session.call('sns:ListSubscriptionsByTopic', () =>
    session.sns.send(new ListSubscriptionsByTopicCommand({ TopicArn })),
  );
  return Subscriptions.filter(({ SubscriptionArn }) => SubscriptionArn?.startsWith('arn:') === true).map(
    ({ Endpoint }) => Endpoint ?? 'somebody',
  );
}
