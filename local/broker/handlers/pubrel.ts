import { ReasonCode } from '../codec/reason-code';
import type { Handler } from './handler';

/** PUBREL: the client will not send that QoS 2 message again (4.3.3). */
export const pubrel: Handler<'pubrel'> = (_core, { connection, session }, packet) => {
  const known = session.unreleased.delete(packet.messageId);
  const reasonCode =
    known || connection.protocolVersion === 4 ? ReasonCode.SUCCESS : ReasonCode.PACKET_IDENTIFIER_NOT_FOUND;
  connection.send({ cmd: 'pubcomp', messageId: packet.messageId, reasonCode, properties: {} });
};
