import { setImmediate } from 'node:timers';
import type { Connection } from './connection';

/** Connections that are torn down in one turn. */
const DESTROYED_PER_TURN = 64;
/** Connections whose destruction is put off while more go; each holds a file descriptor. */
const MOST_PUT_OFF = 4_096;

/** Work that is put off to the end of a turn of the event loop, and done for many connections at once. */
export class EventLoopTurns {
  #toFlush: Connection[] = [];
  #toDestroy: Connection[] = [];
  /** Whether a connection has joined those to destroy in this turn. */
  #joined = false;

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

  /**
   * Destroys connections once no more of them go, and a few per turn then: when a fleet is cut, its wills are out
   * before its streams are torn down, and other clients need not wait for it.
   */
  destroyLater(connection: Connection): void {
    this.#joined = true;
    if (this.#toDestroy.push(connection) === 1) setImmediate(() => this.#destroySome());
  }

  #destroySome(): void {
    const wait = this.#joined && this.#toDestroy.length < MOST_PUT_OFF;
    this.#joined = false;
    if (wait) {
      setImmediate(() => this.#destroySome());
      return;
    }
    for (const connection of this.#toDestroy.splice(0, DESTROYED_PER_TURN)) connection.destroy();
    if (this.#toDestroy.length > 0) setImmediate(() => this.#destroySome());
  }
}
