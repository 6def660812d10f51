import type { AwsSession } from '../../../cloud-clients/aws/aws-session';
import { everyPage } from '../../../cloud-clients/aws/pages';
import type { Rule, RuleAction } from './ports';

/**
 * The rules whose FROM matches a topic.
 * @see https://docs.aws.amazon.com/iot/latest/apireference/API_ListTopicRules.html
 */
export async function rulesOn(session: AwsSession, topic: string): Promise<readonly Rule[]> {
  const { ListTopicRulesCommand } = require('@aws-sdk/client-iot') as typeof import('@aws-sdk/client-iot');
  const action = 'iot:ListTopicRules';
  const names = await everyPage(action, async (nextToken) => {
    const page = await session.call(action, () => session.iot.send(new ListTopicRulesCommand({ topic, nextToken })));
    return { items: (page.rules ?? []).flatMap(({ ruleName }) => ruleName ?? []), next: page.nextToken };
  });
  const rules: Rule[] = [];
  for (const name of names) rules.push(await ruleNamed(session, name));
  return rules;
}

async function ruleNamed(session: AwsSession, ruleName: string): Promise<Rule> {
  const { GetTopicRuleCommand } = require('@aws-sdk/client-iot') as typeof import('@aws-sdk/client-iot');
  const { rule } = await session.call('iot:GetTopicRule', () =>
    session.iot.send(new GetTopicRuleCommand({ ruleName })),
  );
  return {
    name: ruleName,
    sql: rule?.sql ?? '',
    sqlVersion: rule?.awsIotSqlVersion ?? '2015-10-08',
    disabled: rule?.ruleDisabled === true,
    errorAction: rule?.errorAction === undefined ? undefined : actionsOf(rule.errorAction)[0],
    actions: (rule?.actions ?? []).flatMap(actionsOf),
  };
}

/** The API names an action by the one field that it has. */
function actionsOf(action: object): RuleAction[] {
  return Object.entries(action).map(([kind, properties]) => ({ kind, properties: { ...(properties as object) } }));
}
