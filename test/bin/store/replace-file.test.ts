import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { replaceFile } from '../../../bin/store/replace-file';
import { temporaryDirectory } from '../temporary-directory';

const directory = temporaryDirectory();
const path = (): string => join(directory.path, 'client-cert.pem');

test('a file that does not exist is created with the mode of its audience', () => {
  expect(replaceFile(path(), 'new', 'owner')).toBe('created');

  expect(readFileSync(path(), 'utf8')).toBe('new');
  expect(statSync(path()).mode & 0o777).toBe(0o600);
});

test('another content replaces the file, and nothing else stays in the folder', () => {
  writeFileSync(path(), 'old');

  expect(replaceFile(path(), 'new', 'everyone')).toBe('replaced');

  expect(readFileSync(path(), 'utf8')).toBe('new');
  expect(readdirSync(directory.path)).toEqual(['client-cert.pem']);
});

test('the same content leaves the file as it is', () => {
  writeFileSync(path(), 'same');
  chmodSync(path(), 0o640);

  expect(replaceFile(path(), 'same', 'everyone')).toBe('kept');

  expect(statSync(path()).mode & 0o777).toBe(0o640);
});

test('a folder that does not exist is named', () => {
  const missing = join(directory.path, 'no', 'file');

  expect(() => replaceFile(missing, 'x', 'everyone')).toThrow(`${missing} cannot be written (ENOENT)`);
});
