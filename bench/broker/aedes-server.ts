import { type AddressInfo, createServer, type Server } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { readCredentials } from './credentials';

const credentials = readCredentials(process.argv[2] ?? '');

async function serve(): Promise<void> {
  const { Aedes } = await import('aedes');
  const aedes = await Aedes.createBroker({ concurrency: 10_000 });
  const tcp = createServer({ noDelay: true }, aedes.handle);
  const { certificate, privateKey } = credentials.server;
  const tls = createTlsServer(
    {
      cert: certificate,
      key: privateKey,
      ca: credentials.ca,
      requestCert: true,
      rejectUnauthorized: true,
      noDelay: true,
    },
    aedes.handle,
  );
  process.on('message', () => {
    globalThis.gc?.();
    process.send?.('collected');
  });
  process.send?.({ port: await listening(tcp), tlsPort: await listening(tls) });
}

function listening(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen({ host: '127.0.0.1', port: 0, backlog: 4096 }, () => resolve((server.address() as AddressInfo).port));
  });
}

void serve();
