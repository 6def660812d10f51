// A device: npm run device -- [NAME [ENDPOINT FOLDER]]
// Without ENDPOINT it connects to the embedded cloud of `npm run local`; FOLDER holds its key and its certificate.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DeviceAgent } from 'lastwill/device';
import { birthOf, DEVICES, willOf } from '../lib/presence';

const [name = DEVICES[0], endpoint = 'localhost:8884', folder = `.lastwill/azure/${name}`] = process.argv.slice(2);
const pem = (file: string): { readonly path: string } => ({ path: join(folder, file) });
const hasRoot = existsSync(pem('AmazonRootCA1.pem').path);

const agent = new DeviceAgent({
  endpoint,
  clientId: name,
  username: name,
  target: 'azure',
  tls: {
    ...(hasRoot ? { rootCa: pem('AmazonRootCA1.pem') } : {}),
    certificate: pem('client-cert.pem'),
    privateKey: pem('private-key.pem'),
  },
  will: { ...willOf(name), stampSession: true },
  birth: { ...birthOf(name), stampSession: true },
});
agent.on('connect', () => console.log(`${name} is connected to ${endpoint}; end it with kill -9 to see its last will`));
agent.on('decision', ({ reason }) => console.log(reason));
process.once('SIGINT', () => agent.disconnect());
agent.connect().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
