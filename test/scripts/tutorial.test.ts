import { readFileSync } from 'node:fs';
import { missingLine, tutorialBlocks } from '../../scripts/tutorial/blocks';
import { Terminal } from '../../scripts/tutorial/terminal';

const fenced = (info: string, ...lines: readonly string[]): string => [`\`\`\`${info}`, ...lines, '```', ''].join('\n');

describe('the blocks of a tutorial', () => {
  test('are its commands, each with what is then seen; everything else is left out', () => {
    const text = [
      fenced('bash tutorial=aws', 'keys pump7', '', 'synth'),
      'prose',
      fenced('bash', 'not this'),
      fenced('bash tutorial=azure', 'nor this'),
      fenced('text tutorial=aws', 'created', '  kept'),
      fenced('bash tutorial=aws', 'watch &'),
    ].join('\n');

    expect(tutorialBlocks(text, 'aws')).toEqual([
      { commands: ['keys pump7', 'synth'], expected: ['created', '  kept'] },
      { commands: ['watch &'], expected: [] },
    ]);
  });

  test('must be there', () => {
    expect(() => tutorialBlocks('# README', 'aws')).toThrow('there is no tutorial aws');
  });

  test.each([
    ['aws', ['init', 'keys', 'synth', 'local', 'endpoint', 'certificates', 'doctor', 'device', 'watch']],
    ['azure', ['init', 'keys', 'synth', 'local', 'endpoint', 'doctor', 'device', 'watch']],
  ])('of README.md lead from init to watch on %s', (name, steps) => {
    const commands = tutorialBlocks(readFileSync('README.md', 'utf8'), name).flatMap((block) => block.commands);
    const named = commands.flatMap((command) => /(?:npm run -s|lastwill) ([a-z]+)/.exec(command)?.[1] ?? []);

    expect(named).toEqual(steps);
  });
});

describe('an output', () => {
  const output = 'ready aws=mqtts://localhost:8883 control=http://127.0.0.1:1\r\n  created  a.pem\n';

  test('has the lines that are expected, in any order, where ... stands for anything', () => {
    expect(missingLine(['  created  a.pem', 'ready ... control=http://...'], output)).toBeUndefined();
  });

  test('lacks a line that is only a part of one of its own', () => {
    expect(missingLine(['created  a.pem'], output)).toBe('created  a.pem');
  });

  test('must have a line twice that is expected twice', () => {
    expect(missingLine(['  created  a.pem', '  created  a.pem'], output)).toBe('  created  a.pem');
  });
});

describe('a terminal', () => {
  let terminal: Terminal;
  beforeEach(() => {
    terminal = new Terminal('/', process.env, () => undefined);
  });
  afterEach(() => terminal.close());

  test('keeps folder and variables from command to command, and tells the exit code', async () => {
    await terminal.type('cd tmp && export GREETING=hello', 10);

    expect(await terminal.type('echo "$GREETING from $PWD"; false', 10)).toBe(1);
    expect(terminal.output).toContain('hello from /tmp\n');
  });

  test('numbers what runs in the background, so that it can be killed, and kills the rest in the end', async () => {
    await terminal.type('sleep 1000 & echo first=$!', 10);
    await terminal.type('sleep 1000 & echo second=$!', 10);
    const pid = (name: string): number => Number(new RegExp(`${name}=(\\d+)`).exec(terminal.output)?.[1]);

    await terminal.type('kill -9 %1; wait %1', 10);
    expect(() => process.kill(pid('first'), 0)).toThrow('ESRCH');
    await terminal.close();
    expect(() => process.kill(pid('second'), 0)).toThrow('ESRCH');
  });

  test('gives no command the channel on which the next ones come', async () => {
    expect(await terminal.type('cat <&3', 10)).toBe(1);
    expect(await terminal.type('cat', 10)).toBe(0);
  });

  test('says so when a command takes too long', async () => {
    await expect(terminal.type('sleep 0.3', 0.05)).rejects.toThrow('aborted');
  });
});
