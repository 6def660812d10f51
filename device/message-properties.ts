import type { IPublishPacket, UserProperties } from 'mqtt-packet';
import type { MessageProperties } from './message';

type PacketProperties = NonNullable<IPublishPacket['properties']>;

/** Message properties as a packet carries them; `undefined` when there are none. */
export function toProperties(
  message: MessageProperties & { readonly topicAlias?: number },
): PacketProperties | undefined {
  const properties: PacketProperties = {
    contentType: message.contentType,
    payloadFormatIndicator: message.payloadIsUtf8,
    responseTopic: message.responseTopic,
    correlationData: message.correlationData === undefined ? undefined : Buffer.from(message.correlationData),
    messageExpiryInterval: message.messageExpirySeconds,
    topicAlias: message.topicAlias,
    userProperties: message.userProperties as UserProperties | undefined,
  };
  const present = Object.entries(properties).filter(([, value]) => value !== undefined);
  return present.length === 0 ? undefined : Object.fromEntries(present);
}

/** What a packet's properties say of its message. */
export function fromProperties(properties: PacketProperties | undefined): MessageProperties {
  if (properties === undefined) return {};
  const message: MessageProperties = {
    contentType: properties.contentType,
    payloadIsUtf8: properties.payloadFormatIndicator,
    responseTopic: properties.responseTopic,
    correlationData: properties.correlationData,
    messageExpirySeconds: properties.messageExpiryInterval,
    userProperties: properties.userProperties === undefined ? undefined : { ...properties.userProperties },
  };
  return Object.fromEntries(Object.entries(message).filter(([, value]) => value !== undefined));
}
