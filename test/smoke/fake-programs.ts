import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from '../bin/temporary-directory';

/** Programs of a test's own that are found before those of the machine. */
export interface FakePrograms {
  /** A folder of the test's own. */
  readonly path: string;
  /** Makes a program of shell commands, after which it has written down its words. */
  add(name: string, script?: string): void;
  /** What was run, in order, one line for each. */
  readonly calls: readonly string[];
}

/** Gives each test of the file an empty set of programs. */
export function fakePrograms(): FakePrograms {
  const directory = temporaryDirectory();
  const path = process.env.PATH;
  const bin = (): string => join(directory.path, 'bin');
  const log = (): string => join(directory.path, 'calls');
  beforeEach(() => {
    mkdirSync(bin());
    process.env.PATH = `${bin()}:${path}`;
  });
  afterEach(() => {
    process.env.PATH = path;
  });
  return {
    get path() {
      return directory.path;
    },
    add: (name, script = '') => {
      writeFileSync(join(bin(), name), `#!/bin/sh\necho "${name} $*" >> ${log()}\n${script}\n`, { mode: 0o755 });
    },
    get calls() {
      return existsSync(log()) ? readFileSync(log(), 'utf8').trim().split('\n') : [];
    },
  };
}
