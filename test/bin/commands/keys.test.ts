import { createHash, createPrivateKey, X509Certificate } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import 'reflect-metadata';
import { Pkcs10CertificateRequest } from '@peculiar/x509';
import { run } from '../capture';
import { temporaryDirectory } from '../temporary-directory';

const directory = temporaryDirectory();
const read = (...path: string[]): string => readFileSync(join(directory.path, ...path), 'utf8');
const mode = (...path: string[]): number => statSync(join(directory.path, ...path)).mode & 0o777;
const keys = (...arguments_: string[]) => run('keys', '--store', directory.path, ...arguments_);

describe('keys NAME', () => {
  test('makes a P-256 key and a request that carries the name and is signed with that key', async () => {
    const { exitCode } = await keys('lwtThing');

    expect(exitCode).toBe(0);
    const request = new Pkcs10CertificateRequest(read('aws', 'lwtThing', 'client.csr'));
    expect(request.subject).toBe('CN=lwtThing');
    expect(await request.verify()).toBe(true);
    const key = createPrivateKey(read('aws', 'lwtThing', 'private-key.pem'));
    expect(key.asymmetricKeyDetails).toEqual({ namedCurve: 'prime256v1' });
  });

  test('keeps an existing key and request byte for byte and says so', async () => {
    await keys('lwtThing');
    const before = [read('aws', 'lwtThing', 'private-key.pem'), read('aws', 'lwtThing', 'client.csr')];

    const { stdout } = await keys('lwtThing', '--json');

    expect([read('aws', 'lwtThing', 'private-key.pem'), read('aws', 'lwtThing', 'client.csr')]).toEqual(before);
    expect(JSON.parse(stdout).keys).toEqual([
      {
        name: 'lwtThing',
        cloud: 'aws',
        directory: join(directory.path, 'aws', 'lwtThing'),
        created: [],
        kept: ['private-key.pem', 'client.csr'],
      },
    ]);
  });

  test('makes a lost request again from the key that exists', async () => {
    await keys('lwtThing');
    const key = read('aws', 'lwtThing', 'private-key.pem');
    rmSync(join(directory.path, 'aws', 'lwtThing', 'client.csr'));

    const { stdout } = await keys('lwtThing');

    expect(stdout).toContain('created  client.csr\n  kept     private-key.pem');
    expect(read('aws', 'lwtThing', 'private-key.pem')).toBe(key);
  });

  test('makes no key for a request whose key stayed on the device', async () => {
    await keys('lwtThing');
    rmSync(join(directory.path, 'aws', 'lwtThing', 'private-key.pem'));

    await keys('lwtThing');

    expect(readdirSync(join(directory.path, 'aws', 'lwtThing'))).toEqual(['client.csr']);
  });

  test.each([0o000, 0o777])('gives folders mode 0700 and keys mode 0600 under umask %s', async (umask) => {
    const before = process.umask(umask);
    try {
      await keys('lwtThing');
    } finally {
      process.umask(before);
    }

    expect(mode('aws')).toBe(0o700);
    expect(mode('aws', 'lwtThing')).toBe(0o700);
    expect(mode('aws', 'lwtThing', 'private-key.pem')).toBe(0o600);
  });

  test('fails with every wrong name and makes nothing', async () => {
    const result = await keys('../evil', 'good', 'a b');

    expect(result.exitCode).toBe(2);
    expect(result.stderr).toBe(
      "lastwill: NAME must be a thing name: 1 to 128 letters, digits, colons, underscores and hyphens, got '../evil'; " +
        "NAME must be a thing name: 1 to 128 letters, digits, colons, underscores and hyphens, got 'a b'\n",
    );
    expect(readdirSync(directory.path)).toEqual([]);
  });

  test('fails on a key that cannot sign a request, without showing it', async () => {
    await keys('lwtThing');
    rmSync(join(directory.path, 'aws', 'lwtThing', 'client.csr'));
    writeFileSync(join(directory.path, 'aws', 'lwtThing', 'private-key.pem'), 'secret');

    const result = await keys('lwtThing');

    expect(result.exitCode).toBe(1);
    const path = join(directory.path, 'aws', 'lwtThing', 'private-key.pem');
    expect(result.stderr).toBe(`lastwill: ${path} must be a private key in PEM without a passphrase\n`);
  });
});

