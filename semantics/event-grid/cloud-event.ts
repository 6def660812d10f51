import { isJsonObject, type JsonObject } from '../json-value';
import type { MqttMessage } from './mqtt-message';

/** A CloudEvent in JSON. @see https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md */
export type CloudEvent = JsonObject & {
  readonly specversion: string;
  readonly id: string;
  readonly type: string;
  readonly source: string;
};

/** What a routed message is given besides its content. */
export interface RoutingContext {
  /** Name of the namespace, not its id. */
  readonly namespaceName: string;
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly time: number;
  /** CloudEvents attributes that are added. */
  readonly enrichments: Readonly<Record<string, string>>;
}

/** The type of every routed MQTT message. */
const EVENT_PUBLISHED = 'MQTT.EventPublished';

const JSON_TYPE = /^application\/json\s*(;\s*charset=utf-8\s*)?$/i;

/**
 * A published message as the CloudEvent that is routed. A message that is a CloudEvent already keeps its own type,
 * source, subject and id.
 * @see https://learn.microsoft.com/en-us/azure/event-grid/mqtt-routing-event-schema
 */
export function routedEvent(message: MqttMessage, context: RoutingContext): CloudEvent {
  const own = structuredEvent(message) ?? binaryEvent(message);
  return {
    specversion: '1.0',
    id: context.id,
    time: new Date(context.time).toISOString(),
    type: EVENT_PUBLISHED,
    source: context.namespaceName,
    subject: message.topic,
    ...contentOf(message),
    ...own,
    ...context.enrichments,
  };
}

function contentOf({ payload, properties }: MqttMessage): JsonObject {
  const { contentType, payloadFormatIndicator } = properties;
  const named = contentType === undefined ? {} : { datacontenttype: contentType };
  const isText = payloadFormatIndicator === true || (contentType !== undefined && JSON_TYPE.test(contentType));
  return { ...named, ...(isText ? { data: textData(payload) } : { data_base64: payload.toString('base64') }) };
}

function textData(payload: Buffer): unknown {
  const text = payload.toString('utf8');
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

// https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/mqtt-protocol-binding.md
function structuredEvent({ payload, properties }: MqttMessage): JsonObject | undefined {
  if (properties.contentType?.toLowerCase().startsWith('application/cloudevents+json') !== true) return undefined;
  const event = textData(payload);
  if (!isJsonObject(event) || !isCloudEvent(event)) return undefined;
  const isBinary = Object.hasOwn(event, 'data_base64');
  // What contentOf() made of the whole payload gives way to the event's own content.
  return {
    data: undefined,
    data_base64: undefined,
    datacontenttype: undefined,
    ...event,
    ...(isBinary ? {} : { data: event.data }),
  };
}

function binaryEvent({ properties }: MqttMessage): JsonObject | undefined {
  const attributes = Object.fromEntries(properties.userProperties ?? []);
  return isCloudEvent(attributes) ? attributes : undefined;
}

function isCloudEvent(event: JsonObject): boolean {
  return event.specversion === '1.0' && ['id', 'type', 'source'].every((name) => typeof event[name] === 'string');
}
