import type { Server } from 'node:net';
import { LastwillError } from '../../../presence/errors';

/** Where a listener listens. */
export interface ListenOptions {
  /** @default '127.0.0.1' */
  readonly host?: string;
  /** 0 for a free one. @default 0 */
  readonly port?: number;
}

/** An open port. */
export interface Listener {
  readonly host: string;
  readonly port: number;
  /** Stops listening; connections that were accepted are the broker's. */
  close(): Promise<void>;
}

/** Connections that the kernel holds before they are accepted: a whole fleet may come back at once. */
const BACKLOG = 4_096;

/**
 * Opens a port for a server.
 * @throws LastwillError LISTEN_FAILED when it cannot be opened.
 */
export async function listen(server: Server, options: ListenOptions): Promise<Listener> {
  const host = options.host ?? '127.0.0.1';
  const port = options.port ?? 0;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => {
      reject(new LastwillError('LISTEN_FAILED', `cannot listen on ${host}:${port}: ${cause.message}`, { cause }));
    });
    server.listen({ host, port, backlog: BACKLOG }, resolve);
  });
  const address = server.address();
  const boundPort = typeof address === 'object' && address !== null ? address.port : port;
  return { host, port: boundPort, close: () => closeServer(server) };
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}
