import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { copyFile, moveFile } from '../store/replace-file';
import { PREVIOUS } from '../store/store';
import type { Audience } from '../store/temporary-file';

/** Where a device stands in changing over to a new certificate, and what comes next. */
export interface RotationStep {
  readonly name: string;
  readonly step: 'deploy-both' | 'test-next' | 'deploy-without-first';
  readonly todo: string;
  /** Files that were made or moved now. */
  readonly files: readonly string[];
}

/** A file that takes another's place. */
export type Move = readonly [from: string, to: string, audience: Audience];

/**
 * Lets the next files of a device take the first ones' place, each whole or not at all; the first stay beside them, until
 * the device is known to run without them. What is moved already is passed over.
 * @returns the names of what was replaced
 * @throws LastwillError FILE_UNREADABLE
 */
export function changeOver(directory: string, moves: readonly Move[]): readonly string[] {
  const due = moves.filter(([from]) => existsSync(join(directory, from)));
  for (const [from, to, audience] of due) {
    const path = join(directory, to);
    if (existsSync(path)) copyFile(path, `${path}${PREVIOUS}`, audience);
    moveFile(join(directory, from), path);
  }
  return due.map(([, to]) => to);
}
