import type { Server, Socket } from 'node:net';

/** Sockets that may be in a TLS handshake or waiting for an HTTP request at once. */
const DEFAULT_MOST = 10_000;

/** Bounds the sockets that are accepted and not yet handed to the broker; above the bound the oldest is cut. */
export class PendingSockets {
  readonly #most: number;
  readonly #sockets = new Map<string, Socket>();

  constructor(server: Server, most: number = DEFAULT_MOST) {
    this.#most = most;
    server.on('connection', (socket: Socket) => this.#add(socket));
  }

  /** A socket, or what TLS has made of it, is not pending any more. */
  remove(socket: Pick<Socket, 'remoteAddress' | 'remotePort'>): void {
    this.#sockets.delete(address(socket));
  }

  /** Cuts every pending socket, so that the server can close. */
  destroyAll(): void {
    for (const socket of this.#sockets.values()) socket.destroy();
  }

  #add(socket: Socket): void {
    const key = address(socket);
    this.#sockets.set(key, socket);
    socket.once('close', () => {
      if (this.#sockets.get(key) === socket) this.#sockets.delete(key);
    });
    if (this.#sockets.size <= this.#most) return;
    for (const [oldestKey, oldest] of this.#sockets) {
      this.#sockets.delete(oldestKey);
      oldest.destroy();
      return;
    }
  }
}

function address({ remoteAddress, remotePort }: Pick<Socket, 'remoteAddress' | 'remotePort'>): string {
  return `${remoteAddress} ${remotePort}`;
}
