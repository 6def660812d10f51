import { relative } from 'node:path';
import { Argument, type Command } from 'commander';
import type { Cloud } from '../../presence/lwt-options';
import { jsonLine } from '../json-line';

interface InitFlags {
  readonly name?: string;
  readonly device: string;
  readonly package?: string;
  readonly json?: boolean;
}

/** `lastwill init`: a new project with a stack, a device and tests that pass without an account. */
export function addInitCommand(program: Command): void {
  program
    .command('init')
    .description('write a new project: stack, device, behaviour tests that pass without an account, CI file')
    .addArgument(new Argument('<cloud>', 'where devices connect').choices(['aws', 'azure']))
    .argument('<dir>', 'a folder that is empty or does not exist')
    .option('--name <NAME>', "name of package and stack (default: the folder's name)")
    .option('--device <NAME>', 'name of the first device', 'device1')
    .option('--package <SPEC>', 'what to install Lastwill from, e.g. file:lastwill.tgz (default: this version)')
    .option('--json', 'print one JSON line')
    .action(runInit);
}

function runInit(cloud: Cloud, directory: string, flags: InitFlags): void {
  const { createProject } = require('../init/new-project') as typeof import('../init/new-project');
  const { name, device, package: lastwill } = flags;
  const files = createProject({ cloud, directory, name, device, lastwill });
  if (flags.json === true) {
    process.stdout.write(jsonLine({ directory, files }));
    return;
  }
  const list = files.map((file) => `  ${file}\n`).join('');
  const step = relative('', directory) === '' ? '' : `cd ${directory} && `;
  process.stdout.write(`${directory}:\n${list}next: ${step}npm install && npm test; README.md says how to go on\n`);
}
