import type { MessageContextOptions } from '../message-context';
import { type SqlValue, toInt, toText } from '../value';
import { type SqlFunction, since2015, since2016 } from './sql-function';

/** Functions of the message and of where the rule runs. */
export const CONTEXT_FUNCTIONS: readonly SqlFunction[] = [
  since2015('topic', [0, 1], ([level], { context }) =>
    level === undefined ? context.topic : topicLevel(context.topicLevels, level),
  ),
  since2015('clientid', 0, (_, { context }) => context.message.clientId ?? 'n/a'),
  since2015('principal', 0, (_, { context }) => context.message.principal),
  since2015('accountid', 0, (_, { context }) => context.message.accountId),
  since2015('timestamp', 0, (_, run) => run.chance(() => run.context.message.clock.now())),
  since2015('traceid', 0, (_, { context }) => context.message.traceId),
  since2016('sourceip', 0, (_, { context }) => context.message.sourceIp),
  since2015('sql_version', 0, (_, { version }) => version),
  since2015('newuuid', 0, (_, run) => run.chance(() => run.context.message.randomness.uuid())),
  since2015('rand', 0, (_, run) => run.chance(() => run.context.message.randomness.fraction())),
  since2015('get_mqtt_property', 1, ([name], { context }) => mqttProperty(context.message, name)),
  since2015('get_user_properties', [0, 1], (values, { context }) =>
    userProperties(context.message.userProperties ?? [], values),
  ),
];

/** The n-th level, the first is 1. */
function topicLevel(levels: readonly string[], level: SqlValue): SqlValue {
  const index = toInt(level);
  return index === undefined ? undefined : levels[index - 1];
}

function mqttProperty(message: MessageContextOptions, name: SqlValue): SqlValue {
  switch (name) {
    case 'content_type':
      return message.contentType;
    case 'response_topic':
      return message.responseTopic;
    case 'correlation_data':
      return message.correlationData?.toString('base64');
    case 'format_indicator':
      return formatIndicator(message.payloadFormatIndicator);
    default:
      return undefined;
  }
}

function formatIndicator(indicator: 0 | 1 | undefined): SqlValue {
  if (indicator === undefined) return undefined;
  return indicator === 1 ? 'UTF8_DATA' : 'UNSPECIFIED_BYTES';
}

function userProperties(properties: readonly (readonly [string, string])[], values: readonly SqlValue[]): SqlValue {
  if (values.length === 0)
    return properties.length === 0 ? undefined : properties.map(([key, value]) => ({ [key]: value }));
  const wanted = toText(values[0]);
  const found = properties.filter(([key]) => key === wanted).map(([, value]) => value);
  return found.length === 0 ? undefined : found;
}
