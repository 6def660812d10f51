import { AWS_LIMITS } from '../../presence/limits';
import { countedTopic, topicNameProblem } from '../../presence/topic';
import type { MessageProperties } from '../ports';
import type { Action, ActionInvocation } from '../rule-action';
import type { ActionIdentity } from './action-context';
import type { ActionProperties } from './action-properties';
import type { Publish } from './ports';

const UNDERTAKING = 'republish the message';

/** The `Republish` action. @see https://docs.aws.amazon.com/iot/latest/developerguide/republish-rule-action.html */
export function republishAction(properties: ActionProperties, identity: ActionIdentity, publish: Publish): Action {
  const topicTemplate = properties.text('Topic');
  const roleArn = properties.text('RoleArn');
  const qos = properties.oneOf('Qos', ['0', '1'], '0') === '1' ? 1 : 0;
  const headers = headersOf(properties.object('Headers'));
  const { region, account, partition } = identity.rule;
  return {
    type: identity.type,
    prepare: (invocation) => {
      const topic = plainTopic(invocation.substitute(topicTemplate));
      const problem = topicProblem(topic);
      if (problem !== undefined) throw identity.failure(topic, UNDERTAKING, `topic must be ${problem}, got '${topic}'`);
      const resource = `arn:${partition}:iot:${region}:${account}:topic/${topic}`;
      identity.authorize({ roleArn, action: 'iot:Publish', resource }, UNDERTAKING);
      const message = {
        topic,
        payload: invocation.payload,
        qos,
        retain: false,
        properties: headers(invocation),
      } as const;
      return {
        resource: topic,
        details: { topic, qos },
        apply: () => publish(message, { kind: 'republish', principal: roleArn, depth: invocation.depth + 1 }),
      };
    },
  };
}

/** A first `$$` stands for the `$` of a reserved topic. */
function plainTopic(topic: string): string {
  return topic.startsWith('$$') ? topic.slice(1) : topic;
}

function topicProblem(topic: string): string | undefined {
  const problem = topicNameProblem(countedTopic(topic), AWS_LIMITS.topic);
  if (problem !== undefined) return problem;
  return /^\$aws\/things\/[^/]+\/jobs\//.test(topic) ? 'no reserved topic of AWS IoT Jobs' : undefined;
}

type Headers = (invocation: ActionInvocation) => MessageProperties;

/** @see https://docs.aws.amazon.com/iot/latest/apireference/API_MqttHeaders.html */
function headersOf(declared: ActionProperties | undefined): Headers {
  if (declared === undefined) return () => ({});
  const format = declared.optionalText('PayloadFormatIndicator');
  const contentType = declared.optionalText('ContentType');
  const responseTopic = declared.optionalText('ResponseTopic');
  const correlationData = declared.optionalText('CorrelationData');
  const expiry = declared.optionalText('MessageExpiry');
  const userProperties = declared.list('UserProperties').map((one) => [one.text('Key'), one.text('Value')] as const);
  return (invocation) => {
    const fill = (template: string | undefined): string | undefined =>
      template === undefined ? undefined : invocation.substitute(template);
    const response = fill(responseTopic);
    const correlation = fill(correlationData);
    const indicator = fill(format);
    return {
      payloadFormatIndicator: indicator === undefined ? undefined : indicator === 'UTF8_DATA',
      contentType: fill(contentType),
      responseTopic: response === undefined ? undefined : plainTopic(response),
      correlationData: correlation === undefined ? undefined : Buffer.from(correlation, 'base64'),
      messageExpirySeconds: expirySeconds(fill(expiry)),
      userProperties:
        userProperties.length === 0
          ? undefined
          : userProperties.map(([key, value]) => [invocation.substitute(key), invocation.substitute(value)] as const),
    };
  };
}

/** Text that is no whole number of seconds sets no expiry; longer than 7 days is lowered, as for every publish. */
function expirySeconds(text: string | undefined): number | undefined {
  if (text === undefined || !/^\d+$/.test(text)) return undefined;
  return Math.min(Math.max(Number(text), 1), AWS_LIMITS.maximumMessageExpirySeconds);
}
