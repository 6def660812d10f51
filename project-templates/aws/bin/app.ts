import { existsSync, readFileSync } from 'node:fs';
import { App } from 'aws-cdk-lib';
import { DEVICES } from '../lib/presence';
import { PresenceStack } from '../lib/presence-stack';

const csrOf = (name: string): string => `certificates/aws/${name}/client.csr`;
const missing = DEVICES.filter((name) => !existsSync(csrOf(name)));

if (missing.length > 0) {
  console.error(`there is no signing request for ${missing.join(', ')}; run: npx lastwill keys ${missing.join(' ')}`);
  process.exit(1);
}
const devices = Object.fromEntries(DEVICES.map((name) => [name, readFileSync(csrOf(name), 'utf8')]));
new PresenceStack(new App(), '__PROJECT__', { devices });
