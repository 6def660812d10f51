import type { Command } from 'commander';
import { SystemClock } from '../../presence/clock';
import type { RotationStep } from '../certificates/change-over';
import type { DeviceCertificates } from '../certificates/device-certificates';
import type { PulledCertificate } from '../certificates/pull';
import type { CertificateStatus } from '../certificates/status';
import { type AwsFlags, type AzureFlags, addAwsFlags, addAzureFlags } from '../cloud/cloud-flags';
import { DEFAULT_STATE } from '../device/local-cloud';
import { jsonLine } from '../json-line';
import { ownCommand, shellWord } from '../own-command';
import { DEFAULT_STORE } from '../store/store';

interface CertificatesFlags extends AwsFlags {
  readonly stack: string;
  readonly store: string;
  readonly state: string;
  readonly json?: boolean;
}

interface RotateFlags extends CertificatesFlags, AzureFlags {
  readonly finish?: boolean;
  readonly azure?: boolean;
}

/** What the subcommands work with. */
interface Opened {
  readonly certificates: DeviceCertificates;
  readonly rootCa: string;
  /** Port of the embedded broker. @default - AWS's own */
  readonly port?: number;
}

const DEFAULT_STACK = 'LwtStack';

/** `lastwill certificates`: the certificates of a deployed stack's devices. */
export function addCertificatesCommand(program: Command): void {
  const certificates = program
    .command('certificates')
    .description('get, look at and change over the certificates of a deployed stack’s devices');
  shared(certificates.command('pull'))
    .description('write each device’s certificate from AWS, and the endpoint’s root, beside its key; can be run again')
    .argument('<NAME...>', 'devices')
    .action(runPull);
  shared(certificates.command('status'))
    .description('say of each certificate on AWS whether it is active, when it expires and what is attached to it')
    .argument('[NAME...]', 'devices (default: all of the stack)')
    .action(runStatus);
  addAzureFlags(shared(certificates.command('rotate')))
    .description('take the next step of changing a device over to a new certificate, and say what comes then')
    .argument('<NAME>', 'device')
    .option('--finish', 'the next certificate was tried: it takes the first one’s place in the store')
    .option('--azure', 'a client of Azure Event Grid, which is known by its thumbprint')
    .action(runRotate);
  for (const command of certificates.commands) command.exitOverride().showHelpAfterError(false);
}

function shared(command: Command): Command {
  return addAwsFlags(command)
    .option('--stack <NAME>', 'the stack that was deployed', DEFAULT_STACK)
    .option('--store <DIR>', 'where keys are kept', DEFAULT_STORE)
    .option('--state <DIR>', 'state folder of the embedded cloud, when AWS_ENDPOINT_URL names that', DEFAULT_STATE)
    .option('--json', 'print one JSON line');
}

async function runPull(names: readonly string[], flags: CertificatesFlags): Promise<void> {
  const { pullCertificate } = require('../certificates/pull') as typeof import('../certificates/pull');
  const pulled = await withCertificates(flags, async (opened) => {
    const results: PulledCertificate[] = [];
    for (const name of new Set(names)) results.push(await pullCertificate(name, { store: flags.store, ...opened }));
    return results;
  });
  print(flags, { stack: flags.stack, certificates: pulled }, pulled.map(describePulled).join(''));
}

async function runStatus(names: readonly string[], flags: CertificatesFlags): Promise<void> {
  const { certificateStatus } = require('../certificates/status') as typeof import('../certificates/status');
  const rows = await withCertificates(flags, async ({ certificates }) => {
    const wanted = names.length > 0 ? names : await certificates.deviceNames();
    const found: CertificateStatus[] = [];
    for (const name of new Set(wanted)) {
      found.push(...(await certificateStatus(name, { store: flags.store, certificates, clock: new SystemClock() })));
    }
    return found;
  });
  print(flags, { stack: flags.stack, certificates: rows }, statusTable(rows));
}

async function runRotate(name: string, flags: RotateFlags): Promise<void> {
  const step = await (flags.azure === true ? rotateOnAzure(name, flags) : rotateOnAws(name, flags));
  const files = step.files.length === 0 ? '' : `  written  ${step.files.join(', ')}\n`;
  print(flags, step, `${name}: ${step.step}\n${files}  next     ${step.todo}\n`);
}

