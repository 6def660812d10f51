import type { SmokeCloud } from './smoke-cloud';

/** What an interruption needs of the process. */
export interface InterruptionParts {
  readonly say: (line: string) => void;
  /** Ends the process at once. */
  readonly exit: (code: number) => void;
}

/** What a person's Ctrl-C means: first to stop and destroy, then to leave everything as it is. */
export class Interruption {
  readonly #parts: InterruptionParts;
  readonly #controller = new AbortController();
  #cloud: SmokeCloud | undefined;

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
    const { say, exit } = this.#parts;
    if (!this.signal.aborted) {
      say('interrupted: what was created is being destroyed; a second time ends at once and leaves it');
      this.#controller.abort();
      return;
    }
    const remains = this.#cloud?.deployment?.remains;
    if (remains !== undefined) say(`left: ${remains.what}; destroy it with: ${remains.command}`);
    exit(130);
  }
}
