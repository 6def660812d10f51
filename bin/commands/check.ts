import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import type { DeclaredWill, RuleFinding } from '../../checks';
import { LastwillError } from '../../presence/errors';
import type { FilesReport } from '../check/check-files';
import { jsonLine } from '../json-line';
import { collect, keyValueOption, numberOption } from '../option-values';

interface CheckFlags {
  readonly willTopic?: string;
  readonly willPayload?: string;
  readonly willRetain?: boolean;
  readonly willDelay?: number;
  readonly sessionExpiry?: number;
  readonly keepAlive?: number;
  readonly parameter?: Readonly<Record<string, string>>;
  readonly acknowledge?: readonly string[];
  readonly strict?: boolean;
  readonly json?: boolean;
}

/** `lastwill check`: what can be proved wrong or risky about a template before it is deployed. */
export function addCheckCommand(program: Command): void {
  program
    .command('check')
    .description('prove templates before they are deployed; exit code 1 when a rule finds an error (docs/rules.md)')
    .argument(
      '<TEMPLATE...>',
      'CloudFormation templates, JSON or YAML, Terraform configurations or plans in JSON, cdk.out folders',
    )
    .option('--will-topic <TOPIC>', 'devices leave a will on this topic; {device} in it stands for the device')
    .option('--will-payload <FILE>', 'what the will says; {device} in it stands for the device; - reads standard input')
    .option('--will-retain', 'the will is retained')
    .option('--will-delay <SECONDS>', 'its delay', numberOption('--will-delay', { minimum: 0, maximum: 4_294_967_295 }))
    .option(
      '--session-expiry <SECONDS>',
      'of the devices',
      numberOption('--session-expiry', { minimum: 0, maximum: 4_294_967_295 }),
    )
    .option('--keep-alive <SECONDS>', 'of the devices', numberOption('--keep-alive', { minimum: 0, maximum: 65_535 }))
    .option('--parameter <KEY=VALUE>', 'template parameter; may be repeated', keyValueOption('--parameter'))
    .option('--acknowledge <RULE>', 'accept the findings of a rule, by its id; may be repeated', collect)
    .option('--strict', 'exit code 1 for warnings too')
    .option('--json', 'print one JSON line')
    .action(runCheck);
}

function runCheck(files: readonly string[], flags: CheckFlags): void {
  // The rules bring the resolvers and semantics of both clouds, which no other command should wait for.
  const check = require('../check/check-files') as typeof import('../check/check-files');
  const { parameter, acknowledge = [] } = flags;
  const report = check.checkFiles(files, {
    wills: willsOf(flags),
    acknowledged: acknowledge,
    ...(parameter === undefined ? {} : { parameters: parameter }),
  });
  process.stdout.write(flags.json === true ? jsonLine(report) : describe(report));
  const failing = report.findings.filter(({ severity }) => severity === 'error' || flags.strict === true);
  if (failing.length > 0) throw new LastwillError('CHECK_FAILED', `the check failed: ${summary(report)}`);
}

function willsOf(flags: CheckFlags): DeclaredWill[] {
  const { willTopic: topic, willPayload, willRetain: retain = false, willDelay, sessionExpiry, keepAlive } = flags;
  if (topic === undefined) {
    const without = ['willPayload', 'willRetain', 'willDelay', 'sessionExpiry', 'keepAlive'].filter(
      (name) => name in flags,
    );
    if (without.length === 0) return [];
    throw new LastwillError('OPTION_INVALID', '--will-topic must be given with the other flags about the will');
  }
  return [
    {
      topic,
      retain,
      ...(willPayload === undefined ? {} : { payload: readPayload(willPayload) }),
      ...(willDelay === undefined ? {} : { delaySeconds: willDelay }),
      ...(sessionExpiry === undefined ? {} : { sessionExpirySeconds: sessionExpiry }),
      ...(keepAlive === undefined ? {} : { keepAliveSeconds: keepAlive }),
    },
  ];
}

function readPayload(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8').trimEnd();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new LastwillError('FILE_UNREADABLE', `cannot read the payload ${file}: ${reason}`, { cause });
  }
}

function describe(report: FilesReport): string {
  return `${report.findings.map(line).join('')}${summary(report)}\n`;
}

function line({ severity, ruleId, template, logicalId, path, message }: RuleFinding): string {
  const place = [template, logicalId, path].filter((part) => part !== undefined).join(' ');
  return `${severity.padEnd(8)}${ruleId}\n        ${place}\n        ${message}\n\n`;
}

function summary({ findings, acknowledged, applied }: FilesReport): string {
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  const accepted = acknowledged.length === 0 ? '' : `, ${acknowledged.length} acknowledged`;
  return `${count(errors, 'error')}, ${count(findings.length - errors, 'warning')}${accepted} by ${count(applied.length, 'rule')}`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