function rotateOnAws(name: string, flags: RotateFlags): Promise<RotationStep> {
  const { rotateCertificate } = require('../certificates/rotate') as typeof import('../certificates/rotate');
  const { store, finish = false } = flags;
  const again = rotateCommand(name, flags);
  return withCertificates(flags, (opened) => rotateCertificate(name, { store, finish, again, ...opened }));
}

function rotateOnAzure(name: string, flags: RotateFlags): Promise<RotationStep> {
  const { rotateAzureCertificate } =
    require('../certificates/rotate-azure') as typeof import('../certificates/rotate-azure');
  const { findClient } = require('../certificates/azure-client') as typeof import('../certificates/azure-client');
  const { store, finish = false } = flags;
  const again = rotateCommand(name, flags);
  const client = (wanted: string) => findClient(wanted, flags);
  return rotateAzureCertificate(name, { store, clock: new SystemClock(), client, finish, again });
}

/** What takes the next step of a rotation, for who copies it. */
function rotateCommand(name: string, flags: RotateFlags): string {
  const words = [
    ['--store', flags.store, DEFAULT_STORE],
    ['--stack', flags.stack, DEFAULT_STACK],
    ['--region', flags.region, undefined],
    ['--subscription', flags.subscription, undefined],
    ['--resource-group', flags.resourceGroup, undefined],
    ['--namespace', flags.namespace, undefined],
    ['--state', flags.state, DEFAULT_STATE],
  ].flatMap(([flag, value, byDefault]) => (value === byDefault ? [] : [String(flag), shellWord(String(value))]));
  const cloud = flags.azure === true ? ['--azure'] : [];
  return [ownCommand(), 'certificates', 'rotate', ...cloud, name, ...words].join(' ');
}

async function withCertificates<T>(flags: CertificatesFlags, use: (opened: Opened) => Promise<T>): Promise<T> {
  // The SDKs take longer to load than most commands need to run.
  const { openAws } = require('../cloud/open-aws') as typeof import('../cloud/open-aws');
  const { DeviceCertificates: Certificates } =
    require('../certificates/device-certificates') as typeof import('../certificates/device-certificates');
  const { amazonRootCa } =
    require('../../cloud-clients/aws/amazon-root') as typeof import('../../cloud-clients/aws/amazon-root');
  const { region, state, stack } = flags;
  const { session, embedded } = openAws({ state, ...(region === undefined ? {} : { region }) });
  const certificates = new Certificates(session, stack);
  try {
    const result = await use({
      certificates,
      rootCa: embedded?.rootCa ?? amazonRootCa(),
      ...(embedded === undefined ? {} : { port: embedded.port }),
    });
    const warning = certificates.knownWarning;
    if (warning !== undefined) process.stderr.write(`lastwill: warning: ${warning}\n`);
    return result;
  } finally {
    session.close();
  }
}

function describePulled({ name, directory, certificateId, status, files }: PulledCertificate): string {
  const changes = Object.entries(files).map(([file, change]) => `  ${change.padEnd(9)}${file}\n`);
  const inactive = status === 'ACTIVE' ? '' : `  warning  the certificate is ${status}: nobody can connect with it\n`;
  return `${name}: ${directory}\n  id       ${certificateId}\n${changes.join('')}${inactive}`;
}

function statusTable(certificates: readonly CertificateStatus[]): string {
  const head = ['DEVICE', 'CERTIFICATE', 'STATUS', 'EXPIRES', 'KEY', 'THINGS', 'POLICIES'];
  const rows = certificates.map(({ name, certificateId, status, expires, daysLeft, key, things, policies }) => [
    name,
    certificateId.slice(0, 12),
    status,
    daysLeft < 0 ? `${expires.slice(0, 10)} (expired)` : `${expires.slice(0, 10)} (${daysLeft} days)`,
    key,
    things.join(',') || 'none',
    policies.join(',') || 'none',
  ]);
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return `${[head, ...rows].map(line).join('\n')}\n`;
}

function print({ json }: CertificatesFlags, value: object, text: string): void {
  process.stdout.write(json === true ? jsonLine(value) : text);
}
