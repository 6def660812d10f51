import type { Command } from 'commander';
import { jsonLine } from '../json-line';
import type { KeysResult } from '../store/keys';
import { DEFAULT_STORE } from '../store/store';

interface KeysFlags {
  readonly azure?: boolean;
  readonly store: string;
  readonly json?: boolean;
}

/** `lastwill keys`: makes what a device needs to prove who it is. */
export function addKeysCommand(program: Command): void {
  program
    .command('keys')
    .description(
      'make keys: for AWS a private key and a signing request, for Azure also a certificate; keeps what exists',
    )
    .argument('<NAME...>', 'thing names, or client names with --azure')
    .option('--azure', 'certificates from a CA of our own, and their thumbprints, for Azure Event Grid')
    .option('--store <DIR>', 'where keys are kept', DEFAULT_STORE)
    .option('--json', 'print one JSON line')
    .action(runKeys);
}

async function runKeys(names: readonly string[], flags: KeysFlags): Promise<void> {
  // Making certificates takes a library that no other command should wait for.
  const { ensureAwsKeys, ensureAzureKeys } = require('../store/keys') as typeof import('../store/keys');
  const ensure = flags.azure === true ? ensureAzureKeys : ensureAwsKeys;
  const keys = await ensure(flags.store, names);
  process.stdout.write(flags.json === true ? jsonLine({ store: flags.store, keys }) : keys.map(describe).join(''));
}

function describe(result: KeysResult): string {
  const files = [
    ...result.created.map((file) => `  created  ${file}\n`),
    ...result.kept.map((file) => `  kept     ${file}\n`),
  ];
  const until = result.validUntil === undefined ? '' : `  valid    until ${result.validUntil}\n`;
  return `${result.name}: ${result.directory}\n${files.join('')}${until}`;
}
