import type { Clock } from '../../presence/clock';
import type { DeviceAgent } from '../agent';
import type { IncomingMessage } from '../message';

interface Waiting {
  readonly accepts: (message: IncomingMessage) => boolean;
  readonly resolve: (message: IncomingMessage | undefined) => void;
}

/** Everything that an agent receives, to be waited for. */
export class Inbox {
  readonly messages: IncomingMessage[] = [];
  readonly #unread: IncomingMessage[] = [];
  readonly #waiting = new Set<Waiting>();

  constructor(
    agent: DeviceAgent,
    private readonly clock: Clock,
  ) {
    agent.on('message', (message) => this.#arrived(message));
  }

  /** The first unread message that is accepted, or `undefined` when none came within `seconds`. */
  next(
    seconds: number,
    accepts: (message: IncomingMessage) => boolean = () => true,
  ): Promise<IncomingMessage | undefined> {
    const index = this.#unread.findIndex(accepts);
    if (index !== -1) return Promise.resolve(this.#unread.splice(index, 1)[0]);
    return new Promise((resolve) => {
      const timer = this.clock.schedule(seconds * 1000, () => settle(undefined));
      const waiting: Waiting = { accepts, resolve: (message) => settle(message) };
      const settle = (message: IncomingMessage | undefined): void => {
        timer.cancel();
        this.#waiting.delete(waiting);
        resolve(message);
      };
      this.#waiting.add(waiting);
    });
  }

  /** Forgets what was not read. */
  clear(): void {
    this.#unread.length = 0;
  }

  #arrived(message: IncomingMessage): void {
    this.messages.push(message);
    for (const waiting of this.#waiting) {
      if (!waiting.accepts(message)) continue;
      waiting.resolve(message);
      return;
    }
    this.#unread.push(message);
  }
}
