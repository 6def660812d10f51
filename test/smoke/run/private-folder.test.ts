import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ensureAwsKeys } from '../../../bin/store/keys';
import { PrivateFolder } from '../../../smoke/run/private-folder';

async function filled(): Promise<PrivateFolder> {
  const folder = new PrivateFolder();
  await ensureAwsKeys(folder.store, ['lwtThing']);
  mkdirSync(folder.work);
  return folder;
}

test('only its owner can enter, and only the owner can read a key', async () => {
  const folder = await filled();

  expect(statSync(folder.path).mode & 0o777).toBe(0o700);
  expect(statSync(join(folder.store, 'aws/lwtThing/private-key.pem')).mode & 0o777).toBe(0o600);
  folder.remove({ keepsKeys: false, keepsWork: false });
});

test('leaves nothing behind', async () => {
  const folder = await filled();

  expect(folder.remove({ keepsKeys: false, keepsWork: false })).toEqual([]);
  expect(existsSync(folder.path)).toBe(false);
});

test.each([
  ['keys', { keepsKeys: true, keepsWork: false }, 'certificates'],
  ['state', { keepsKeys: false, keepsWork: true }, 'work'],
])('keeps the %s alone when they are needed, and says where', async (_what, kept, name) => {
  const folder = await filled();

  expect(folder.remove(kept)).toEqual([join(folder.path, name)]);
  expect(readdirSync(folder.path)).toEqual([name]);
  rmSync(folder.path, { recursive: true });
});
