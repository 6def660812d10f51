import { Command, CommanderError } from 'commander';
import { ERROR_CODES, LastwillError } from '../presence/errors';
import { addBrokerCommand } from './commands/broker';
import { addCertificatesCommand } from './commands/certificates';
import { addCheckCommand } from './commands/check';
import { addDemoCommand } from './commands/demo';
import { addDeviceCommand, expandShortClientId } from './commands/device';
import { addDoctorCommand } from './commands/doctor';
import { addEndpointCommand } from './commands/endpoint';
import { addExplainCommand } from './commands/explain';
import { addFleetCommand } from './commands/fleet';
import { addInitCommand } from './commands/init';
import { addKeysCommand } from './commands/keys';
import { addLocalCommand } from './commands/local';
import { addSqlCommand } from './commands/sql';
import { addWatchCommand } from './commands/watch';

/** What every command has in common: it is added to the program and says in its help what it does. */
export type AddCommand = (program: Command) => void;

/** Every command of `lastwill`, in the order in which `--help` lists them. */
const commands: readonly AddCommand[] = [
  addDemoCommand,
  addInitCommand,
  addLocalCommand,
  addDeviceCommand,
  addFleetCommand,
  addWatchCommand,
  addDoctorCommand,
  addKeysCommand,
  addEndpointCommand,
  addCertificatesCommand,
  addCheckCommand,
  addExplainCommand,
  addSqlCommand,
  addBrokerCommand,
];

/** Runs one command line and resolves to its exit code: 0 success, 1 failure, 2 bad usage. Never throws. */
export async function runCommandLine(arguments_: readonly string[]): Promise<number> {
  const program = createProgram();
  try {
    await program.parseAsync(expandShortClientId(arguments_), { from: 'user' });
    return 0;
  } catch (error) {
    return report(error);
  }
}

function createProgram(): Command {
  const program = new Command('lastwill')
    .description('Last-will presence for MQTT device fleets: declare it once, run it here, deploy it to AWS or Azure')
    .exitOverride()
    .showHelpAfterError('(lastwill --help or lastwill <command> --help shows the usage)');
  for (const add of commands) add(program);
  for (const command of program.commands) command.exitOverride().showHelpAfterError(false);
  return program;
}

function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof LastwillError) {
    process.stderr.write(`lastwill: ${error.message}\n`);
    return ERROR_CODES[error.code].exitCode;
  }
  process.stderr.write(
    `lastwill: unexpected: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  return 1;
}
