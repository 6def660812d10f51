import { ReasonCode } from '../codec/reason-code';
import type { Handler } from './handler';

/** UNSUBSCRIBE: compares filters character by character [MQTT-3.10.4-1] and answers each in UNSUBACK. */
export const unsubscribe: Handler<'unsubscribe'> = (core, { connection, session }, packet) => {
  const filters = packet.unsubscriptions.filter((filter) => session.subscriptions.has(filter));
  if (filters.length > 0)
    core.observeClient(connection, { kind: 'unsubscribe', sessionId: connection.sessionId, filters });
  const granted = packet.unsubscriptions.map((filter) =>
    core.subscriptions.remove(session, filter) ? ReasonCode.SUCCESS : ReasonCode.NO_SUBSCRIPTION_EXISTED,
  );
  connection.send({ cmd: 'unsuback', messageId: packet.messageId, granted, properties: {} });
};
