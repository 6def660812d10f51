import { MQTT_LIMITS } from '../../../presence/limits';
import type { ConnectPacket, WillFields } from '../codec/packet';
import { ReasonCode } from '../codec/reason-code';
import type { Connection } from '../connection';
import type { Core } from '../core';
import { messageProperties } from '../handlers/message-properties';
import type { ConnectRequest, Will } from '../ports';
import { type ConnectAttempt, type ConnectStep, refusal } from './connect-attempt';
import { acceptedSessionExpiry } from './session-expiry';

/** Puts together what the client asks for, as the authenticator and the session see it. */
export const interpret: ConnectStep = (attempt) => {
  const { core, connection, packet } = attempt;
  attempt.request = connectRequest(core, connection, packet, attempt.assignedClientId ?? packet.clientId);
  connection.request = attempt.request;
  return undefined;
};

/** Asks who the client is and whether it may connect. */
export const authenticate: ConnectStep = (attempt) => {
  const { core, connection } = attempt;
  const { authenticator } = core.options;
  const { peer } = connection;
  if (peer === undefined) throw new Error('a connection is authenticated once, before its peer is let go');
  const authentication = authenticator.authenticate(requestOf(attempt), peer);
  connection.principal = authentication.principal;
  if (!authentication.accepted) return refusal(core, authentication.situation, authentication.explanation);
  attempt.authentication = authentication;
  connection.permissions = authentication.permissions;
  return undefined;
};

/** A client whose will it may not publish is refused, unless the broker checks wills when it publishes them. */
export const authoriseWill: ConnectStep = (attempt) => {
  const { core } = attempt;
  const { will } = requestOf(attempt);
  if (will === undefined || core.options.willAuthorization === 'at-publish') return undefined;
  const decision = attempt.authentication?.permissions.publish(will.topic, { retain: will.retain });
  if (decision === undefined || decision.allowed) return undefined;
  return { ...refusal(core, 'notAuthorized', decision.explanation), topic: will.topic };
};

/** Where sessions belong to their owner, nobody else takes them over, connected or not. */
export const checkOwner: ConnectStep = (attempt) => {
  const { core } = attempt;
  const { clientId } = requestOf(attempt);
  const existing = core.sessions.get(clientId);
  if (existing === undefined || !core.profile.behaviour.sessionsBelongToOwner) return undefined;
  if (existing.owner === attempt.authentication?.owner) return undefined;
  const reason = `the session '${clientId}' belongs to another client`;
  return { ...refusal(core, 'notAuthorized', { reason }), mqtt5: ReasonCode.NOT_AUTHORIZED };
};

/** The request that an earlier step has put together. */
export function requestOf(attempt: ConnectAttempt): ConnectRequest {
  if (attempt.request === undefined) throw new Error('the request is put together before it is used');
  return attempt.request;
}

function connectRequest(core: Core, connection: Connection, packet: ConnectPacket, clientId: string): ConnectRequest {
  const { properties } = packet;
  return {
    clientId,
    username: packet.username,
    password: packet.password,
    protocolVersion: connection.protocolVersion,
    cleanStart: packet.clean,
    sessionExpirySeconds: sessionExpiry(core, packet),
    keepAliveSeconds: packet.keepalive,
    will: packet.will === undefined ? undefined : will(packet.will),
    userProperties: properties.userProperties,
    authenticationMethod: properties.authenticationMethod,
    authenticationData: properties.authenticationData,
  };
}

function sessionExpiry(core: Core, packet: ConnectPacket): number {
  if (packet.protocolVersion === 5) return acceptedSessionExpiry(core, packet.properties.sessionExpiryInterval ?? 0);
  return packet.clean ? 0 : core.profile.limits.sessionExpiry.mqtt311Seconds;
}

function will(fields: WillFields): Will {
  return {
    topic: fields.topic,
    payload: fields.payload,
    qos: fields.qos,
    retain: fields.retain,
    properties: messageProperties(fields.properties),
    delaySeconds: Math.min(fields.properties.willDelayInterval ?? 0, MQTT_LIMITS.maximumWillDelaySeconds),
  };
}
