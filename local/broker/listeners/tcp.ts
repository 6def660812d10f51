import { createServer } from 'node:net';
import type { Broker } from '../broker';
import { type Listener, type ListenOptions, listen } from './listener';

/** Serves MQTT over plain TCP. */
export function listenTcp(broker: Broker, options: ListenOptions = {}): Promise<Listener> {
  const server = createServer({ noDelay: true }, (socket) => {
    const remoteAddress = socket.remoteAddress ?? '';
    broker.accept(socket, { transport: 'tcp', remoteAddress, certificates: [] });
  });
  return listen(server, options);
}
