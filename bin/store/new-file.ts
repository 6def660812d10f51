import { chmodSync, existsSync, linkSync, lstatSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { LastwillError } from '../../presence/errors';
import { type Audience, writeTemporaryFile } from './temporary-file';

/**
 * Makes a folder and what it lies in. Every folder that did not exist gets mode 0700, whatever the umask is.
 * @throws LastwillError FILE_UNREADABLE
 */
export function makePrivateDirectory(path: string): void {
  if (existsSync(path)) return;
  const parent = dirname(path);
  if (parent !== path) makePrivateDirectory(parent);
  explained(path, () => {
    try {
      mkdirSync(path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return;
      throw error;
    }
    chmodSync(path, 0o700);
  });
}

/**
 * Writes a file that does not exist yet, whole or not at all; never overwrites and never follows a link. The mode does
 * not depend on the umask.
 * @returns false when the file was there already.
 * @throws LastwillError FILE_UNREADABLE
 */
export function writeNewFile(path: string, content: string, audience: Audience): boolean {
  return explained(path, () => {
    if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) return false;
    const temporary = writeTemporaryFile(path, content, audience);
    try {
      return giveName(temporary, path);
    } finally {
      rmSync(temporary, { force: true });
    }
  });
}

/** Unlike a rename, a second name for a file never takes the place of another file. */
function giveName(temporary: string, path: string): boolean {
  try {
    linkSync(temporary, path);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'ENOSYS' && code !== 'EMLINK') throw error;
  }
  // A file system without links.
  renameSync(temporary, path);
  return true;
}

function explained<T>(path: string, write: () => T): T {
  try {
    return write();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    throw new LastwillError('FILE_UNREADABLE', `${path} cannot be written (${code ?? String(error)})`, {
      cause: error,
    });
  }
}
