import { randomBytes } from 'node:crypto';
import { closeSync, fchmodSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { LastwillError } from '../../presence/errors';
import { type Audience, FILE_MODES } from './new-file';
import { readIfPresent } from './store';

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
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    const file = openSync(temporary, 'wx', 0o600);
    try {
      fchmodSync(file, FILE_MODES[audience]);
      writeFileSync(file, content);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    const { code } = error as NodeJS.ErrnoException;
    throw new LastwillError('FILE_UNREADABLE', `${path} cannot be written (${code ?? String(error)})`, {
      cause: error,
    });
  }
  return before === undefined ? 'created' : 'replaced';
}
