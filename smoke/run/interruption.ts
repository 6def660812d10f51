import type { Clock } from '../../presence/clock';
import type { SmokeCloud } from './smoke-cloud';

/** What an interruption needs of the process. */
export interface InterruptionParts {
  readonly clock: Clock;
  readonly say: (line: string) => void;
  /** Ends the process at once. */
  readonly exit: (code: number) => void;
}

/** Ctrl-C reaches a program that npm runs twice, from the terminal and from npm. */
const SAME_KEY_MILLISECONDS = 1_000;

/** What a person's Ctrl-C means: first to stop and destroy, then to leave everything as it is. */
export class Interruption {
  readonly #parts: InterruptionParts;
  readonly #controller = new AbortController();
  #cloud: SmokeCloud | undefined;
  #askedAt: number | undefined;

  constructor(parts: InterruptionParts) {
    this.#parts = parts;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Tells what would be left behind. */
  watch(cloud: SmokeCloud): void {
    this.#cloud = cloud;
  }

  /** The person asks to stop. */
  ask(): void {
    const { say, exit, clock } = this.#parts;
    if (this.#askedAt === undefined) {
      this.#askedAt = clock.now();
      say('interrupted: what was created is being destroyed; a second time ends at once and leaves it');
      this.#controller.abort();
      return;
    }
    if (clock.now() - this.#askedAt < SAME_KEY_MILLISECONDS) return;
    const remains = this.#cloud?.deployment?.remains;
    if (remains !== undefined) say(`left: ${remains.what}; destroy it with: ${remains.command}`);
    exit(130);
  }
}
