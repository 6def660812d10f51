import { Command, CommanderError } from 'commander';
import { DEFAULT_STATE } from '../../bin/device/local-cloud';
import { jsonLine } from '../../bin/json-line';
import { numberOption } from '../../bin/option-values';
import type { Clock } from '../../presence/clock';
import { ERROR_CODES, LastwillError } from '../../presence/errors';
import type { Programs } from './programs';
import { renderReport } from './report';
import type { SmokeCloud } from './smoke-cloud';
import { isAllRight, runSmoke, type SmokeReport } from './smoke-run';

/** Flags that both clouds have. */
export interface SmokeFlags {
  readonly yes?: boolean;
  readonly plan?: boolean;
  readonly skipDeploy?: boolean;
  readonly prefix?: string;
  readonly keepKeys?: boolean;
  /** Only with `skipDeploy`. */
  readonly store: string;
  readonly state: string;
  /** Seconds. */
  readonly patience: number;
  /** Only probes whose names contain it. */
  readonly probes?: string;
  readonly json?: boolean;
}

/** What a smoke test is started with. */
export interface SmokeParts {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly programs: Programs;
  /** To the person who waits. */
  readonly say: (line: string) => void;
  /** The report, on standard output. */
  readonly print: (text: string) => void;
  /** Runs a command of `lastwill`. @throws LastwillError when it fails */
  readonly lastwill: (words: readonly string[]) => Promise<void>;
  /** Told as soon as something may be left behind: hears how it would be destroyed. */
  readonly watch: (cloud: SmokeCloud) => void;
}

/** A smoke test as a command. */
export interface SmokeCommand<Flags extends SmokeFlags> {
  /** E.g. `smoke:aws`. */
  readonly name: string;
  readonly description: string;
  readonly addOptions: (command: Command) => Command;
  /** @throws LastwillError for flags that cannot be, and when the cloud cannot be asked */
  readonly open: (flags: Flags, parts: SmokeParts) => Promise<SmokeCloud>;
}

/** Exit code of a program that a person interrupted. */
const INTERRUPTED = 130;

/**
 * Runs a smoke test, should it be confirmed.
 * @returns the exit code: 0 all right and both clouds the same, 1 not, 2 bad usage or not confirmed, 130 interrupted
 */
export async function runSmokeCommand<Flags extends SmokeFlags>(
  command: SmokeCommand<Flags>,
  words: readonly string[],
  parts: SmokeParts,
): Promise<number> {
  try {
    const program = programOf(command);
    program.parse(words, { from: 'user' });
    return await confirmedRun(command, program.opts<Flags>(), parts);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (!(error instanceof LastwillError)) throw error;
    parts.say(`${command.name}: ${error.message}`);
    return ERROR_CODES[error.code].exitCode;
  }
}

async function confirmedRun<Flags extends SmokeFlags>(
  command: SmokeCommand<Flags>,
  flags: Flags,
  parts: SmokeParts,
): Promise<number> {
  const { say, print } = parts;
  if (flags.yes !== true && flags.plan !== true) {
    say(`${command.name}: nothing was done: --plan shows what would be created, where and for how much; --yes does it`);
    return 2;
  }
  const cloud = await command.open(flags, parts);
  try {
    for (const line of await cloud.plan()) say(line);
  } catch (error) {
    await cloud.close();
    throw error;
  }
  if (flags.yes !== true) {
    await cloud.close();
    return 0;
  }
  parts.watch(cloud);
  const report = await runSmoke(cloud, parts);
  print(flags.json === true ? jsonLine({ ok: isAllRight(report), ...report }) : renderReport(report));
  return exitCodeOf(report);
}

function exitCodeOf(report: SmokeReport): number {
  if (report.interrupted) return INTERRUPTED;
  return isAllRight(report) ? 0 : 1;
}

function programOf<Flags extends SmokeFlags>({ name, description, addOptions }: SmokeCommand<Flags>): Command {
  const program = new Command(`npm run ${name} --`)
    .description(description)
    .option('--yes', 'do it: create, examine, destroy')
    .option('--plan', 'only show account, what would be created, its cost, and who would be told')
    .option('--skip-deploy', 'examine a stack that is deployed already; it stays')
    .option('--prefix <PREFIX>', 'in front of every name, smoke-...- (default: one that no other run has)')
    .option('--keep-keys', 'keep the keys that were made, and say where')
    .option('--store <DIR>', 'with --skip-deploy: where keys are kept', 'certificates')
    .option('--state <DIR>', 'state folder of the embedded cloud, when an endpoint URL names that', DEFAULT_STATE)
    .option('--patience <SECONDS>', 'after which what has not come counts as not coming', patience, 5)
    .option('--probes <TEXT>', 'only the probes whose names contain it')
    .option('--json', 'print one JSON line')
    .exitOverride()
    .showHelpAfterError(false);
  return addOptions(program);
}

const patience = numberOption('--patience', { minimum: 0.1, maximum: 60, integer: false });
