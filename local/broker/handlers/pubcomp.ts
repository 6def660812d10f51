import { completeDelivery } from './acknowledgements';
import type { Handler } from './handler';

/** PUBCOMP: a QoS 2 delivery is done. */
export const pubcomp: Handler<'pubcomp'> = (core, { session }, packet) => {
  if (session.inflight.get(packet.messageId)?.state === 'release') completeDelivery(core, session, packet.messageId);
};
