import type { MessageContext } from '../../semantics/iot-sql';
import type { Message, Origin } from '../ports';

/** A message as one rule sees it. */
export interface RuleMessage {
  readonly message: Message;
  readonly origin: Origin;
  /** Without the prefix of basic ingest. */
  readonly topic: string;
  /** UUID of the message, the same for every rule. */
  readonly traceId: string;
  /** The message as statements see it, the same for every rule. */
  readonly context: MessageContext;
}

/** The topic that a rule reached through basic ingest sees, and the rule's name; `undefined` for every other topic. */
export function basicIngest(topic: string): { ruleName: string; topic: string } | undefined {
  const prefix = '$aws/rules/';
  if (!topic.startsWith(prefix)) return undefined;
  const rest = topic.slice(prefix.length);
  const slash = rest.indexOf('/');
  return slash < 0 ? { ruleName: rest, topic: '' } : { ruleName: rest.slice(0, slash), topic: rest.slice(slash + 1) };
}

/**
 * What the error action receives.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/rule-error-handling.html
 */
export function errorActionPayload(
  ruleName: string,
  { message, origin, topic, traceId }: RuleMessage,
  failures: readonly { failedAction: string; failedResource: string; errorMessage: string }[],
): Record<string, unknown> {
  return {
    ruleName,
    topic,
    cloudwatchTraceId: traceId,
    // As clientid() answers when no MQTT client published.
    clientId: origin.clientId ?? 'n/a',
    base64OriginalPayload: message.payload.toString('base64'),
    failures,
  };
}
