import { LastwillError } from '../../presence/errors';
import { throwIfInterrupted } from '../interrupted';
import type { Site } from '../sites/site';

/** How often something is tried that takes time to come true. */
export interface AttemptOptions {
  readonly signal: AbortSignal;
  readonly attempts: number;
  readonly betweenSeconds: number;
}

/** What a person could act on is in the way as well, and may be gone the next time. */
async function problemOf(attempt: Promise<string | undefined>): Promise<string | undefined> {
  try {
    return await attempt;
  } catch (error) {
    if (error instanceof LastwillError) return error.message;
    throw error;
  }
}

/**
 * Tries again and again in a site, and closes it. A refusal is a reason to try again.
 * @param attempt resolves to what was in the way; `undefined` when it is true now
 * @returns what was in the way the last time
 * @throws Interrupted when a person asked to stop
 */
export async function tryUntilTrue<S extends Site>(
  site: S,
  attempt: (site: S) => Promise<string | undefined>,
  { signal, attempts, betweenSeconds }: AttemptOptions,
): Promise<string | undefined> {
  // Whatever waits in the site then ends at once.
  const stop = (): void => void site.close();
  signal.addEventListener('abort', stop, { once: true });
  let problem: string | undefined;
  try {
    for (let count = 0; count < attempts; count++) {
      throwIfInterrupted(signal);
      problem = await problemOf(attempt(site));
      if (problem === undefined) return undefined;
      await site.pass(betweenSeconds);
    }
    throwIfInterrupted(signal);
    return problem;
  } finally {
    signal.removeEventListener('abort', stop);
    await site.close();
  }
}
