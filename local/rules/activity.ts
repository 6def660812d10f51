import type { Clock } from '../../presence/clock';

/** Counts what is under way, so that one can wait until nothing is left to do but what waits for the clock. */
export class Activity {
  #count = 0;
  #waiting: (() => void)[] = [];

  constructor(private readonly clock: Clock) {}

  begin(): void {
    this.#count += 1;
  }

  end(): void {
    this.#count -= 1;
    if (this.#count > 0) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }

  /** Waits on the clock; meanwhile what waits does not count as under way. */
  async pause(milliseconds: number): Promise<void> {
    const due = new Promise<void>((resolve) => {
      this.clock.schedule(milliseconds, () => {
        this.begin();
        resolve();
      });
    });
    this.end();
    await due;
  }

  /** Resolves when nothing is under way. */
  whenIdle(): Promise<void> {
    if (this.#count === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }
}
