/** Something that was seen, with the moment in milliseconds (monotonic). */
export interface Seen<T> {
  readonly item: T;
  readonly at: number;
}

/** Remembers what it is shown and lets a scenario wait for something that it expects. */
export class Watch<T> {
  readonly #seen: Seen<T>[] = [];
  readonly #waiting = new Set<() => void>();

  /** The moment now, on the same scale as {@link Seen.at}. */
  static now(): number {
    return performance.now();
  }

  /** Remembers an item and wakes whoever waits for it. */
  show(item: T): void {
    this.#seen.push({ item, at: Watch.now() });
    for (const wake of [...this.#waiting]) wake();
  }

  /** Everything seen since a moment, in order. */
  since(moment: number): readonly Seen<T>[] {
    return this.#seen.filter((seen) => seen.at >= moment);
  }

  /** Resolves with the first item since `moment` that fits, or with `undefined` when none came in time. */
  async until(
    fits: (item: T) => boolean,
    options: { readonly since: number; readonly withinMilliseconds: number },
  ): Promise<Seen<T> | undefined> {
    const find = (): Seen<T> | undefined => this.since(options.since).find((seen) => fits(seen.item));
    const found = find();
    if (found !== undefined) return found;
    return new Promise((resolve) => {
      const finish = (result: Seen<T> | undefined): void => {
        clearTimeout(timeout);
        this.#waiting.delete(wake);
        resolve(result);
      };
      const wake = (): void => {
        const match = find();
        if (match !== undefined) finish(match);
      };
      const timeout = setTimeout(() => finish(undefined), options.withinMilliseconds);
      this.#waiting.add(wake);
    });
  }
}
