import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCsr } from '../../bin/store/certificate-authority';
import { generatePrivateKey, readSigningKey } from '../../bin/store/signing-key';
import { issueFromRequest, issueRoot, issueServer, openIssuer } from '../../local/aws/certificate-issuing';
import { derOf } from '../../local/aws/pem';
import { systemRandomness } from '../../presence/randomness';
import { type BenchCredentials, readCredentials } from './credentials';

/** Makes credentials in a temporary folder. */
export async function makeCredentials(): Promise<BenchCredentials> {
  const directory = mkdtempSync(join(tmpdir(), 'lastwill-bench-'));
  const write = (name: string, text: string): void => writeFileSync(join(directory, name), text, { mode: 0o600 });
  const root = await issueRoot('bench-ca', systemRandomness);
  const issuer = await openIssuer(root);
  const server = await issueServer(issuer, ['localhost', '127.0.0.1'], systemRandomness);
  write('ca.pem', root.certificatePem);
  write('server.pem', server.certificatePem);
  write('server.key', server.privateKeyPem);
  const clientKey = generatePrivateKey();
  const csr = await createCsr('client', await readSigningKey(clientKey, 'client.key'));
  const request = derOf(csr, 'CERTIFICATE REQUEST') as Buffer;
  const issued = await issueFromRequest(issuer, request, Date.now(), systemRandomness);
  if ('refused' in issued) throw new Error(issued.refused);
  write('client.pem', issued.certificatePem);
  write('client.key', clientKey);
  return readCredentials(directory);
}
