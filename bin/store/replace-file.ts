import { readFileSync, renameSync, rmSync } from 'node:fs';
import { LastwillError } from '../../presence/errors';
import { readIfPresent } from './store';
import { type Audience, writeTemporaryFile } from './temporary-file';

/** What became of a file. */
export type FileChange = 'created' | 'kept' | 'replaced';

/**
 * Gives a file its content, whole or not at all: who is interrupted leaves the old content. A file that has the content
 * already is not touched.
 * @throws LastwillError FILE_UNREADABLE
 */
export function replaceFile(path: string, content: string, audience: Audience): FileChange {
  const before = readIfPresent(path);
  if (before === content) return 'kept';
  explained(path, () => place(writeTemporaryFile(path, content, audience), path));
  return before === undefined ? 'created' : 'replaced';
}

/**
 * Moves a file to another's place, whole or not at all.
 * @throws LastwillError FILE_UNREADABLE
 */
export function moveFile(from: string, to: string): void {
  explained(to, () => renameSync(from, to));
}

/**
 * Gives a file's content to another as well, whole or not at all.
 * @throws LastwillError FILE_UNREADABLE
 */
export function copyFile(from: string, to: string, audience: Audience): void {
  explained(to, () => place(writeTemporaryFile(to, readFileSync(from), audience), to));
}

function place(temporary: string, path: string): void {
  try {
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

function explained(path: string, write: () => void): void {
  try {
    write();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new LastwillError('FILE_UNREADABLE', `${path} cannot be written (${code ?? String(error)})`, {
      cause: error,
    });
  }
}
