import type { Clock, Timer } from '../presence/clock';

/** Intervals by a {@link Clock}, in the form that MQTT.js takes for its pings; all can be stopped at once. */
export class KeepAliveTimers {
  readonly #running = new Map<number, Timer>();
  #last = 0;
  #stopped = false;

  constructor(private readonly clock: Clock) {}

  /** What MQTT.js calls instead of setInterval and clearInterval. */
  readonly interval = {
    set: (action: () => void, milliseconds: number): number => {
      const id = ++this.#last;
      this.#arm(id, action, milliseconds);
      return id;
    },
    clear: (id: number): void => {
      this.#running.get(id)?.cancel();
      this.#running.delete(id);
    },
  };

  /** Stops every interval and lets none start again. */
  stop(): void {
    this.#stopped = true;
    for (const timer of this.#running.values()) timer.cancel();
    this.#running.clear();
  }

  #arm(id: number, action: () => void, milliseconds: number): void {
    if (this.#stopped) return;
    const run = (): void => {
      this.#arm(id, action, milliseconds);
      action();
    };
    this.#running.set(id, this.clock.schedule(milliseconds, run));
  }
}
