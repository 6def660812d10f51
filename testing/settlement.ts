import { setImmediate } from 'node:timers';

/** Turns of the event loop without any movement after which nothing is on its way any more. */
const QUIET_TURNS = 4;

/** What can still move without the clock. */
export interface Moving {
  /** Grows with everything that moves. */
  movements(): number;
  /** Resolves when no rule or action is under way, except those that wait for the clock. */
  whenIdle(): Promise<void>;
  /** Lets go what was held back to be out of order. @returns whether there was anything */
  letGo(): boolean;
}

/** Resolves when everything that can happen without the clock moving has happened. Never sleeps. */
export async function settle(moving: Moving): Promise<void> {
  for (;;) {
    const before = moving.movements();
    await moving.whenIdle();
    for (let turn = 0; turn < QUIET_TURNS; turn++) await new Promise((resolve) => setImmediate(resolve));
    if (moving.movements() === before && !moving.letGo()) return;
  }
}
