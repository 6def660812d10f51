import { type ChildProcess, spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import type { Writable } from 'node:stream';

/** Ends what a command prints, before its exit code. */
const MARK = '--- command ended with';
const ENDED = new RegExp(`^${MARK} (\\d+)$`, 'gm');

/**
 * Reads commands from a channel of its own, as what it starts must not read them; ends what runs in the background when
 * the channel is closed, each job by its process group.
 */
const SHELL = `set -m
exec 2>&1
trap 'for job in $(jobs -p); do kill -9 -- "-$job"; done; wait' EXIT
while IFS= read -r line <&3; do
  eval "$line" 3<&-
  printf '\\n%s %s\\n' "$0" "$?"
done`;

/** A shell with job control, as a person has it in a terminal. */
export class Terminal {
  /** All that was printed, by commands in the background too. */
  output = '';
  readonly #shell: ChildProcess;
  readonly #printed = new EventEmitter();
  #count = 0;

  /** @param onOutput is given what is printed as it comes */
  constructor(directory: string, environment: NodeJS.ProcessEnv, onOutput: (text: string) => void) {
    this.#shell = spawn('bash', ['--noprofile', '--norc', '-c', SHELL, MARK], {
      cwd: directory,
      env: environment,
      stdio: ['ignore', 'pipe', 'inherit', 'pipe'],
      // Without a terminal of its own it would take that of whoever runs the check.
      detached: true,
    });
    this.#shell.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.output += text;
      onOutput(text);
      this.#printed.emit('more');
    });
  }

  /**
   * Types a command and waits until the shell takes the next one.
   * @returns its exit code; of a command in the background, 0
   * @throws Error when that takes too long
   */
  async type(command: string, patienceSeconds: number): Promise<number> {
    this.#count += 1;
    (this.#shell.stdio[3] as Writable).write(`${command}\n`);
    const ended = (): string | undefined => [...this.output.matchAll(ENDED)][this.#count - 1]?.[1];
    await this.until(() => ended() !== undefined, patienceSeconds);
    return Number(ended());
  }

  /** Waits until a condition on the output holds. @throws Error when that takes too long */
  async until(holds: () => boolean, patienceSeconds: number): Promise<void> {
    const signal = AbortSignal.timeout(patienceSeconds * 1000);
    while (!holds()) await once(this.#printed, 'more', { signal });
  }

  /** Ends the shell and what it started. */
  async close(): Promise<void> {
    if (this.#shell.exitCode !== null) return;
    const closed = once(this.#shell, 'close');
    (this.#shell.stdio[3] as Writable).end();
    await closed;
  }
}
