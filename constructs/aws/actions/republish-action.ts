import { Stack } from 'aws-cdk-lib';
import { Grant } from 'aws-cdk-lib/aws-iam';
import type { CfnTopicRule } from 'aws-cdk-lib/aws-iot';
import { mustBe, throwIfAny } from '../../../presence/errors';
import { AWS_LIMITS } from '../../../presence/limits';
import { countedTopic, topicNameProblem } from '../../../presence/topic';
import { acknowledgeWildcard } from '../acknowledgement';
import { nameProblem, problemsIn, whenKnown } from '../prop-check';
import type { ITopicRuleAction, ITopicRuleBinding, TopicRuleActionConfig } from '../topic-rule-action';

/** Properties of {@link RepublishAction}. */
export interface RepublishActionProps {
  /** Quality of service: 0 or 1. @default 0 */
  readonly qos?: 0 | 1;
  /** Properties of MQTT 5, for receivers that speak it. @default - none; those of the message are not kept */
  readonly headers?: RepublishHeaders;
}

/**
 * Properties of MQTT 5 that a republished message gets; each may hold substitution templates.
 * @see https://docs.aws.amazon.com/iot/latest/apireference/API_MqttHeaders.html
 */
export interface RepublishHeaders {
  /** Whether the payload is UTF-8 text. @default - not said */
  readonly payloadFormatIndicator?: PayloadFormatIndicator;
  /** What the payload is, e.g. `application/json`. @default - not said */
  readonly contentType?: string;
  /** Topic for an answer; one that starts with `$$` is a reserved topic. @default - none */
  readonly responseTopic?: string;
  /** What an answer is to repeat, in Base64. @default - none */
  readonly correlationData?: string;
  /** Whole seconds until the message expires, as text. @default - never */
  readonly messageExpiry?: string;
  /** 1 to 100 user properties. @default - none */
  readonly userProperties?: readonly RepublishUserProperty[];
}

/** A user property of MQTT 5. A name may occur more than once. */
export interface RepublishUserProperty {
  /** Name of the property; substitution templates are filled in. */
  readonly key: string;
  /** Value of the property; substitution templates are filled in. */
  readonly value: string;
}

/** What a payload is made of (MQTT 5, 3.3.2.3.2). */
export enum PayloadFormatIndicator {
  UNSPECIFIED_BYTES = 'UNSPECIFIED_BYTES',
  UTF8_DATA = 'UTF8_DATA',
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
    const { qos, headers = {} } = props;
    throwIfAny(
      'OPTION_INVALID',
      problemsIn([
        whenKnown(topic, (value) => topicProblem('topic', value)),
        whenKnown(qos, (value) => (value === 0 || value === 1 ? undefined : mustBe('qos', '0 or 1', value))),
        ...headerProblems(headers),
      ]),
    );
  }

  /** Grants `iot:Publish` on the topic; what a substitution template stands for is `*` there. */
  bind(rule: ITopicRuleBinding): TopicRuleActionConfig {
    const resourceName = this.topic.replace(/^\$\$/, '$').replace(SUBSTITUTION, '*');
    const topicArn = Stack.of(rule).formatArn({ service: 'iot', resource: 'topic', resourceName });
    Grant.addToPrincipal({ grantee: rule.role, actions: ['iot:Publish'], resourceArns: [topicArn] });
    if (resourceName.includes('*')) {
      acknowledgeWildcard(rule.role, topicArn, 'what a substitution template stands for is known when a message comes');
    }
    return {
      configuration: {
        republish: {
          topic: this.topic,
          roleArn: rule.role.roleArn,
          qos: this.props.qos ?? 0,
          headers: renderHeaders(this.props.headers),
        },
      },
    };
  }
}

// A value that is known only at deployment looks alike while it is text: ${Token[...]}.
const SUBSTITUTION = /\$\{(?!Token\[)[^}]*\}/g;

function topicProblem(prop: string, topic: string): string | undefined {
  const rule = topicNameProblem(countedTopic(topic.replace(/^\$\$/, '$').replace(SUBSTITUTION, 'x')), AWS_LIMITS.topic);
  return rule === undefined ? undefined : mustBe(prop, rule, topic);
}

const MAXIMUM_USER_PROPERTIES = 100;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

function headerProblems(headers: RepublishHeaders): (string | undefined)[] {
  const count = headers.userProperties?.length;
  return [
    whenKnown(headers.responseTopic, (value) => topicProblem('headers.responseTopic', value)),
    patternProblem('headers.correlationData', headers.correlationData, BASE64, 'Base64'),
    patternProblem('headers.messageExpiry', headers.messageExpiry, /^\d+$/, 'whole seconds as text'),
    count === undefined || (count >= 1 && count <= MAXIMUM_USER_PROPERTIES)
      ? undefined
      : mustBe('headers.userProperties', `1 to ${MAXIMUM_USER_PROPERTIES} properties`, count),
  ];
}

/** What a template stands for is known only when a message comes. */
function patternProblem(prop: string, value: string | undefined, pattern: RegExp, rule: string): string | undefined {
  return value?.includes('${') === true ? undefined : nameProblem(prop, value, pattern, rule);
}

function renderHeaders(headers: RepublishHeaders | undefined): CfnTopicRule.RepublishActionHeadersProperty | undefined {
  if (headers === undefined) return undefined;
  return { ...headers, userProperties: headers.userProperties?.map((property) => ({ ...property })) };
}
