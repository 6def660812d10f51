// A device: npm run device -- [NAME [ENDPOINT [FOLDER]]]
// Without ENDPOINT it connects to the embedded cloud of `npm run local`. FOLDER holds its key and its certificate.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DeviceAgent } from 'lastwill/device';
import { birthOf, DEVICES, willOf } from '../lib/presence';

const [name = DEVICES[0], endpoint = 'localhost:8884'] = process.argv.slice(2);
const isEmbedded = endpoint.startsWith('localhost');
const folder = process.argv[4] ?? (isEmbedded ? `.lastwill/azure/${name}` : `certificates/azure/${name}`);
const [root, certificate, privateKey] = ['AmazonRootCA1.pem', 'client-cert.pem', 'private-key.pem'].map((file) => ({
  path: join(folder, file),
}));

if (!existsSync(certificate.path)) {
  const how = folder.startsWith('.lastwill')
    ? `npm run local writes it, if lib/presence.ts names ${name}`
    : `make it with: npx lastwill keys --azure ${name}`;
  console.error(`there is no ${certificate.path}: ${how}`);
  process.exit(1);
}

async function run(): Promise<void> {
  const agent = new DeviceAgent({
    endpoint,
    clientId: name,
    username: name,
    target: 'azure',
    tls: { ...(existsSync(root.path) ? { rootCa: root } : {}), certificate, privateKey },
    will: { ...willOf(name), stampSession: true },
    birth: { ...birthOf(name), stampSession: true },
  });
  agent.on('connect', () => {
    console.log(`${name} is connected to ${endpoint}; end it with kill -9 ${process.pid} to see its last will`);
  });
  agent.on('decision', ({ reason, decision, delayMilliseconds }) => {
    console.error(decision === 'retry' ? `${reason}; trying again in ${delayMilliseconds} ms` : reason);
    if (decision === 'stop') process.exitCode = 1;
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => agent.disconnect());
  // What is in the way was said by the last decision.
  await agent.connect().catch(() => undefined);
}

run().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
