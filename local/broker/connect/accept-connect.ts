import { MQTT_LIMITS } from '../../../presence/limits';
import type { PacketProperties } from '../codec/packet';
import { ReasonCode } from '../codec/reason-code';
import type { Connection } from '../connection';
import type { Core } from '../core';
import { resume } from '../delivery';
import { endConnection } from '../session-lifecycle';
import { requestOf } from './authorise-connect';
import type { ConnectAttempt, ConnectStep } from './connect-attempt';

/** Takes over what the client said about itself: how much it takes and what it wants to know. */
export const agree: ConnectStep = ({ core, connection, packet }) => {
  const { limits } = core.profile;
  const { properties } = packet;
  connection.state = 'connected';
  connection.timer?.cancel();
  connection.sessionId = core.options.randomness.uuid();
  connection.connectedAt = core.clock.now();
  connection.cleanStart = packet.clean;
  connection.receiveMaximum = properties.receiveMaximum ?? limits.defaultClientReceiveMaximum;
  connection.maximumPacketBytes = properties.maximumPacketSize ?? Number.POSITIVE_INFINITY;
  connection.requestProblemInformation = properties.requestProblemInformation ?? true;
  connection.outboundAliasMaximum = Math.min(properties.topicAliasMaximum ?? 0, limits.outboundTopicAliases);
  if (core.options.authenticator.reauthenticate === undefined) connection.forgetCredentials();
  return undefined;
};

/** Watches over the keep alive: one and a half times it without a packet ends the connection [MQTT-3.1.2-22]. */
export const startKeepAlive: ConnectStep = ({ core, connection, packet }) => {
  connection.keepAliveSeconds = effectiveKeepAlive(core, connection, packet.keepalive);
  if (connection.keepAliveSeconds > 0) watch(core, connection, limitMilliseconds(connection));
  return undefined;
};

/** Reports the connection, then answers with CONNACK. */
export const acknowledge: ConnectStep = (attempt) => {
  const { core, connection, sessionPresent } = attempt;
  const request = requestOf(attempt);
  core.observeClient(connection, {
    kind: 'connect',
    sessionId: connection.sessionId,
    sessionPresent,
    keepAliveSeconds: connection.keepAliveSeconds,
    protocolVersion: connection.protocolVersion,
    cleanStart: request.cleanStart,
    sessionExpirySeconds: request.sessionExpirySeconds,
    will: request.will,
  });
  const properties = connection.protocolVersion === 5 ? connackProperties(attempt) : {};
  connection.send({ cmd: 'connack', sessionPresent, reasonCode: ReasonCode.SUCCESS, properties });
  return undefined;
};

/** Sends what the session has kept for its client. */
export const deliverKept: ConnectStep = ({ core, session, sessionPresent }) => {
  if (session !== undefined && sessionPresent) resume(core, session);
  return undefined;
};

function effectiveKeepAlive(core: Core, connection: Connection, asked: number): number {
  const { minimumSeconds, maximumSeconds, whenZeroSeconds } = core.profile.limits.keepAlive;
  const granted = asked === 0 ? whenZeroSeconds : Math.min(Math.max(asked, minimumSeconds), maximumSeconds);
  const { serverKeepAliveSeconds } = core.options;
  // A 3.1.1 client cannot be told, so that it would be cut for keeping to what it asked for.
  if (serverKeepAliveSeconds === undefined || connection.protocolVersion === 4) return granted;
  return granted === 0 ? serverKeepAliveSeconds : Math.min(granted, serverKeepAliveSeconds);
}

/** One timer per connection that looks again when it is due: a packet only has to note its time. */
function watch(core: Core, connection: Connection, delayMilliseconds: number): void {
  connection.timer = core.timers.schedule(delayMilliseconds, () => {
    const left = connection.lastPacketAt + limitMilliseconds(connection) - core.clock.now();
    if (left > 0) watch(core, connection, left);
    else endConnection(core, connection, keepAliveTimeout(connection));
  });
}

function keepAliveTimeout(connection: Connection) {
  return {
    cause: 'keepAliveTimeout',
    reasonCode: ReasonCode.KEEP_ALIVE_TIMEOUT,
    detail: `no packet for one and a half times the keep alive of ${connection.keepAliveSeconds} seconds`,
    tellsClient: true,
  } as const;
}

function limitMilliseconds(connection: Connection): number {
  return connection.keepAliveSeconds * 1000 * MQTT_LIMITS.keepAliveFactor;
}

function connackProperties(attempt: ConnectAttempt): PacketProperties {
  const { core, connection, packet } = attempt;
  const { limits, behaviour } = core.profile;
  const properties: PacketProperties = behaviour.saysEverythingInConnack
    ? capabilities(core)
    : notableCapabilities(core);
  const granted = requestOf(attempt).sessionExpirySeconds;
  if (behaviour.sessionExpiryInConnack === 'zero') properties.sessionExpiryInterval = 0;
  else if (granted !== (packet.properties.sessionExpiryInterval ?? 0)) properties.sessionExpiryInterval = granted;
  if (attempt.assignedClientId !== undefined) properties.assignedClientIdentifier = attempt.assignedClientId;
  if (behaviour.saysEverythingInConnack || connection.keepAliveSeconds !== packet.keepalive) {
    properties.serverKeepAlive = connection.keepAliveSeconds;
  }
  if (limits.topicAliasMaximum > 0) properties.topicAliasMaximum = limits.topicAliasMaximum;
  const method = packet.properties.authenticationMethod;
  if (method !== undefined) properties.authenticationMethod = method;
  return properties;
}

function capabilities(core: Core): PacketProperties {
  const { features } = core.profile;
  return {
    ...notableCapabilities(core),
    retainAvailable: features.retain,
    wildcardSubscriptionAvailable: features.wildcardSubscriptions,
    subscriptionIdentifiersAvailable: features.subscriptionIdentifiers,
    sharedSubscriptionAvailable: features.sharedSubscriptions,
  };
}

/** What differs from what a client assumes when it is not told. */
function notableCapabilities(core: Core): PacketProperties {
  const { features, limits } = core.profile;
  const properties: PacketProperties = {
    receiveMaximum: limits.receiveMaximum,
    maximumPacketSize: limits.packetBytes,
  };
  if (features.maximumQos < 2) properties.maximumQoS = features.maximumQos;
  if (!features.retain) properties.retainAvailable = false;
  if (!features.wildcardSubscriptions) properties.wildcardSubscriptionAvailable = false;
  if (!features.subscriptionIdentifiers) properties.subscriptionIdentifiersAvailable = false;
  if (!features.sharedSubscriptions) properties.sharedSubscriptionAvailable = false;
  return properties;
}
