/** SIGINT and SIGTERM as a wish instead of a sudden end. */
export class Signals {
  readonly interrupted: Promise<void>;
  #listener: () => void = () => undefined;

  constructor() {
    this.interrupted = new Promise((resolve) => {
      this.#listener = resolve;
    });
    process.on('SIGINT', this.#listener).on('SIGTERM', this.#listener);
  }

  /** Lets the signals end the process again. */
  release(): void {
    process.off('SIGINT', this.#listener).off('SIGTERM', this.#listener);
  }
}
