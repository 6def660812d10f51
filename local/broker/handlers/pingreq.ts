import type { Handler } from './handler';

/** PINGREQ is answered with PINGRESP [MQTT-3.12.4-1]. */
export const pingreq: Handler<'pingreq'> = (_core, { connection }) => {
  connection.send({ cmd: 'pingresp' });
};
