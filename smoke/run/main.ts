import { SystemClock } from '../../presence/clock';
import { runSmokeCommand, type SmokeCommand, type SmokeFlags } from './command';
import { Interruption } from './interruption';
import { Programs } from './programs';
import { ROOT } from './root';

/** Runs a smoke test as a process: its standard output is the report, its standard error what happens. */
export async function main<Flags extends SmokeFlags>(command: SmokeCommand<Flags>): Promise<void> {
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  const programs = new Programs((text) => void process.stderr.write(text));
  const clock = new SystemClock();
  const interruption = new Interruption({ clock, say, exit: (code) => process.exit(code) });
  const ask = (): void => interruption.ask();
  process.on('SIGINT', ask).on('SIGTERM', ask);
  const { signal } = interruption;
  process.exitCode = await runSmokeCommand(command, process.argv.slice(2), {
    clock,
    signal,
    programs,
    say,
    print: (text) => void process.stdout.write(text),
    lastwill: (words) => {
      const arguments_ = ['--import', 'tsx', 'bin/lastwill.ts', ...words];
      return programs.run({ command: process.execPath, arguments: arguments_, directory: ROOT }, { signal });
    },
    watch: (cloud) => interruption.watch(cloud),
  });
  process.removeListener('SIGINT', ask).removeListener('SIGTERM', ask);
}
