import type { Clock, Timer } from '../../presence/clock';

/** How a cloud is asked that has a time of its own. */
export interface RealTimeOptions {
  readonly clock: Clock;
  /** Seconds after which what has not come is taken not to come. */
  readonly patienceSeconds: number;
}

/** One CONNECT a second of each client id, and a little more for the way there. */
const CONNECT_PACE_MILLISECONDS = 1_200;

/** Time in a real cloud: nobody knows when all is done, so that it is waited for. */
export class RealTime {
  readonly #options: RealTimeOptions;
  readonly #lastConnect = new Map<string, number>();
  readonly #waiting = new Map<Timer, () => void>();
  #isOver = false;

  constructor(options: RealTimeOptions) {
    this.#options = options;
  }

  /** Lets seconds pass; none once it is over. */
  pass(seconds: number): Promise<void> {
    if (this.#isOver) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = this.#options.clock.schedule(seconds * 1000, () => {
        this.#waiting.delete(timer);
        resolve();
      });
      this.#waiting.set(timer, resolve);
    });
  }

  rest(): Promise<void> {
    return this.pass(this.#options.patienceSeconds);
  }

  /** Resolves when the client id may connect again. */
  async admit(clientId: string): Promise<void> {
    const { clock } = this.#options;
    const last = this.#lastConnect.get(clientId);
    const due = last === undefined ? clock.now() : last + CONNECT_PACE_MILLISECONDS;
    this.#lastConnect.set(clientId, Math.max(due, clock.now()));
    if (due > clock.now()) await this.pass((due - clock.now()) / 1000);
  }

  /** Ends every wait, and those that are still to come. */
  end(): void {
    this.#isOver = true;
    for (const [timer, resolve] of this.#waiting) {
      timer.cancel();
      resolve();
    }
    this.#waiting.clear();
  }
}
