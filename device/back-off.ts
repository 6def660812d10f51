import type { Randomness } from '../presence/randomness';

/** How long a device waits before it tries again. */
export interface BackOffOptions {
  /** Upper bound of the first wait in milliseconds, from 1. @default 1000 */
  readonly baseMilliseconds?: number;
  /** Upper bound of every wait in milliseconds, not below the base. @default 128000 */
  readonly maximumMilliseconds?: number;
  /**
   * Milliseconds that a connection must last before the waits start small again, so that a server which accepts and
   * then kicks is not called in a tight loop. @default 20000
   */
  readonly stableAfterMilliseconds?: number;
}

/** {@link BackOffOptions} with the defaults filled in. */
export type ResolvedBackOffOptions = Required<BackOffOptions>;

/** The defaults of {@link BackOffOptions}. */
export const BACK_OFF_DEFAULTS: ResolvedBackOffOptions = {
  baseMilliseconds: 1_000,
  maximumMilliseconds: 128_000,
  stableAfterMilliseconds: 20_000,
};

/**
 * Full-jitter back-off: each wait is drawn evenly from 0 to a bound that doubles up to a maximum, so that a fleet which
 * lost its broker at one moment does not come back at one moment.
 * @see https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export class BackOff {
  #attempt = 0;

  constructor(
    private readonly options: ResolvedBackOffOptions,
    private readonly randomness: Randomness,
  ) {}

  /** The next wait in milliseconds. */
  next(): number {
    const bound = Math.min(this.options.maximumMilliseconds, this.options.baseMilliseconds * 2 ** this.#attempt);
    this.#attempt += 1;
    return Math.floor(this.randomness.fraction() * bound);
  }

  /** Takes note of a connection that lasted; one that was too short does not count as success. */
  connectionLasted(milliseconds: number): void {
    if (milliseconds >= this.options.stableAfterMilliseconds) this.#attempt = 0;
  }
}
