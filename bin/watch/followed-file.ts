import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';

const CHUNK_BYTES = 65_536;

/** Reads a log file that grows, line by line, also past the moment when it is renamed and begun anew. */
export class FollowedFile {
  #descriptor: number | undefined;
  #offset = 0;
  #rest = Buffer.alloc(0);

  constructor(private readonly path: string) {}

  /** The complete lines that have been added since the last call. */
  read(): string[] {
    const lines = this.#readOpened();
    if (!this.#isReplaced()) return lines;
    // What was written between the last read and the renaming is still in the renamed file.
    lines.push(...this.#readOpened());
    this.close();
    this.#descriptor = openIfPresent(this.path);
    return [...lines, ...this.#readOpened()];
  }

  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
    this.#offset = 0;
    this.#rest = Buffer.alloc(0);
  }

  #isReplaced(): boolean {
    const found = statSync(this.path, { throwIfNoEntry: false });
    if (found === undefined) return false;
    if (this.#descriptor === undefined) return true;
    return fstatSync(this.#descriptor).ino !== found.ino || found.size < this.#offset;
  }

  #readOpened(): string[] {
    const lines: string[] = [];
    const chunk = Buffer.alloc(CHUNK_BYTES);
    while (this.#descriptor !== undefined) {
      const bytes = readSync(this.#descriptor, chunk, 0, CHUNK_BYTES, this.#offset);
      if (bytes === 0) break;
      this.#offset += bytes;
      const text = Buffer.concat([this.#rest, chunk.subarray(0, bytes)]);
      const end = text.lastIndexOf('\n') + 1;
      this.#rest = text.subarray(end);
      if (end > 0) lines.push(...text.toString('utf8', 0, end - 1).split('\n'));
    }
    return lines;
  }
}

function openIfPresent(path: string): number | undefined {
  try {
    return openSync(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
