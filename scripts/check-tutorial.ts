import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { missingLine, type TutorialBlock, tutorialBlocks } from './tutorial/blocks';
import { Terminal } from './tutorial/terminal';

// Walks a tutorial of README.md: types its commands in an empty folder, one after the other, and looks for what the text
// says that one sees. Usage: LASTWILL=TARBALL check-tutorial.ts NAME EMPTY_FOLDER

/** The tutorial's ports may be in use where this runs. All else is typed as it is printed. */
const COMMANDS: readonly (readonly [RegExp, string])[] = [
  [/^npm run -s local &$/, 'npm run -s local -- --aws-port 0 --aws-ws-port 0 --azure-port 0 --azure-ws-port 0 &'],
];
const OUTPUT: readonly (readonly [RegExp, string])[] = [[/\blocalhost(:888\d)?/g, 'localhost:...']];

/** npm install of an empty cache takes the longest. */
const COMMAND_SECONDS = 600;
/** What runs in the background needs a moment to say so. */
const BACKGROUND_SECONDS = 60;

async function main(): Promise<void> {
  const [name = '', directory = ''] = process.argv.slice(2);
  const blocks = tutorialBlocks(readFileSync(join(__dirname, '../README.md'), 'utf8'), name);
  const terminal = new Terminal(directory, environment(), (text) => process.stdout.write(text));
  try {
    for (const block of blocks) await walk(block, terminal);
    const count = blocks.reduce((sum, { commands }) => sum + commands.length, 0);
    process.stdout.write(`\nthe tutorial ${name} works: ${count} commands\n`);
  } finally {
    await terminal.close();
  }
}

async function walk({ commands, expected }: TutorialBlock, terminal: Terminal): Promise<void> {
  const from = terminal.output.length;
  for (const command of commands.map((line) => replace(line, COMMANDS))) {
    process.stdout.write(`\n$ ${command}\n`);
    const exitCode = await terminal.type(command, COMMAND_SECONDS);
    if (exitCode !== 0) throw new Error(`exit code ${exitCode}: ${command}`);
  }
  const lines = expected.map((line) => replace(line, OUTPUT));
  const missing = (): string | undefined => missingLine(lines, terminal.output.slice(from));
  await terminal
    .until(() => missing() === undefined, BACKGROUND_SECONDS)
    .catch(() => {
      throw new Error(`this line is missing: ${missing()}`);
    });
}

function replace(line: string, replacements: readonly (readonly [RegExp, string])[]): string {
  return replacements.reduce((text, [pattern, replacement]) => text.replace(pattern, replacement), line);
}

/** Without what names this machine's accounts: the tutorial needs none. */
function environment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(AWS|AZURE|ARM)_/.test(name));
  const npm = { npm_config_fund: 'false', npm_config_audit: 'false', npm_config_prefer_offline: 'true' };
  return { ...Object.fromEntries(kept), ...npm, NO_COLOR: '1', AWS_EC2_METADATA_DISABLED: 'true' };
}

main().catch((error: Error) => {
  process.stderr.write(`\nthe tutorial does not work: ${error.message}\n`);
  process.exitCode = 1;
});
