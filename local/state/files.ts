import { chmodSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { LastwillError } from '../../presence/errors';

/** Mode of files that hold a private key or another secret: the owner alone. */
export const SECRET_FILE_MODE = 0o600;

/** Makes a folder that only its owner can enter. */
export function makeFolder(path: string): void {
  guarded(path, () => mkdirSync(path, { recursive: true, mode: 0o700 }));
}

/** Writes a file whole or not at all: a reader sees the old content or the new one, never a part. */
export function writeWhole(path: string, content: string | Buffer, mode = 0o644): void {
  makeFolder(dirname(path));
  const temporary = join(dirname(path), `.${process.pid}.${path.length}.tmp`);
  guarded(path, () => {
    rmSync(temporary, { force: true });
    writeFileSync(temporary, content, { mode, flag: 'wx' });
    // The umask may have taken bits away.
    chmodSync(temporary, mode);
    renameSync(temporary, path);
  });
}

function guarded(path: string, work: () => void): void {
  try {
    work();
  } catch (error) {
    throw new LastwillError('FILE_UNREADABLE', `cannot write ${path}: ${(error as Error).message}`, { cause: error });
  }
}
