import { ProtocolViolation } from '../codec/protocol-violation';
import { ReasonCode } from '../codec/reason-code';
import { acceptedSessionExpiry } from '../connect/session-expiry';
import { endConnection } from '../session-lifecycle';
import type { Handler } from './handler';

/** DISCONNECT: with reason code 0x00 the will is discarded [MQTT-3.14.4-3], with any other it is published. */
export const disconnect: Handler<'disconnect'> = (core, { connection, session }, packet) => {
  const expiry = packet.properties.sessionExpiryInterval;
  if (expiry !== undefined) {
    if (session.expirySeconds === 0 && expiry > 0) {
      throw new ProtocolViolation(
        ReasonCode.PROTOCOL_ERROR,
        'a session expiry interval of 0 in CONNECT cannot be raised in DISCONNECT',
      );
    }
    session.expirySeconds = acceptedSessionExpiry(core, expiry);
  }
  const graceful = packet.reasonCode === ReasonCode.SUCCESS;
  endConnection(core, connection, {
    cause: graceful ? 'clientDisconnect' : 'clientDisconnectWithWill',
    reasonCode: connection.protocolVersion === 5 ? packet.reasonCode : undefined,
    detail: packet.properties.reasonString,
  });
};
