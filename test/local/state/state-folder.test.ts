import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { writeWhole } from '../../../local/state/files';
import { writeIdentity } from '../../../local/state/identity-folders';
import { OutboxFolder } from '../../../local/state/outbox';
import { TextFolder } from '../../../local/state/text-folder';
import { temporaryFolders } from '../../temporary-folder';

const temporaryFolder = temporaryFolders();

test('an identity is a folder with the root, the certificate and a key that only its owner can read', () => {
  const state = temporaryFolder();

  const directory = writeIdentity(
    state,
    'aws',
    { name: 'lwtThing', certificatePem: 'CERTIFICATE', privateKeyPem: 'KEY' },
    'ROOT',
  );

  expect(directory).toBe(join(state, 'aws', 'lwtThing'));
  expect(readdirSync(directory).sort()).toEqual(['AmazonRootCA1.pem', 'client-cert.pem', 'private-key.pem']);
  expect(readFileSync(join(directory, 'AmazonRootCA1.pem'), 'utf8')).toBe('ROOT');
  expect(statSync(join(directory, 'private-key.pem')).mode & 0o777).toBe(0o600);
});

test('an identity without a known certificate or key has only the root', () => {
  const directory = writeIdentity(temporaryFolder(), 'azure', { name: 'sensor1' }, 'ROOT');

  expect(readdirSync(directory)).toEqual(['AmazonRootCA1.pem']);
});

test.each(['../../escape', '..', '.', 'a/b', ''])('the name %j does not leave the state folder', (name) => {
  const state = temporaryFolder();

  const directory = writeIdentity(state, 'aws', { name }, 'ROOT');

  expect(join(directory, '..')).toBe(join(state, 'aws'));
  expect(existsSync(join(directory, 'AmazonRootCA1.pem'))).toBe(true);
});

test('each e-mail is a file of its own, listed in order of time', () => {
  const state = temporaryFolder();
  const outbox = new OutboxFolder(state);
  const time = Date.UTC(2026, 0, 1);
  const first = outbox.nextPath('support@example.com', time);
  const second = outbox.nextPath('a/b@example.com', time);

  outbox.write(first, Buffer.from('first'));
  outbox.write(second, Buffer.from('second'));

  expect(readdirSync(join(state, 'outbox')).sort()).toEqual([
    '2026-01-01T00-00-00-000Z-0001-support@example.com.eml',
    '2026-01-01T00-00-00-000Z-0002-a_b@example.com.eml',
  ]);
  expect(readFileSync(second, 'utf8')).toBe('second');
});

test('a file is replaced whole and keeps the mode that was asked for', () => {
  const path = join(temporaryFolder(), 'deep', 'file');
  writeWhole(path, 'old');

  writeWhole(path, 'new', 0o600);

  expect(readFileSync(path, 'utf8')).toBe('new');
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test('fails: a folder that cannot be made is named with the reason', () => {
  const file = join(temporaryFolder(), 'file');
  writeWhole(file, 'x');

  expect(() => writeWhole(join(file, 'below'), 'x')).toThrow(`cannot write ${file}: EEXIST`);
});

test('a kept text is found again, and a secret one is for its owner alone', () => {
  const directory = temporaryFolder();
  const texts = new TextFolder(directory);

  texts.save('ca/root.key', 'KEY', { secret: true });

  expect(new TextFolder(directory).load('ca/root.key')).toBe('KEY');
  expect(texts.load('ca/other.key')).toBeUndefined();
  expect(statSync(join(directory, 'ca', 'root.key')).mode & 0o777).toBe(0o600);
});

test('fails: a kept text that cannot be read is named with the reason', () => {
  expect(() => new TextFolder(temporaryFolder()).load('.')).toThrow(/^cannot read .*EISDIR/);
});
