import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createProject, type NewProject } from '../../../bin/init/new-project';
import { tutorialBlocks } from '../../../scripts/tutorial/blocks';
import { run } from '../capture';
import { temporaryDirectory } from '../temporary-directory';

const directory = temporaryDirectory();
const project = (more: Partial<NewProject> = {}): NewProject => ({
  cloud: 'aws',
  directory: join(directory.path, 'greenhouse'),
  device: 'pump7',
  ...more,
});
const read = (file: string): string => readFileSync(join(directory.path, 'greenhouse', file), 'utf8');
const ours = JSON.parse(readFileSync('package.json', 'utf8'));

test.each(['aws', 'azure'] as const)('a project on %s has a stack, a device, tests and a CI file', (cloud) => {
  const files = createProject(project({ cloud }));

  expect(files).toEqual(
    expect.arrayContaining([
      '.github/workflows/test.yml',
      '.gitignore',
      'README.md',
      'bin/app.ts',
      'device/start.ts',
      'lib/presence-stack.ts',
      'lib/presence.ts',
      'package.json',
      'test/presence.test.ts',
      'tsconfig.json',
    ]),
  );
  expect(files.map(read).join('\n')).not.toMatch(/__[A-Z]+__/);
  expect(read('lib/presence.ts')).toContain("DEVICES: readonly string[] = ['pump7']");
  expect(read('.gitignore')).toMatch(/^\/certificates\/\n\/\.lastwill\/$/m);
});

test.each(['aws', 'azure'] as const)('a project on %s pins the versions that this package is tested with', (cloud) => {
  createProject(project({ cloud }));

  const { name, dependencies, devDependencies } = JSON.parse(read('package.json'));
  const { lastwill, ...others } = { ...dependencies, ...devDependencies };
  const expected = Object.fromEntries(Object.keys(others).map((each) => [each, ours.devDependencies[each]]));
  expect(name).toBe('greenhouse');
  expect(lastwill).toBe(ours.version);
  expect(others).toEqual(expected);
});

test.each([
  ['aws', ['certificates', 'doctor', 'watch']],
  ['azure', ['doctor', 'watch']],
] as const)('the scripts of a project on %s do what the tutorial shows', (cloud, names) => {
  createProject(project({ cloud, name: cloud === 'aws' ? 'greenhouse' : 'hothouse' }));
  const { scripts } = JSON.parse(read('package.json'));
  const shown = tutorialBlocks(readFileSync('README.md', 'utf8'), cloud).flatMap(({ commands }) => commands);

  const plain = shown.map((command) => command.replaceAll("'", '').replace(/ \| cat &$/, ''));

  expect(plain).toEqual(expect.arrayContaining(names.map((name) => `npx ${scripts[name]}`)));
});

test('the namespace on Azure has a name that nobody else is likely to have', () => {
  createProject(project({ cloud: 'azure' }));

  expect(read('lib/presence.ts')).toMatch(/NAMESPACE = 'greenhouse-[0-9a-f]{6}';/);
});

test('a folder that exists and is empty is taken', () => {
  mkdirSync(join(directory.path, 'greenhouse'));

  expect(createProject(project())).toContain('cdk.json');
});

test('a folder that holds anything is left as it is', () => {
  mkdirSync(join(directory.path, 'greenhouse'));
  writeFileSync(join(directory.path, 'greenhouse', '.hidden'), '');

  expect(() => createProject(project())).toThrow('greenhouse must be an empty folder or a new one, it holds .hidden');
  expect(readdirSync(join(directory.path, 'greenhouse'))).toEqual(['.hidden']);
});

test('a file is no folder', () => {
  writeFileSync(join(directory.path, 'greenhouse'), 'mine');

  expect(() => createProject(project())).toThrow('must be an empty folder or a new one, it is a file');
});

test('every wrong name is named at once, and nothing is written', () => {
  const wrong = project({ name: 'Green House', device: "x'y", lastwill: '1"; rm' });

  expect(() => createProject(wrong)).toThrow(
    "--name must be 3 to 40 lower-case letters, digits and hyphens, starting with a letter, got 'Green House'; " +
      "--device must be 3 to 64 letters, digits, _ and -, without _ or - at its ends, got 'x'y'; " +
      `--package must be a version or a file: path, as npm takes it, got '1"; rm'`,
  );
  expect(readdirSync(directory.path)).toEqual([]);
});

test("the folder's name must do as a name of a stack", () => {
  expect(() => createProject(project({ directory: join(directory.path, 'My_Project') }))).toThrow(
    "the folder's name (or --name) must be 3 to 40 lower-case letters, digits and hyphens, starting with a letter, got 'My_Project'",
  );
});

describe('the command', () => {
  test('says what it wrote and what to do next', async () => {
    const target = join(directory.path, 'greenhouse');

    const { exitCode, stdout } = await run('init', 'aws', target);

    expect(exitCode).toBe(0);
    expect(stdout).toContain(`next: cd ${target} && npm install && npm test`);
  });

  test('prints one JSON line with --json', async () => {
    const { stdout } = await run('init', 'azure', join(directory.path, 'greenhouse'), '--json');

    expect(JSON.parse(stdout).files).toContain('lib/presence-stack.ts');
  });

  test('exits with 2 when a folder is in use', async () => {
    writeFileSync(join(directory.path, 'x'), '');

    expect((await run('init', 'aws', directory.path, '--name', 'greenhouse')).exitCode).toBe(2);
  });
});
