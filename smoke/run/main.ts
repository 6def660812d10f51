import { SystemClock } from '../../presence/clock';
import { runSmokeCommand, type SmokeCommand, type SmokeFlags } from './command';
import { Programs } from './programs';
import { ROOT } from './root';
import type { SmokeCloud } from './smoke-cloud';

/** Runs a smoke test as a process: its standard output is the report, its standard error what happens. */
export async function main<Flags extends SmokeFlags>(command: SmokeCommand<Flags>): Promise<void> {
  const interruption = new AbortController();
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  const programs = new Programs((text) => void process.stderr.write(text));
  let cloud: SmokeCloud | undefined;
  const stop = (): void => {
    if (!interruption.signal.aborted) {
      say('interrupted: what was created is being destroyed; a second time ends at once and leaves it');
      interruption.abort();
      return;
    }
    const remains = cloud?.deployment?.remains;
    if (remains !== undefined) say(`left: ${remains.what}; destroy it with: ${remains.command}`);
    process.exit(130);
  };
  process.on('SIGINT', stop).on('SIGTERM', stop);
  process.exitCode = await runSmokeCommand(command, process.argv.slice(2), {
    clock: new SystemClock(),
    signal: interruption.signal,
    programs,
    say,
    print: (text) => void process.stdout.write(text),
    lastwill: (words) =>
      programs.run(
        { command: process.execPath, arguments: ['--import', 'tsx', 'bin/lastwill.ts', ...words], directory: ROOT },
        { signal: interruption.signal },
      ),
    watch: (watched) => {
      cloud = watched;
    },
  });
  process.removeListener('SIGINT', stop).removeListener('SIGTERM', stop);
}
