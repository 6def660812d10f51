import { Stack } from 'aws-cdk-lib';
import { Grant } from 'aws-cdk-lib/aws-iam';
import { mustBe, throwIfAny } from '../../../presence/errors';
import { AWS_LIMITS } from '../../../presence/limits';
import { topicNameProblem } from '../../../presence/topic';
import { problemsIn, whenKnown } from '../prop-check';
import type { ITopicRuleAction, ITopicRuleBinding, TopicRuleActionConfig } from '../topic-rule-action';

/** Properties of {@link RepublishAction}. */
export interface RepublishActionProps {
  /** Quality of service: 0 or 1. @default 0 */
  readonly qos?: 0 | 1;
}

/**
 * Publishes the message again, on another topic. The topic may hold substitution templates such as `${topic(2)}`; one
 * that starts with `$$` is a reserved topic.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/republish-rule-action.html
 */
export class RepublishAction implements ITopicRuleAction {
  /** @throws LastwillError OPTION_INVALID for a topic with wildcards or beyond the limits, or another QoS. */
  constructor(
    private readonly topic: string,
    private readonly props: RepublishActionProps = {},
  ) {
    const { qos } = props;
    throwIfAny(
      'OPTION_INVALID',
      problemsIn([
        whenKnown(topic, topicProblem),
        whenKnown(qos, (value) => (value === 0 || value === 1 ? undefined : mustBe('qos', '0 or 1', value))),
      ]),
    );
  }

  /** Grants `iot:Publish` on the topic; what a substitution template stands for is `*` there. */
  bind(rule: ITopicRuleBinding): TopicRuleActionConfig {
    const resourceName = this.topic.replace(/^\$\$/, '$').replace(SUBSTITUTION, '*');
    Grant.addToPrincipal({
      grantee: rule.role,
      actions: ['iot:Publish'],
      resourceArns: [Stack.of(rule).formatArn({ service: 'iot', resource: 'topic', resourceName })],
    });
    return {
      configuration: { republish: { topic: this.topic, roleArn: rule.role.roleArn, qos: this.props.qos ?? 0 } },
    };
  }
}

const SUBSTITUTION = /\$\{[^}]*\}/g;

function topicProblem(topic: string): string | undefined {
  const rule = topicNameProblem(topic.replace(SUBSTITUTION, 'x'), AWS_LIMITS.topic);
  return rule === undefined ? undefined : mustBe('topic', rule, topic);
}
