import type { WillFields } from '../codec/packet';
import { ReasonCode, ReturnCode } from '../codec/reason-code';
import type { Core } from '../core';
import { breaksPayloadFormat, messageLimitProblem, responseTopicProblem } from '../handlers/message-properties';
import { publishTopicProblem } from '../topic-rules';
import { type ConnectRefusal, type ConnectStep, refusal, willRefusal } from './connect-attempt';

/** What the broker cannot do for this client, whoever it is. */
export const checkFeatures: ConnectStep = ({ core, packet }) => {
  const { features, limits, reasons } = core.profile;
  const { userProperties, maximumPacketSize, authenticationData, authenticationMethod } = packet.properties;
  if (userProperties !== undefined && !features.userPropertiesOutsidePublish) {
    const explanation = { reason: 'user properties are not supported in CONNECT' };
    return { mqtt5: reasons.unexpectedUserProperties, mqtt311: 'close', explanation };
  }
  if (maximumPacketSize !== undefined && maximumPacketSize < limits.minimumClientPacketBytes) {
    const reason = `the maximum packet size must be at least ${limits.minimumClientPacketBytes}, got ${maximumPacketSize}`;
    return { mqtt5: ReasonCode.PACKET_TOO_LARGE, mqtt311: 'close', explanation: { reason } };
  }
  if (authenticationData !== undefined && authenticationMethod === undefined) {
    const reason = 'authentication data must come with an authentication method (3.1.2.11.10)';
    return { mqtt5: ReasonCode.PROTOCOL_ERROR, mqtt311: 'close', explanation: { reason } };
  }
  return undefined;
};

/** Whether the broker can keep and publish the will. */
export const checkWill: ConnectStep = ({ core, packet }) =>
  packet.will === undefined
    ? undefined
    : (willFeatureProblem(core, packet.will) ?? willContentProblem(core, packet.will));

function willFeatureProblem(core: Core, will: WillFields): ConnectRefusal | undefined {
  const { features, limits } = core.profile;
  if (will.qos > features.maximumQos) {
    return willRefusal(
      core,
      ReasonCode.QOS_NOT_SUPPORTED,
      will.topic,
      `will QoS must be at most ${features.maximumQos}`,
    );
  }
  if (will.retain && !features.retain) {
    return willRefusal(core, ReasonCode.RETAIN_NOT_SUPPORTED, will.topic, 'retained wills are not supported');
  }
  const delay = will.properties.willDelayInterval ?? 0;
  if (
    limits.willDelay !== 'ignored' &&
    limits.willDelay.above === 'refused' &&
    delay > limits.willDelay.maximumSeconds
  ) {
    const reason = `the will delay must be at most ${limits.willDelay.maximumSeconds} seconds, got ${delay}`;
    return willRefusal(core, ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR, will.topic, reason);
  }
  return undefined;
}

function willContentProblem(core: Core, will: WillFields): ConnectRefusal | undefined {
  const topicProblem = publishTopicProblem(core, will.topic, will.retain);
  if (topicProblem !== undefined) {
    const reason = `the will topic must be ${topicProblem}, got '${will.topic}'`;
    return willRefusal(core, ReasonCode.TOPIC_NAME_INVALID, will.topic, reason);
  }
  const responseProblem = responseTopicProblem(core, will.properties);
  if (responseProblem !== undefined) {
    return willRefusal(core, ReasonCode.PROTOCOL_ERROR, will.topic, `the will's response topic: ${responseProblem}`);
  }
  const limitProblem = messageLimitProblem(core, will.properties, will.payload);
  if (limitProblem !== undefined)
    return willRefusal(core, ReasonCode.QUOTA_EXCEEDED, will.topic, `will: ${limitProblem}`);
  return breaksPayloadFormat(core, will.properties, will.payload)
    ? willRefusal(core, ReasonCode.PAYLOAD_FORMAT_INVALID, will.topic, 'the will payload must be UTF-8')
    : undefined;
}

/** Gives a client that sent an empty client id one, where the protocol and the profile allow it (3.1.3.1). */
export const identify: ConnectStep = (attempt) => {
  const { core, connection, packet } = attempt;
  const { clientIdBytes } = core.profile.limits;
  if (Buffer.byteLength(packet.clientId) > clientIdBytes) {
    const reason = `the client id must be at most ${clientIdBytes} bytes`;
    return refusal(core, 'clientIdentifierNotValid', { reason });
  }
  if (packet.clientId !== '') return undefined;
  if (connection.protocolVersion === 4 && !(packet.clean && core.profile.behaviour.assignsClientIdTo311)) {
    const reason = 'the client id must not be empty in MQTT 3.1.1';
    const explanation = { reason: packet.clean ? reason : `${reason} with clean session 0` };
    return { ...refusal(core, 'clientIdentifierNotValid', explanation), mqtt311: ReturnCode.IDENTIFIER_REJECTED };
  }
  attempt.assignedClientId = core.options.randomness.uuid();
  return undefined;
};

/** Refuses a client that connects more often than it may. */
export const checkConnectRate: ConnectStep = ({ core, packet, assignedClientId }) =>
  core.throttle === undefined || core.throttle.allowsConnect(assignedClientId ?? packet.clientId)
    ? undefined
    : { ...core.profile.reasons.connectRate, explanation: { reason: 'more connects per second than allowed' } };
