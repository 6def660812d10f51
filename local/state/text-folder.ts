import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LastwillError } from '../../presence/errors';
import { SECRET_FILE_MODE, writeWhole } from './files';

/** Texts kept by name in a folder, so that they outlive the engine: the embedded CA and what it issued. */
export class TextFolder {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** The text that was saved under the name, if any. */
  load(name: string): string | undefined {
    const path = join(this.#directory, name);
    try {
      return readFileSync(path, 'utf8');
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
      throw new LastwillError('FILE_UNREADABLE', `cannot read ${path}: ${message}`, { cause: error });
    }
  }

  /** Keeps a text whole; a secret one for its owner alone (mode 0600). */
  save(name: string, text: string, options: { readonly secret: boolean }): void {
    writeWhole(join(this.#directory, name), text, options.secret ? SECRET_FILE_MODE : 0o644);
  }
}
