import { randomBytes } from 'node:crypto';
import { closeSync, fchmodSync, fsyncSync, openSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** Who may read a file of the store. */
export type Audience = 'owner' | 'everyone';

/** Modes of files. */
const FILE_MODES: Readonly<Record<Audience, number>> = { owner: 0o600, everyone: 0o644 };

const LEFTOVER_MILLISECONDS = 60_000;

/**
 * Writes a file's content whole into a file beside it, which then takes its place. What an interrupted run left there
 * long ago is removed. The mode does not depend on the umask.
 * @returns the path of the file beside it, which the caller moves or removes
 */
export function writeTemporaryFile(path: string, content: string | Buffer, audience: Audience): string {
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  const file = openSync(temporary, 'wx', 0o600);
  try {
    // The mode given to open() is cut by the umask.
    fchmodSync(file, FILE_MODES[audience]);
    writeFileSync(file, content);
    fsyncSync(file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  } finally {
    closeSync(file);
  }
  removeLeftovers(path, temporary);
  return temporary;
}

function removeLeftovers(path: string, newest: string): void {
  const name = basename(path);
  const writtenAt = (file: string): number => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? Number.NaN;
  const now = writtenAt(newest);
  for (const entry of readdirSync(dirname(path))) {
    if (!entry.startsWith(`${name}.`) || !/^[0-9a-f]{12}\.tmp$/.test(entry.slice(name.length + 1))) continue;
    const leftover = join(dirname(path), entry);
    // A younger one may be of a command that runs at the same time.
    if (now - writtenAt(leftover) > LEFTOVER_MILLISECONDS) rmSync(leftover, { force: true });
  }
}
