import { existsSync, readFileSync } from 'node:fs';
import { App } from 'aws-cdk-lib';
import { DEVICES } from '../lib/presence';
import { PresenceStack } from '../lib/presence-stack';

// The second request is there while `npx lastwill certificates rotate` changes a device over to a new key.
const requestsOf = (name: string): string[] =>
  ['client.csr', 'client.next.csr']
    .map((file) => `certificates/aws/${name}/${file}`)
    .filter((path) => existsSync(path));
const missing = DEVICES.filter((name) => requestsOf(name).length === 0);

if (missing.length > 0) {
  console.error(`there is no signing request for ${missing.join(', ')}; run: npx lastwill keys ${missing.join(' ')}`);
  process.exit(1);
}
const devices = DEVICES.map((name) => [name, requestsOf(name).map((path) => readFileSync(path, 'utf8'))] as const);
new PresenceStack(new App(), '__PROJECT__', { devices: Object.fromEntries(devices) });
