import { isUtf8 } from 'node:buffer';
import { hasWildcard, topicNameProblem } from '../../../presence/topic';
import type { PacketProperties, UserProperties } from '../codec/packet';
import type { Core } from '../core';
import type { MessageProperties } from '../ports';

const NONE: MessageProperties = {};

/** The properties of a PUBLISH or a will that travel with the message. */
export function messageProperties(properties: PacketProperties): MessageProperties {
  for (const _name in properties) return pick(properties);
  return NONE;
}

function pick(properties: PacketProperties): MessageProperties {
  return {
    payloadFormatIndicator: properties.payloadFormatIndicator,
    messageExpirySeconds: properties.messageExpiryInterval,
    contentType: properties.contentType,
    responseTopic: properties.responseTopic,
    correlationData: properties.correlationData,
    userProperties: properties.userProperties,
  };
}

/** Why a message breaks a limit of the profile that is not the topic's or the payload format's; `undefined` when it does not. */
export function messageLimitProblem(core: Core, properties: PacketProperties, payload: Buffer): string | undefined {
  const { limits } = core.profile;
  if (payload.length > limits.payloadBytes) {
    return `the payload must be at most ${limits.payloadBytes} bytes, got ${payload.length}`;
  }
  if (Buffer.byteLength(properties.contentType ?? '') > limits.contentTypeBytes) {
    return `the content type must be at most ${limits.contentTypeBytes} bytes`;
  }
  if ((properties.correlationData?.length ?? 0) > limits.correlationDataBytes) {
    return `the correlation data must be at most ${limits.correlationDataBytes} bytes`;
  }
  if (userPropertiesBytes(properties.userProperties) > limits.userPropertiesBytes) {
    return `the user properties must be at most ${limits.userPropertiesBytes} bytes`;
  }
  return undefined;
}

/** Why a response topic is not one [MQTT-3.3.2-14]; `undefined` when it is, or when there is none. */
export function responseTopicProblem(core: Core, properties: PacketProperties): string | undefined {
  const { responseTopic } = properties;
  if (responseTopic === undefined) return undefined;
  if (responseTopic.length === 0 || hasWildcard(responseTopic)) return 'the response topic must be a topic name';
  return topicNameProblem(responseTopic, core.profile.limits.topic);
}

/** Whether a payload that claims to be UTF-8 is not; only where the profile checks it (3.3.2.3.2). */
export function breaksPayloadFormat(core: Core, properties: PacketProperties, payload: Buffer): boolean {
  return core.profile.features.payloadFormatChecks && properties.payloadFormatIndicator === true && !isUtf8(payload);
}

function userPropertiesBytes(userProperties: UserProperties | undefined): number {
  let bytes = 0;
  for (const [name, value] of userProperties ?? []) bytes += Buffer.byteLength(name) + Buffer.byteLength(value);
  return bytes;
}
