import type { Clock, Timer } from '../../presence/clock';

interface Entry extends Timer {
  readonly dueAt: number;
  readonly sequence: number;
  readonly action: () => void;
  /** Place in the heap; -1 once it has run or been cancelled. */
  index: number;
}

/** Many timers on one clock timer: a binary heap, so that ten thousand idle clients cost one. */
export class TimerHeap {
  readonly #clock: Clock;
  readonly #entries: Entry[] = [];
  #sequence = 0;
  #armed: { readonly dueAt: number; readonly timer: Timer } | undefined;
  #running = false;
  readonly #failed: (error: unknown) => void;

  /** @param failed hears of an action that throws; the other timers go on. */
  constructor(clock: Clock, failed: (error: unknown) => void) {
    this.#clock = clock;
    this.#failed = failed;
  }

  /** Timers that wait. */
  get size(): number {
    return this.#entries.length;
  }

  /** Runs `action` once, `delayMilliseconds` from now; timers that are due together run in the order of scheduling. */
  schedule(delayMilliseconds: number, action: () => void): Timer {
    const entry: Entry = {
      dueAt: this.#clock.now() + Math.max(0, delayMilliseconds),
      sequence: this.#sequence++,
      action,
      index: this.#entries.length,
      cancel: () => this.#remove(entry),
    };
    this.#entries.push(entry);
    this.#up(entry);
    if (entry.index === 0) this.#arm();
    return entry;
  }

  /** Cancels every timer. */
  clear(): void {
    for (const entry of this.#entries) entry.index = -1;
    this.#entries.length = 0;
    this.#armed?.timer.cancel();
    this.#armed = undefined;
  }

  #arm(): void {
    if (this.#running) return;
    const first = this.#entries[0];
    if (first === undefined || (this.#armed !== undefined && this.#armed.dueAt <= first.dueAt)) return;
    this.#armed?.timer.cancel();
    const timer = this.#clock.schedule(first.dueAt - this.#clock.now(), () => this.#runDue());
    this.#armed = { dueAt: first.dueAt, timer };
  }

  #runDue(): void {
    this.#armed = undefined;
    this.#running = true;
    try {
      for (let first = this.#entries[0]; first !== undefined; first = this.#entries[0]) {
        if (first.dueAt > this.#clock.now()) break;
        this.#remove(first);
        this.#run(first);
      }
    } finally {
      this.#running = false;
      this.#arm();
    }
  }

  #run(entry: Entry): void {
    try {
      entry.action();
    } catch (error) {
      this.#failed(error);
    }
  }

  #remove(entry: Entry): void {
    const index = entry.index;
    if (index < 0) return;
    entry.index = -1;
    const last = this.#entries.pop() as Entry;
    if (last === entry) return;
    this.#place(last, index);
    this.#up(last);
    this.#down(last);
  }

  #up(entry: Entry): void {
    while (entry.index > 0) {
      const parent = this.#entries[(entry.index - 1) >> 1] as Entry;
      if (!isBefore(entry, parent)) return;
      this.#swap(entry, parent);
    }
  }

  #down(entry: Entry): void {
    for (;;) {
      const left = this.#entries[entry.index * 2 + 1];
      const right = this.#entries[entry.index * 2 + 2];
      if (left === undefined) return;
      const child = right !== undefined && isBefore(right, left) ? right : left;
      if (!isBefore(child, entry)) return;
      this.#swap(entry, child);
    }
  }

  #swap(one: Entry, other: Entry): void {
    const index = one.index;
    this.#place(one, other.index);
    this.#place(other, index);
  }

  #place(entry: Entry, index: number): void {
    entry.index = index;
    this.#entries[index] = entry;
  }
}

function isBefore(one: Entry, other: Entry): boolean {
  return one.dueAt < other.dueAt || (one.dueAt === other.dueAt && one.sequence < other.sequence);
}
