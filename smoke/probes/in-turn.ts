import { throwIfInterrupted } from '../interrupted';
import type { Site } from '../sites/site';
import { type Comparison, compare, type ProbedTwice, resultOf } from './comparison';
import type { Probe } from './probe';

/** Both clouds, and what is to be seen in them. */
export interface InTurn<S extends Site> {
  readonly probes: readonly Probe<S>[];
  readonly real: S;
  readonly embedded: S;
  /** Aborted when a person asks to stop. */
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

/**
 * Makes every probe in both clouds, one after the other, and closes both.
 * @throws Interrupted when a person asked to stop
 */
export async function probeInTurn<S extends Site>({
  probes,
  real,
  embedded,
  signal,
  say,
}: InTurn<S>): Promise<Comparison> {
  const results: ProbedTwice[] = [];
  // What waits in the real cloud then ends at once, so that the devices leave properly.
  const stop = (): void => void real.close();
  signal.addEventListener('abort', stop, { once: true });
  try {
    for (const [index, probe] of probes.entries()) {
      throwIfInterrupted(signal);
      say(`  ${index + 1}/${probes.length} ${probe.name}`);
      results.push({ probe, real: await resultOf(probe, real), embedded: await resultOf(probe, embedded) });
    }
    throwIfInterrupted(signal);
  } finally {
    signal.removeEventListener('abort', stop);
    await Promise.all([real.close(), embedded.close()]);
  }
  return compare(results);
}
