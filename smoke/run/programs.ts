import { spawn } from 'node:child_process';
import { LastwillError } from '../../presence/errors';
import { Interrupted } from '../interrupted';

/** A program to run. */
export interface Program {
  readonly command: string;
  readonly arguments: readonly string[];
  /** @default - that of this process */
  readonly directory?: string;
  /** In addition to those of this process. @default - none */
  readonly environment?: Readonly<Record<string, string>>;
}

/** How a program is run. */
export interface RunOptions {
  /** Ends the program as Ctrl-C does, and waits for its end. @default - it is run to its end */
  readonly signal?: AbortSignal;
}

/** Runs the tools that deploy and destroy. */
export class Programs {
  readonly #say: (text: string) => void;

  /** @param say hears what the programs print */
  constructor(say: (text: string) => void) {
    this.#say = say;
  }

  /**
   * Runs a program to its end. It is in a process group of its own, so that Ctrl-C at the terminal does not end it in
   * the middle of a change.
   * @throws LastwillError CLOUD_CALL_FAILED when it cannot be started or fails; Interrupted when a person asked to stop.
   */
  run({ command, arguments: words, directory, environment = {} }: Program, options: RunOptions = {}): Promise<void> {
    const { signal } = options;
    if (signal?.aborted === true) return Promise.reject(new Interrupted());
    return new Promise((resolve, reject) => {
      const child = spawn(command, [...words], {
        cwd: directory,
        env: { ...process.env, ...environment },
        stdio: ['ignore', 'pipe', 'pipe'],
        detached: true,
      });
      const interrupt = (): void => {
        if (child.pid !== undefined) interruptGroup(child.pid);
      };
      signal?.addEventListener('abort', interrupt, { once: true });
      for (const stream of [child.stdout, child.stderr])
        stream.setEncoding('utf8').on('data', (text: string) => this.#say(text));
      child.once('error', (cause) =>
        reject(failure(command, `cannot be started (${cause.message}): is it installed?`)),
      );
      child.once('close', (code, killedBy) => {
        signal?.removeEventListener('abort', interrupt);
        if (signal?.aborted === true) reject(new Interrupted());
        else if (code === 0) resolve();
        else reject(failure([command, ...words].join(' '), `ended with ${code ?? killedBy}; see above`));
      });
    });
  }
}

function interruptGroup(leader: number): void {
  try {
    process.kill(-leader, 'SIGINT');
  } catch {
    // It has ended a moment ago, which is told next; what is thrown here would end the run before it destroys.
  }
}

function failure(what: string, why: string): LastwillError {
  return new LastwillError('CLOUD_CALL_FAILED', `${what} ${why}`);
}
