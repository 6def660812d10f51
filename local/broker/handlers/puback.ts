import { checkReason, completeDelivery } from './acknowledgements';
import type { Handler } from './handler';

/** PUBACK: a QoS 1 delivery is done, whatever its reason code (4.3.2). */
export const puback: Handler<'puback'> = (core, { session }, packet) => {
  checkReason(core, packet.reasonCode);
  const inflight = session.inflight.get(packet.messageId);
  if (inflight?.delivery.qos === 1) completeDelivery(core, session, packet.messageId);
};
