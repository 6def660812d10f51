import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { SystemClock } from '../../presence/clock';
import { LastwillError, throwIfAny } from '../../presence/errors';
import { contradictions } from '../device/flags';
import type { FleetFlags } from '../device/open-fleet';
import { Signals } from '../device/signals';
import { jsonLine } from '../json-line';
import { numberOption } from '../option-values';

/** `lastwill fleet`: many devices that live, vanish and come back, and an account of every will. */
export function addFleetCommand(program: Command): void {
  program
    .command('fleet')
    .description('let many devices live, vanish and come back, and account for every will: missing, duplicated, late')
    .option('--count <N>', 'number of devices', numberOption('--count', { minimum: 1, maximum: 100_000 }), 100)
    .option('--profile <FILE>', 'how the fleet lives, in JSON (default: some churn and an outage of all devices)')
    .option('--seed <N>', 'repeat a run', numberOption('--seed', { minimum: 0, maximum: 4_294_967_295 }))
    .option(
      '--will-topic <TOPIC>',
      'topic of the wills; {device} stands for the device',
      'lastwill/fleet/{device}/will',
    )
    .option('-e, --endpoint <HOST>', 'broker: host name, host:port or an mqtt, mqtts, ws or wss URL')
    .option('-p, --port <PORT>', 'port (default: 8883)')
    .option('-r, --rootCA <FILE>', 'root certificates to trust (default: those that Node.js trusts)')
    .option('-c, --cert <FILE>', 'client certificate of all devices; needs --key')
    .option('-k, --key <FILE>', 'private key of the certificate')
    .option('--certificates-path <DIR>', 'folder with certificates, or with one such folder for each device')
    .option(
      '--local [DIR]',
      'the embedded cloud that runs with this state folder (.lastwill), else one of its own (default without --endpoint)',
    )
    .option('--json', 'print one JSON line at the end; everything else goes to stderr')
    .action(runFleet);
}

async function runFleet(typed: FleetFlags): Promise<void> {
  const flags: FleetFlags = typed.endpoint === undefined ? { local: true, ...typed } : typed;
  throwIfAny('OPTION_INVALID', contradictions(flags));
  // The agent takes libraries that no other command should wait for.
  const { openFleet } = require('../device/open-fleet') as typeof import('../device/open-fleet');
  const { parseFleetProfile } = require('../../device') as typeof import('../../device');
  const given = flags.profile === undefined ? {} : readProfile(flags.profile);
  const profile = parseFleetProfile(flags.seed === undefined ? given : { ...given, seed: flags.seed });
  const signals = new Signals();
  const log = (line: string): void => void process.stderr.write(`${line}\n`);
  try {
    const report = await openFleet(flags, profile, { clock: new SystemClock(), log, interrupted: signals.interrupted });
    const { wills } = report;
    process.stdout.write(flags.json === true ? jsonLine(report) : describe(report));
    const wrong = wills.missing + wills.duplicated + wills.unexpected;
    if (wrong > 0 && !report.interrupted) {
      const { missing, duplicated, unexpected } = wills;
      const found = `${missing} missing, ${duplicated} duplicated, ${unexpected} unexpected`;
      throw new LastwillError('SCENARIO_FAILED', `the wills of the fleet do not add up: ${found}`);
    }
  } finally {
    signals.release();
  }
}

function readProfile(path: string): object {
  try {
    const profile: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return typeof profile === 'object' && profile !== null ? profile : [];
  } catch (error) {
    throw new LastwillError('FILE_UNREADABLE', `${path} is not a profile in JSON (${(error as Error).message})`, {
      cause: error,
    });
  }
}

function describe(report: Awaited<ReturnType<typeof import('../device/open-fleet').openFleet>>): string {
  const { wills, ends, cutLatencyMilliseconds: cut, silenceLatencyMilliseconds: silence } = report;
  const latency = (name: string, of: typeof cut): string =>
    of === undefined
      ? ''
      : `${name.padEnd(22)}p50 ${of.p50} ms, p90 ${of.p90} ms, p99 ${of.p99} ms, maximum ${of.maximum} ms\n`;
  return [
    `devices               ${report.devices}, seed ${report.seed}\n`,
    `connects              ${report.connects}, the first of every device within ${report.connectMilliseconds} ms\n`,
    `ends                  ${Object.entries(ends)
      .map(([end, count]) => `${end} ${count}`)
      .join(', ')}\n`,
    `wills                 expected ${wills.expected}, seen ${wills.seen}, missing ${wills.missing}, `,
    `duplicated ${wills.duplicated}, late ${wills.late}, unexpected ${wills.unexpected}\n`,
    latency('cut to will', cut),
    latency('silence to will', silence),
  ].join('');
}
