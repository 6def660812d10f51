import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A command of the project that runs in a process of its own. */
export interface RunningCommand {
  /** The `name=url` pairs of its ready line. */
  readonly urls: Readonly<Record<string, string>>;
  /** Sends SIGINT and resolves with the exit code. */
  stop(): Promise<number | null>;
}

/** Starts `lastwill` with arguments and waits for its ready line. */
export async function startCommand(arguments_: readonly string[], workingDirectory: string): Promise<RunningCommand> {
  const root = join(__dirname, '..', '..');
  const loader = join(root, 'node_modules', 'tsx', 'dist', 'loader.mjs');
  const child = spawn(process.execPath, ['--import', loader, join(root, 'bin', 'lastwill.ts'), ...arguments_], {
    cwd: workingDirectory,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ready = await firstLine(child, 'ready');
  const pairs = ready.split(' ').slice(1);
  return {
    urls: Object.fromEntries(
      pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
    ),
    stop: async () => {
      child.kill('SIGINT');
      if (child.exitCode === null) await once(child, 'exit');
      return child.exitCode;
    },
  };
}

/** Resolves with the first line of a program's output that starts with `start`; rejects when the program ends before. */
export function firstLine(child: ChildProcess, start: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = '';
    const collect = (chunk: Buffer): void => {
      output += chunk.toString();
      const complete = output.slice(0, output.lastIndexOf('\n') + 1).split('\n');
      const line = complete.find((text) => text.startsWith(start));
      if (line !== undefined) resolve(line);
    };
    child.stdout?.on('data', collect);
    child.stderr?.on('data', collect);
    child.once('exit', (code) => reject(new Error(`ended with exit code ${code} before '${start}':\n${output}`)));
  });
}

/** The events that a running cloud has logged so far. */
export function loggedEvents(stateDirectory: string): Record<string, unknown>[] {
  const path = join(stateDirectory, 'events.ndjson');
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

/** The e-mails that a running cloud has caught so far, in order. */
export function caughtEmails(stateDirectory: string): string[] {
  const directory = join(stateDirectory, 'outbox');
  const names = readdirSync(directory).filter((name) => name.endsWith('.eml'));
  return names.sort().map((name) => readFileSync(join(directory, name), 'utf8'));
}

/** Looks again and again until something is found; fails after ten seconds. */
export async function eventually<T>(look: () => T | undefined): Promise<T> {
  for (let attempt = 0; attempt < 500; attempt++) {
    const found = look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('it did not happen within ten seconds');
}
