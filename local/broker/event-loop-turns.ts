import { setImmediate } from 'node:timers';
import type { Connection } from './connection';

/** Connections that are torn down in one turn. */
const DESTROYED_PER_TURN = 64;

/** Work that is put off to the end of a turn of the event loop, and done for many connections at once. */
export class EventLoopTurns {
  #toFlush: Connection[] = [];
  #toDestroy: Connection[] = [];

  /** Flushes in the check phase: one write per client for everything that one round of polling has caused. */
  flushSoon(connection: Connection): void {
    if (this.#toFlush.push(connection) === 1) setImmediate(() => this.flush());
  }

  /** Flushes what waits. */
  flush(): void {
    const connections = this.#toFlush;
    this.#toFlush = [];
    for (const connection of connections) connection.flush();
  }

  /** Destroys a few connections per turn, so that what other clients send meanwhile need not wait. */
  destroyLater(connection: Connection): void {
    if (this.#toDestroy.push(connection) === 1) setImmediate(() => this.#destroySome());
  }

  #destroySome(): void {
    for (const connection of this.#toDestroy.splice(0, DESTROYED_PER_TURN)) connection.destroy();
    if (this.#toDestroy.length > 0) setImmediate(() => this.#destroySome());
  }
}
