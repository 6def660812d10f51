import type { Clock, Timer } from '../../presence/clock';

/** A clock whose timers can all be called off at once, so that nothing waits for what no longer matters. */
export class StoppableClock implements Clock {
  readonly #timers = new Set<Timer>();

  constructor(private readonly clock: Clock) {}

  now(): number {
    return this.clock.now();
  }

  schedule(delayMilliseconds: number, action: () => void): Timer {
    const inner = this.clock.schedule(delayMilliseconds, () => {
      this.#timers.delete(timer);
      action();
    });
    const timer: Timer = {
      cancel: () => {
        this.#timers.delete(timer);
        inner.cancel();
      },
    };
    this.#timers.add(timer);
    return timer;
  }

  /** Calls every timer off. */
  stop(): void {
    for (const timer of [...this.#timers]) timer.cancel();
  }
}
