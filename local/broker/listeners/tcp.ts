import { createServer } from 'node:net';
import type { Broker } from '../broker';
import { type Listener, type ListenOptions, listen } from './listener';

/** Serves MQTT over plain TCP. */
export function listenTcp(broker: Broker, options: ListenOptions = {}): Promise<Listener> {
  // Half-open, so that Node leaves it to the broker when to tear a stream down whose client is gone.
  const server = createServer({ noDelay: true, allowHalfOpen: true }, (socket) => {
    const remoteAddress = socket.remoteAddress ?? '';
    broker.accept(socket, { transport: 'tcp', remoteAddress, certificates: [] });
  });
  return listen(server, options);
}
