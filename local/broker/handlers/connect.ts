import type { ConnectPacket } from '../codec/packet';
import { acknowledge, agree, deliverKept, startKeepAlive } from '../connect/accept-connect';
import { authenticate, authoriseWill, checkOwner, interpret } from '../connect/authorise-connect';
import { checkConnectRate, checkFeatures, checkWill, identify } from '../connect/check-connect';
import type { ConnectAttempt, ConnectRefusal, ConnectStep } from '../connect/connect-attempt';
import { openSession, registerWill, takeOver } from '../connect/establish-session';
import type { Connection } from '../connection';
import type { Core } from '../core';

/** What happens at CONNECT, in this order; a step that refuses ends it (3.1.4). */
const STEPS: readonly ConnectStep[] = [
  checkFeatures,
  identify,
  checkConnectRate,
  checkWill,
  interpret,
  authenticate,
  authoriseWill,
  checkOwner,
  takeOver,
  openSession,
  registerWill,
  agree,
  startKeepAlive,
  acknowledge,
  deliverKept,
];

/** CONNECT, the first packet of a connection. */
export function connect(core: Core, connection: Connection, packet: ConnectPacket): void {
  connection.protocolVersion = packet.protocolVersion === 4 ? 4 : 5;
  const attempt: ConnectAttempt = { core, connection, packet, sessionPresent: false };
  for (const step of STEPS) {
    const refused = step(attempt);
    if (refused === undefined) continue;
    refuse(attempt, refused);
    return;
  }
}

function refuse({ core, connection, packet }: ConnectAttempt, refused: ConnectRefusal): void {
  const { explanation, topic } = refused;
  core.observe({
    kind: 'refused',
    operation: 'connect',
    clientId: connection.request?.clientId ?? packet.clientId,
    principal: connection.principal,
    remoteAddress: connection.remoteAddress,
    topic,
    reasonCode: connection.protocolVersion === 5 ? refused.mqtt5 : undefined,
    explanation,
  });
  const reasonCode = connection.protocolVersion === 5 ? refused.mqtt5 : refused.mqtt311;
  connection.requestProblemInformation = packet.properties.requestProblemInformation ?? true;
  if (reasonCode !== 'close') {
    const properties =
      connection.protocolVersion === 5 && connection.requestProblemInformation
        ? { reasonString: explanation.reason }
        : {};
    connection.send({ cmd: 'connack', sessionPresent: false, reasonCode, properties });
  }
  connection.close();
}
