import type { AttributeValue, MqttClientIdentity } from './mqtt-client-identity';
import type { MqttMessage } from './mqtt-message';

/** What is added to every routed message, by key. */
export interface Enrichment {
  readonly key: string;
  /** Fixed text, or one variable such as `${client.authenticationName}`. */
  readonly value: string;
  readonly dynamic: boolean;
}

/**
 * The values of enrichments for one message; what is missing becomes empty text, a list is joined by commas.
 * @see https://learn.microsoft.com/en-us/azure/event-grid/mqtt-routing-enrichment
 */
export function enrich(
  enrichments: readonly Enrichment[],
  message: MqttMessage,
  client: MqttClientIdentity | undefined,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    enrichments.map(({ key, value, dynamic }) => [key, dynamic ? dynamicValue(value, message, client) : value]),
  );
}

const USER_PROPERTY = /^mqtt\.message\.userProperties(?:\.(.+)|\['(.+)'\])$/;

function dynamicValue(source: string, message: MqttMessage, client: MqttClientIdentity | undefined): string {
  const path = /^\$\{(.+)\}$/.exec(source)?.[1] ?? '';
  const attribute = /^client\.attributes\.(\w+)$/.exec(path)?.[1];
  if (attribute !== undefined) return textOf(ownAttribute(client, attribute));
  const userProperty = USER_PROPERTY.exec(path);
  if (userProperty !== null) return userPropertyOf(message, userProperty[1] ?? userProperty[2] ?? '');
  return Object.hasOwn(SOURCES, path) ? (SOURCES[path]?.(message, client) ?? '') : '';
}

const SOURCES: Readonly<
  Record<string, (message: MqttMessage, client: MqttClientIdentity | undefined) => string | undefined>
> = {
  'client.authenticationName': (_message, client) => client?.authenticationName,
  'mqtt.message.topicName': (message) => message.topic,
  'mqtt.message.responseTopic': (message) => message.properties.responseTopic,
  'mqtt.message.correlationData': (message) => message.properties.correlationData?.toString('base64'),
  'mqtt.message.pfi': (message) => (message.properties.payloadFormatIndicator === true ? '1' : '0'),
};

function ownAttribute(client: MqttClientIdentity | undefined, key: string): AttributeValue | undefined {
  return client !== undefined && Object.hasOwn(client.attributes, key) ? client.attributes[key] : undefined;
}

function userPropertyOf({ properties }: MqttMessage, name: string): string {
  return (properties.userProperties ?? [])
    .filter(([candidate]) => candidate === name)
    .map(([, value]) => value)
    .join(',');
}

function textOf(value: AttributeValue | undefined): string {
  if (value === undefined) return '';
  return Array.isArray(value) ? value.join(',') : String(value);
}
