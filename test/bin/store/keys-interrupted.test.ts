import { createPrivateKey, X509Certificate } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureAwsKeys, ensureAzureKeys } from '../../../bin/store/keys';
import { replaceFile } from '../../../bin/store/replace-file';
import { temporaryDirectory } from '../temporary-directory';
import { killedAt } from './killed-process';

const directory = temporaryDirectory();
const store = (): string => join(directory.path, 'certificates');
const read = (...path: readonly string[]): string => readFileSync(join(store(), ...path), 'utf8');

test.each([
  ['aws', () => ensureAwsKeys(store(), ['pump7']), undefined],
  // Where a file gets its name; what is in front of that is the same for both clouds.
  ['azure', () => ensureAzureKeys(store(), ['pump7']), ['mkdirSync', 'linkSync']],
] as const)('keys for %s that are killed anywhere are made when run again', async (cloud, make, changes) => {
  let kills = 0;
  for (; ; kills++) {
    const { completed } = await killedAt(kills + 1, store(), make, changes);
    if (completed) break;
    const left = join(store(), cloud, 'pump7', 'private-key.pem');
    const kept = existsSync(left) ? readFileSync(left, 'utf8') : undefined;

    await make();

    expect(() => createPrivateKey(read(cloud, 'pump7', 'private-key.pem'))).not.toThrow();
    if (kept !== undefined) expect(read(cloud, 'pump7', 'private-key.pem')).toBe(kept);
    if (cloud === 'azure') {
      const key = createPrivateKey(read('azure', 'pump7', 'private-key.pem'));
      expect(new X509Certificate(read('azure', 'pump7', 'client-cert.pem')).checkPrivateKey(key)).toBe(true);
    }
    rmSync(store(), { recursive: true });
  }

  expect(kills).toBeGreaterThanOrEqual(cloud === 'aws' ? 12 : 10);
});

test('what an interrupted run left beside a file a minute ago is removed, and what is younger or another’s stays', () => {
  mkdirSync(store());
  const names = ['f.0123456789ab.tmp', 'f.ba9876543210.tmp', 'g.0123456789ab.tmp', 'f.old.tmp'];
  for (const name of names) writeFileSync(join(store(), name), 'x');
  for (const name of names.filter((name) => name !== 'f.ba9876543210.tmp')) utimesSync(join(store(), name), 1, 1);

  replaceFile(join(store(), 'f'), 'new', 'everyone');

  expect(readdirSync(store()).sort()).toEqual(['f', 'f.ba9876543210.tmp', 'f.old.tmp', 'g.0123456789ab.tmp']);
});
