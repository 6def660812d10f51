import { Names, Stack } from 'aws-cdk-lib';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ITopicRuleAction, ITopicRuleBinding, TopicRuleActionConfig } from '../topic-rule-action';

/**
 * Invokes a Lambda function with the message as its event, without waiting for its answer.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/lambda-rule-action.html
 */
export class LambdaAction implements ITopicRuleAction {
  constructor(private readonly handler: IFunction) {}

  /** Lets this rule, and no other, invoke the function; the rule's role needs nothing. */
  bind(rule: ITopicRuleBinding): TopicRuleActionConfig {
    const id = `InvokeBy${Names.nodeUniqueId(rule.node)}`;
    if (this.handler.permissionsNode.tryFindChild(id) === undefined) {
      this.handler.addPermission(id, {
        principal: new ServicePrincipal('iot.amazonaws.com'),
        sourceAccount: Stack.of(rule).account,
        sourceArn: rule.topicRuleArn,
      });
    }
    return { configuration: { lambda: { functionArn: this.handler.functionArn } } };
  }
}
