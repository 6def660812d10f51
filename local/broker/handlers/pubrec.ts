import { ReasonCode } from '../codec/reason-code';
import { checkReason, completeDelivery } from './acknowledgements';
import type { Handler } from './handler';

/** PUBREC: a QoS 2 delivery was received, or refused with a reason code of 0x80 or more (4.3.3). */
export const pubrec: Handler<'pubrec'> = (core, { connection, session }, packet) => {
  checkReason(core, packet.reasonCode);
  const { messageId } = packet;
  const inflight = session.inflight.get(messageId);
  if (inflight?.delivery.qos !== 2) {
    const reasonCode = connection.protocolVersion === 5 ? ReasonCode.PACKET_IDENTIFIER_NOT_FOUND : ReasonCode.SUCCESS;
    connection.send({ cmd: 'pubrel', messageId, reasonCode, properties: {} });
    return;
  }
  if (packet.reasonCode >= ReasonCode.UNSPECIFIED_ERROR) {
    completeDelivery(core, session, messageId);
    return;
  }
  inflight.state = 'release';
  connection.send({ cmd: 'pubrel', messageId, reasonCode: ReasonCode.SUCCESS, properties: {} });
};
