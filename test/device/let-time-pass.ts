import type { ManualClock } from '../../presence/clock';

/** Advances a clock to its next timer whenever nothing else happens, until the work is done. */
export async function letTimePass(clock: ManualClock, work: Promise<unknown>): Promise<void> {
  let settled = false;
  const done = work.finally(() => {
    settled = true;
  });
  while (!settled) {
    for (let turn = 0; turn < 40 && !settled; turn++) await new Promise((resolve) => setImmediate(resolve));
    const next = clock.nextDueAt;
    if (!settled && next !== undefined) clock.advance(next - clock.now());
  }
  await done;
}
