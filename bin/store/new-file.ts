import { chmodSync, closeSync, existsSync, fchmodSync, mkdirSync, openSync, unlinkSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { LastwillError } from '../../presence/errors';

/** Who may read a file of the store. */
export type Audience = 'owner' | 'everyone';

/** Modes of files. */
export const FILE_MODES: Readonly<Record<Audience, number>> = { owner: 0o600, everyone: 0o644 };

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
 * Writes a file that does not exist yet; never overwrites and never follows a link. The mode does not depend on the umask.
 * @returns false when the file was there already.
 * @throws LastwillError FILE_UNREADABLE
 */
export function writeNewFile(path: string, content: string, audience: Audience): boolean {
  return explained(path, () => {
    const file = openNew(path);
    if (file === undefined) return false;
    try {
      // The mode given to open() is cut by the umask.
      fchmodSync(file, FILE_MODES[audience]);
      writeFileSync(file, content);
    } catch (error) {
      unlinkSync(path);
      throw error;
    } finally {
      closeSync(file);
    }
    return true;
  });
}

function openNew(path: string): number | undefined {
  try {
    return openSync(path, 'wx', 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return undefined;
    throw error;
  }
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
