import fs from 'node:fs';

/** What changes files, each of which a process may not live to see. */
const CHANGES = [
  'openSync',
  'writeFileSync',
  'fsyncSync',
  'fchmodSync',
  'chmodSync',
  'linkSync',
  'renameSync',
  'copyFileSync',
  'mkdirSync',
  'rmSync',
  'unlinkSync',
] as const;

/** How a run went that was to be killed. */
export interface KilledRun {
  /** Whether it ended before its time came. */
  readonly completed: boolean;
}

/**
 * Runs something as if the process were killed in front of its n-th change to a file below a folder: from then on no
 * change happens, not even to clean up, and a file that is being written then is written in half.
 * @param n counted from 1
 * @param changes those that are counted. @default all
 */
export async function killedAt(
  n: number,
  folder: string,
  work: () => Promise<unknown>,
  changes: readonly (typeof CHANGES)[number][] = CHANGES,
): Promise<KilledRun> {
  let left = n;
  const inFolder = new Set<unknown>();
  const concerns = (file: unknown): boolean => inFolder.has(file) || String(file).startsWith(folder);
  const spies = CHANGES.map((name) => {
    const real = fs[name] as (...values: readonly unknown[]) => unknown;
    return jest.spyOn(fs, name).mockImplementation(((...values: readonly unknown[]) => {
      const [file, second] = values;
      const isRead = name === 'openSync' && (second === undefined || second === 'r');
      if (!concerns(file) || isRead) return real(...values);
      if (left > 0 && changes.includes(name)) left -= 1;
      else if (left === 0) throw new Error('the process is gone');
      if (left === 0) {
        if (name === 'writeFileSync') real(file, String(second).slice(0, String(second).length / 2));
        throw new Error('the process is gone');
      }
      const result = real(...values);
      if (name === 'openSync') inFolder.add(result);
      return result;
    }) as never);
  });
  const { closeSync } = fs;
  const closing = jest.spyOn(fs, 'closeSync').mockImplementation((file) => {
    inFolder.delete(file);
    closeSync(file);
  });
  try {
    await work();
  } catch {
    // As good as gone.
  } finally {
    for (const spy of [...spies, closing]) spy.mockRestore();
  }
  return { completed: left > 0 };
}
