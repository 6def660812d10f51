import { existsSync, readFileSync } from 'node:fs';
import { App } from 'cdktf';
import { DEVICES, WATCHERS } from '../lib/presence';
import { PresenceStack, type Thumbprints } from '../lib/presence-stack';

const file = (name: string): string => `certificates/azure/${name}/thumbprint`;
const missing = [...DEVICES, ...WATCHERS].filter((name) => !existsSync(file(name)));

if (missing.length > 0) {
  console.error(`there is no thumbprint of ${missing.join(', ')}; run: npx lastwill keys --azure ${missing.join(' ')}`);
  process.exit(1);
}
// While a client changes over to a new certificate, both let it in: npx lastwill certificates rotate --azure NAME
const thumbprints = (names: readonly string[]): Thumbprints =>
  Object.fromEntries(
    names.map((name) => {
      const present = [file(name), `${file(name)}.next`].filter((path) => existsSync(path));
      return [name, present.map((path) => readFileSync(path, 'utf8').trim())];
    }),
  );
const app = new App({ outdir: 'cdktf.out' });
new PresenceStack(app, '__PROJECT__', { devices: thumbprints(DEVICES), watchers: thumbprints(WATCHERS) });
app.synth();
