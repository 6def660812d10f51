import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { LastwillError, mustBe, throwIfAny } from '../../presence/errors';
import type { Cloud } from '../../presence/lwt-options';
import { type Randomness, systemRandomness } from '../../presence/randomness';

/** What a new project is to be. */
export interface NewProject {
  readonly cloud: Cloud;
  /** Where it goes: a folder that is empty or does not exist. */
  readonly directory: string;
  /** Name of package and stack: 3 to 40 lower-case letters, digits and hyphens. @default - the folder's name */
  readonly name?: string;
  /** Name of the first device: 3 to 64 letters, digits, `_` and `-`. */
  readonly device: string;
  /** What the project installs Lastwill from, as npm takes it. @default - this version */
  readonly lastwill?: string;
}

/** Files of the templates that npm would not pack under their own names. */
const RENAMED: Readonly<Record<string, string>> = {
  gitignore: '.gitignore',
  github: '.github',
};

const PROJECT_NAME = /^[a-z][a-z0-9-]{1,38}[a-z0-9]$/;
const DEVICE_NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{1,62}[A-Za-z0-9]$/;
/** Clients that the Azure project declares itself. */
const TAKEN_NAMES = ['watcher'];

/**
 * Writes a new project; overwrites nothing.
 * @param randomness makes up the part of a name that nobody else shall have
 * @returns the paths of the files below the folder, sorted.
 * @throws LastwillError OPTION_INVALID with every problem, FILE_UNREADABLE when a file cannot be written.
 * @public loaded where it is needed
 */
export function createProject(project: NewProject, randomness: Randomness = systemRandomness): string[] {
  const directory = resolve(project.directory);
  const name = project.name ?? basename(directory);
  throwIfAny('OPTION_INVALID', problemsOf(project, name, directory));
  const root = packageRoot();
  const values = {
    __PROJECT__: name,
    __DEVICE__: project.device,
    __NAMESPACE__: `${name}-${randomness.uuid().slice(0, 6)}`,
    __LASTWILL__: project.lastwill ?? versionOf(root),
  };
  const templates = ['common', project.cloud].map((folder) => join(root, 'project-templates', folder));
  const files = templates.flatMap((template) => filesBelow(template).map((file) => ({ template, file })));
  return files
    .map(({ template, file }) => {
      const target = relative(template, file).split(/[\\/]/).map(rename).join('/');
      writeFile(join(directory, target), fill(readFileSync(file, 'utf8'), values));
      return target;
    })
    .sort();
}

function problemsOf(project: NewProject, name: string, directory: string): string[] {
  const problems: string[] = [];
  if (!PROJECT_NAME.test(name)) {
    const rule = '3 to 40 lower-case letters, digits and hyphens, starting with a letter';
    problems.push(mustBe(project.name === undefined ? "the folder's name (or --name)" : '--name', rule, name));
  }
  if (!DEVICE_NAME.test(project.device)) {
    problems.push(mustBe('--device', '3 to 64 letters, digits, _ and -, without _ or - at its ends', project.device));
  } else if (TAKEN_NAMES.includes(project.device)) {
    problems.push(mustBe('--device', 'another name than that of the watcher', project.device));
  }
  if (project.lastwill !== undefined && !/^[\w@.:/+~^-]+$/.test(project.lastwill)) {
    problems.push(mustBe('--package', 'a version or a file: path, as npm takes it', project.lastwill));
  }
  const inTheWay = obstacle(directory);
  if (inTheWay !== undefined) problems.push(`${project.directory} must be an empty folder or a new one, ${inTheWay}`);
  return problems;
}

function obstacle(directory: string): string | undefined {
  if (!existsSync(directory)) return undefined;
  if (!statSync(directory).isDirectory()) return 'it is a file';
  const [first] = readdirSync(directory);
  return first === undefined ? undefined : `it holds ${first}`;
}

function filesBelow(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

function rename(level: string): string {
  return RENAMED[level] ?? level;
}

function fill(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/__[A-Z]+__/g, (name) => values[name] ?? name);
}

function writeFile(path: string, content: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content, { flag: 'wx' });
  } catch (error) {
    throw new LastwillError('FILE_UNREADABLE', `${path} cannot be written (${(error as Error).message})`, {
      cause: error,
    });
  }
}

/** The folder of the package, of which the compiled files lie one level deeper. */
function packageRoot(directory = __dirname): string {
  return existsSync(join(directory, 'project-templates')) ? directory : packageRoot(dirname(directory));
}

function versionOf(root: string): string {
  return (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }).version;
}
