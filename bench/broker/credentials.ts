import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A CA, a server certificate and a client certificate, in files and in memory. */
export interface BenchCredentials {
  /** Holds `ca.pem`, `server.pem`, `server.key`, `client.pem` and `client.key`. */
  readonly directory: string;
  readonly ca: Buffer;
  readonly server: { readonly certificate: Buffer; readonly privateKey: Buffer };
  readonly client: { readonly cert: Buffer; readonly key: Buffer };
}

/** Reads what `makeCredentials` has made. */
export function readCredentials(directory: string): BenchCredentials {
  const read = (name: string): Buffer => readFileSync(join(directory, name));
  return {
    directory,
    ca: read('ca.pem'),
    server: { certificate: read('server.pem'), privateKey: read('server.key') },
    client: { cert: read('client.pem'), key: read('client.key') },
  };
}