describe('keys --azure NAME', () => {
  test('issues a client certificate that chains over the intermediate to the root', async () => {
    await keys('--azure', 'sensor1');

    const [leaf, intermediate] = certificates(read('azure', 'sensor1', 'client-cert.pem'));
    const root = new X509Certificate(read('azure-ca', 'root-cert.pem'));
    expect(leaf?.subject).toBe('CN=sensor1');
    expect(leaf?.verify(intermediate?.publicKey as NonNullable<typeof intermediate>['publicKey'])).toBe(true);
    expect(intermediate?.verify(root.publicKey)).toBe(true);
    expect([leaf?.ca, intermediate?.ca, root.ca]).toEqual([false, true, true]);
    expect(leaf?.checkPrivateKey(createPrivateKey(read('azure', 'sensor1', 'private-key.pem')))).toBe(true);
  });

  test('makes the certificate valid for 2400 hours', async () => {
    await keys('--azure', 'sensor1');

    const [leaf] = certificates(read('azure', 'sensor1', 'client-cert.pem'));
    const milliseconds = Date.parse(leaf?.validTo ?? '') - Date.parse(leaf?.validFrom ?? '');
    expect(milliseconds / 3_600_000).toBe(2400);
  });

  test('writes the SHA-256 of the leaf in DER as 64 lower-case hexadecimal digits', async () => {
    await keys('--azure', 'sensor1');

    const [leaf] = certificates(read('azure', 'sensor1', 'client-cert.pem'));
    const digest = createHash('sha256')
      .update(leaf?.raw ?? '')
      .digest('hex');
    expect(read('azure', 'sensor1', 'thumbprint')).toBe(`${digest}\n`);
  });

  test('signs later clients with the same CA and keeps the earlier ones', async () => {
    await keys('--azure', 'sensor1');
    const authority = read('azure-ca', 'intermediate-cert.pem');
    const thumbprint = read('azure', 'sensor1', 'thumbprint');

    await keys('--azure', 'sensor1', 'actuator1');

    expect(read('azure-ca', 'intermediate-cert.pem')).toBe(authority);
    expect(read('azure', 'sensor1', 'thumbprint')).toBe(thumbprint);
    const [leaf, intermediate] = certificates(read('azure', 'actuator1', 'client-cert.pem'));
    expect(leaf?.verify(intermediate?.publicKey as NonNullable<typeof intermediate>['publicKey'])).toBe(true);
  });

  test('keeps the keys of client and CA to the owner', async () => {
    await keys('--azure', 'sensor1');

    expect(mode('azure', 'sensor1', 'private-key.pem')).toBe(0o600);
    expect(mode('azure-ca', 'root-key.pem')).toBe(0o600);
    expect(mode('azure-ca', 'intermediate-key.pem')).toBe(0o600);
    expect(mode('azure-ca')).toBe(0o700);
  });

  test.each(['.', '..', 'a/b', ''])('fails on the name %j', async (name) => {
    const { exitCode, stderr } = await keys('--azure', name);

    expect(exitCode).toBe(2);
    expect(stderr).toContain(`neither . nor .., got '${name}'`);
  });

  test('fails when the thumbprint is not that of the certificate', async () => {
    await keys('--azure', 'sensor1');
    writeFileSync(join(directory.path, 'azure', 'sensor1', 'thumbprint'), 'ab'.repeat(32));

    const { exitCode, stderr } = await keys('--azure', 'sensor1');

    expect(exitCode).toBe(1);
    expect(stderr).toContain('must be the thumbprint of client-cert.pem; remove it to have it made anew');
  });

  test('fails when the key of a CA certificate is gone instead of making another CA', async () => {
    await keys('--azure', 'sensor1');
    rmSync(join(directory.path, 'azure-ca', 'root-key.pem'));

    const { exitCode, stderr } = await keys('--azure', 'sensor2');

    expect(exitCode).toBe(1);
    expect(stderr).toContain(`${join(directory.path, 'azure-ca', 'root-key.pem')} is missing`);
  });
});

function certificates(chain: string): X509Certificate[] {
  return (chain.match(/-----BEGIN[\s\S]+?-----END CERTIFICATE-----/g) ?? []).map((pem) => new X509Certificate(pem));
}
