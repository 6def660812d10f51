/** A timer that has been scheduled and can still be called off. */
export interface Timer {
  /** Calls the timer off; does nothing when it has already run. */
  cancel(): void;
}

/** The only source of time: everything that waits or stamps a time takes a `Clock`. */
export interface Clock {
  /** Whole milliseconds since 1970-01-01T00:00:00Z. */
  now(): number;
  /**
   * Runs `action` once, `delayMilliseconds` from now.
   * @param delayMilliseconds 0 or more; any length, also beyond the 24.8 days of a Node timer.
   */
  schedule(delayMilliseconds: number, action: () => void): Timer;
}

/** The longest delay that one Node timer can hold (2^31 - 1 ms). */
const LONGEST_NODE_TIMER_MILLISECONDS = 2_147_483_647;

/** The machine's clock. */
export class SystemClock implements Clock {
  now(): number {
    return Date.now();
  }

  schedule(delayMilliseconds: number, action: () => void): Timer {
    let remaining = Math.max(0, delayMilliseconds);
    let handle: NodeJS.Timeout;
    const arm = (): void => {
      const step = Math.min(remaining, LONGEST_NODE_TIMER_MILLISECONDS);
      remaining -= step;
      handle = setTimeout(() => (remaining > 0 ? arm() : action()), step);
    };
    arm();
    return { cancel: () => clearTimeout(handle) };
  }
}

interface PendingTimer {
  readonly dueAt: number;
  readonly sequence: number;
  readonly action: () => void;
}

/** A clock for tests: stands still until it is advanced, then runs what is due, in order of time. */
export class ManualClock implements Clock {
  #now: number;
  #sequence = 0;
  readonly #pending = new Set<PendingTimer>();

  /** @param startAt milliseconds since 1970-01-01T00:00:00Z. @default 2026-01-01T00:00:00Z */
  constructor(startAt: number = Date.UTC(2026, 0, 1)) {
    this.#now = startAt;
  }

  now(): number {
    return this.#now;
  }

  schedule(delayMilliseconds: number, action: () => void): Timer {
    const timer = { dueAt: this.#now + Math.max(0, delayMilliseconds), sequence: this.#sequence++, action };
    this.#pending.add(timer);
    return { cancel: () => void this.#pending.delete(timer) };
  }

  /** When the next timer is due, in milliseconds since 1970; `undefined` when nothing waits. */
  get nextDueAt(): number | undefined {
    return this.#next()?.dueAt;
  }

  /**
   * Moves time forward and runs every timer that falls due, the earliest first; at the same instant in the
   * order in which they were scheduled. A timer sees `now()` as its own due time.
   */
  advance(milliseconds: number): void {
    const end = this.#now + milliseconds;
    for (let next = this.#next(); next !== undefined && next.dueAt <= end; next = this.#next()) {
      this.#pending.delete(next);
      this.#now = next.dueAt;
      next.action();
    }
    this.#now = end;
  }

  #next(): PendingTimer | undefined {
    let first: PendingTimer | undefined;
    for (const timer of this.#pending) {
      if (first === undefined || timer.dueAt < first.dueAt) first = timer;
    }
    return first;
  }
}
