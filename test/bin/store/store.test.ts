import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { localCommand, ownCommand } from '../../../bin/own-command';
import { keysCommand, readCsr, readCsrs, readThumbprint, readThumbprints } from '../../../bin/store/store';
import { temporaryDirectory } from '../temporary-directory';

const directory = temporaryDirectory();

function put(path: string, content: string): void {
  mkdirSync(join(directory.path, path, '..'), { recursive: true });
  writeFileSync(join(directory.path, path), content);
}

test('the words that start the command are those of a checkout or of a project with the package', () => {
  expect(ownCommand('/checkout/bin/own-command.ts')).toBe('npm run -s lastwill --');
  expect(ownCommand('/project/node_modules/lastwill/dist/bin/own-command.js')).toBe('npx lastwill');
  expect(localCommand(['--state', 'x'], '/project/node_modules/lastwill/dist/bin/own-command.js')).toBe(
    'npm run local (in a project of lastwill init), or npx lastwill local --state x --aws FILE (--azure FILE)',
  );
});

test('keysCommand names the command that makes what the default store lacks', () => {
  expect(keysCommand('certificates', 'aws', ['lwtThing'])).toBe('npm run -s lastwill -- keys lwtThing');
  expect(keysCommand('certificates', 'azure', ['a', 'b'])).toBe('npm run -s lastwill -- keys --azure a b');
  expect(keysCommand('my keys', 'aws', ['a'])).toBe('npm run -s lastwill -- keys --store "my keys" a');
});

test('readCsr returns the request without the newline at its end', () => {
  put('aws/lwtThing/client.csr', '-----BEGIN CERTIFICATE REQUEST-----\nMII=\n-----END CERTIFICATE REQUEST-----\n');

  expect(readCsr(directory.path, 'lwtThing')).toBe(
    '-----BEGIN CERTIFICATE REQUEST-----\nMII=\n-----END CERTIFICATE REQUEST-----',
  );
});

test('readCsrs fails with every missing request and one command that makes them all', () => {
  put('aws/a/client.csr', '-----BEGIN CERTIFICATE REQUEST-----');

  expect(() => readCsrs(directory.path, ['a', 'b', 'c'])).toThrow(
    `${directory.path}/aws/b/client.csr, ${directory.path}/aws/c/client.csr are missing; ` +
      `make with: npm run -s lastwill -- keys --store ${directory.path} b c`,
  );
});

test('readCsr fails on a file that is no request', () => {
  put('aws/a/client.csr', 'hello');

  expect(() => readCsr(directory.path, 'a')).toThrow(
    expect.objectContaining({
      code: 'CREDENTIAL_INVALID',
      message: `${directory.path}/aws/a/client.csr must be a certificate signing request in PEM`,
    }),
  );
});

test('readThumbprint returns lower-case hexadecimal digits without colons', () => {
  put('azure/a/thumbprint', `${'AB:'.repeat(31)}AB\n`);

  expect(readThumbprint(directory.path, 'a')).toBe('ab'.repeat(32));
});

test('readThumbprint fails on a SHA-1 thumbprint', () => {
  put('azure/a/thumbprint', 'ab'.repeat(20));

  expect(() => readThumbprint(directory.path, 'a')).toThrow('must hold a SHA-256 thumbprint of 64 hexadecimal digits');
});

test('readThumbprints fails with CREDENTIAL_MISSING and the command for Azure', () => {
  expect(() => readThumbprints(directory.path, ['sensor1'])).toThrow(
    expect.objectContaining({
      code: 'CREDENTIAL_MISSING',
      message:
        `${directory.path}/azure/sensor1/thumbprint is missing; ` +
        `make with: npm run -s lastwill -- keys --azure --store ${directory.path} sensor1`,
    }),
  );
});
