import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A CA, a server certificate and a client certificate, in files and in memory. */
export interface BenchCredentials {
  /** Holds `ca.pem`, `server.pem`, `server.key`, `client.pem` and `client.key`. */
  readonly directory: string;
  readonly ca: Buffer;
  readonly server: { readonly certificate: Buffer; readonly privateKey: Buffer };
  readonly client: { readonly cert: Buffer; readonly key: Buffer };
}

/** Makes credentials in a temporary folder. */
export function makeCredentials(): BenchCredentials {
  const directory = mkdtempSync(join(tmpdir(), 'lastwill-bench-'));
  const openssl = (...words: string[]): void =>
    void execFileSync('openssl', words, { cwd: directory, stdio: 'ignore' });
  const ec = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  openssl('req', '-x509', ...ec, '-subj', '/CN=bench-ca', '-days', '2', '-keyout', 'ca.key', '-out', 'ca.pem');
  writeFileSync(join(directory, 'san.ext'), 'subjectAltName=DNS:localhost,IP:127.0.0.1\n');
  for (const name of ['server', 'client']) {
    openssl('req', ...ec, '-subj', `/CN=${name}`, '-keyout', `${name}.key`, '-out', `${name}.csr`);
    const signing = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2', '-extfile', 'san.ext'];
    openssl('x509', '-req', '-in', `${name}.csr`, ...signing, '-out', `${name}.pem`);
  }
  return readCredentials(directory);
}

/** Reads what {@link makeCredentials} has made. */
export function readCredentials(directory: string): BenchCredentials {
  const read = (name: string): Buffer => readFileSync(join(directory, name));
  return {
    directory,
    ca: read('ca.pem'),
    server: { certificate: read('server.pem'), privateKey: read('server.key') },
    client: { cert: read('client.pem'), key: read('client.key') },
  };
}
