import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findLocalDevice, readLocalCloud } from '../../../bin/device/local-cloud';
import { temporaryDirectory } from '../temporary-directory';

const directory = temporaryDirectory();

/** An embedded cloud that has written that folder for its only thing. */
function runningWith(folder: string): void {
  const aws = {
    endpoint: 'mqtts://localhost:1',
    host: 'localhost',
    port: 1,
    identities: { pump7: { directory: folder } },
  };
  writeFileSync(join(directory.path, 'local.json'), JSON.stringify({ pid: process.pid, aws }));
}

test.each([
  ['.lastwill/aws/pump7', () => join(directory.path, 'aws/pump7')],
  ['/srv/state/aws/pump7', () => '/srv/state/aws/pump7'],
])('the folder %s is found from wherever the state folder is looked at', (folder, found) => {
  runningWith(folder);

  const device = findLocalDevice(readLocalCloud(directory.path), 'pump7');

  expect(device.identity.directory).toBe(found());
});
