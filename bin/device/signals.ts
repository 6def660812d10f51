/** SIGINT and SIGTERM as a wish instead of a sudden end; the second one is no wish any more. */
export class Signals {
  readonly interrupted: Promise<void>;
  #listener: () => void = () => undefined;

  constructor() {
    let asked = false;
    this.interrupted = new Promise((resolve) => {
      this.#listener = () => {
        if (asked) process.exit(130);
        asked = true;
        resolve();
      };
    });
    process.on('SIGINT', this.#listener).on('SIGTERM', this.#listener);
  }

  /** Lets the signals end the process again. */
  release(): void {
    process.off('SIGINT', this.#listener).off('SIGTERM', this.#listener);
  }
}
