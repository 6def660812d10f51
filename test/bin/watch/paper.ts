import type { Output, WatchedRow } from '../../../bin/watch/presence-view';

/** Keeps what is written to it; its size can be changed. */
export class Paper implements Output {
  text = '';
  columns: number | undefined;
  rows: number | undefined;
  #listeners: (() => void)[] = [];

  constructor(size: { readonly columns?: number; readonly rows?: number } = {}) {
    this.columns = size.columns;
    this.rows = size.rows;
  }

  readonly write = (text: string): void => {
    this.text += text;
  };

  on(_event: 'resize', listener: () => void): void {
    this.#listeners.push(listener);
  }

  off(_event: 'resize', listener: () => void): void {
    this.#listeners = this.#listeners.filter((each) => each !== listener);
  }

  resize(columns: number): void {
    this.columns = columns;
    for (const listener of this.#listeners) listener();
  }

  /** Takes what was written away and returns it. */
  take(): string {
    const { text } = this;
    this.text = '';
    return text;
  }
}

/** A device, last heard of on 2026-01-02. */
export function watchedRow(device: string, state: WatchedRow['state'], more: Partial<WatchedRow> = {}): WatchedRow {
  const since = Date.UTC(2026, 0, 2, 3, 4, 5);
  return { device, state, since, exact: true, cause: 'CONNECTION_LOST', cloud: 'aws', ...more };
}
