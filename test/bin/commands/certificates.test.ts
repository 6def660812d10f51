import { X509Certificate } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FaultInjection } from '../../../local/control/ports';
import { run } from '../capture';
import { type DeployedStack, deploy, withoutAws } from '../cloud/deployed-stack';
import { temporaryDirectory } from '../temporary-directory';

const directory = temporaryDirectory();
withoutAws(directory);

let deployed: DeployedStack;
const start = async (devices: readonly string[] = ['lwtThing'], outputs = true): Promise<void> => {
  deployed = await deploy(directory.path, { devices, outputs });
};
afterEach(() => deployed.engine.stop());

const certificates = (...arguments_: readonly string[]) =>
  run('certificates', ...arguments_, '--store', deployed.store, '--state', deployed.state);
const file = (name: string): string => join(deployed.store, 'aws', 'lwtThing', name);
const idOf = (name: string): string =>
  new X509Certificate(readFileSync(file(name))).fingerprint256.replaceAll(':', '').toLowerCase();

describe('pull', () => {
  test("writes the device's certificate and the embedded cloud's root beside its key", async () => {
    await start();

    const { exitCode, stdout } = await certificates('pull', 'lwtThing', '--json');

    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      stack: 'LwtStack',
      certificates: [
        {
          name: 'lwtThing',
          directory: join(deployed.store, 'aws', 'lwtThing'),
          certificateId: idOf('client-cert.pem'),
          status: 'ACTIVE',
          files: { 'client-cert.pem': 'created', 'AmazonRootCA1.pem': 'created' },
        },
      ],
    });
    expect(readFileSync(file('AmazonRootCA1.pem'), 'utf8')).toBe(deployed.engine.rootCertificatePem);
    expect(statSync(file('private-key.pem')).mode & 0o777).toBe(0o600);
  });

  test('what was pulled before is kept, and no temporary file stays', async () => {
    await start();
    await certificates('pull', 'lwtThing');

    const { stdout } = await certificates('pull', 'lwtThing');

    expect(stdout).toMatch(/^ {2}kept {5}client-cert\.pem$/m);
    expect(readdirSync(join(deployed.store, 'aws', 'lwtThing')).sort()).toEqual([
      'AmazonRootCA1.pem',
      'client-cert.pem',
      'client.csr',
      'private-key.pem',
    ]);
  });

  test('a certificate that was cut short is replaced', async () => {
    await start();
    writeFileSync(file('client-cert.pem'), '-----BEGIN CERTIF');

    const { stdout } = await certificates('pull', 'lwtThing');

    expect(stdout).toMatch(/^ {2}replaced client-cert\.pem$/m);
    expect(idOf('client-cert.pem')).toHaveLength(64);
  });

  test('a device that keeps its key to itself is known by its request', async () => {
    await start();
    rmSync(file('private-key.pem'));

    expect((await certificates('pull', 'lwtThing')).exitCode).toBe(0);
  });

  test('several devices are pulled at once', async () => {
    await start(['lwtThing', 'pump-8']);

    const { stdout } = await certificates('pull', 'lwtThing', 'pump-8', '--json');

    expect(JSON.parse(stdout).certificates.map(({ name }: { name: string }) => name)).toEqual(['lwtThing', 'pump-8']);
    expect(existsSync(join(deployed.store, 'aws', 'pump-8', 'client-cert.pem'))).toBe(true);
  });

  test('a key that the certificate does not belong to is refused, and nothing is written', async () => {
    await start(['lwtThing', 'pump7']);
    renameSync(join(deployed.store, 'aws', 'pump7', 'private-key.pem'), file('private-key.pem'));

    const { exitCode, stderr } = await certificates('pull', 'lwtThing');

    expect(exitCode).toBe(1);
    expect(stderr).toMatch(
      /^lastwill: certificate [0-9a-f]{12} of lwtThing does not belong to \S+private-key\.pem: \S+client\.csr does not either; put the right key back, or remove client\.csr, make it anew \(npm run -s lastwill -- keys .* lwtThing\) and deploy \(npx cdk deploy\)\n$/,
    );
    expect(existsSync(file('client-cert.pem'))).toBe(false);
  });

  test('a key and request that the stack was not deployed with are refused with the deployment', async () => {
    await start(['lwtThing', 'pump7']);
    for (const name of ['private-key.pem', 'client.csr']) {
      renameSync(join(deployed.store, 'aws', 'pump7', name), file(name));
    }

    expect((await certificates('pull', 'lwtThing')).stderr).toMatch(
      /^lastwill: certificate [0-9a-f]{12} of lwtThing does not belong to .*private-key\.pem: the stack was deployed with another request; deploy it again/,
    );
  });

  test('a device without a key names the command that makes one', async () => {
    await start();
    rmSync(join(deployed.store, 'aws', 'lwtThing'), { recursive: true });

    expect(await certificates('pull', 'lwtThing')).toMatchObject({
      exitCode: 1,
      stderr: `lastwill: ${file('private-key.pem')} is missing; make with: npm run -s lastwill -- keys --store ${deployed.store} lwtThing\n`,
    });
  });

  test('a stack that is not deployed is named with region and command', async () => {
    await start();

    expect(await certificates('pull', 'lwtThing', '--stack', 'Other')).toMatchObject({
      exitCode: 1,
      stderr:
        'lastwill: stack Other is not deployed in us-east-1 (it has LwtStack): deploy it (npx cdk deploy), or name another with --stack or --region\n',
    });
  });

  test('a device that the stack does not have is named with those that it has', async () => {
    await start();
    await run('keys', 'pump7', '--store', deployed.store);

    expect(await certificates('pull', 'pump7')).toMatchObject({
      exitCode: 1,
      stderr:
        'lastwill: stack LwtStack has no device pump7 (it has lwtThing), and there is no thing of that name: add it and deploy (npx cdk deploy -c devices=...,pump7), or name another stack with --stack\n',
    });
  });
});

describe('status', () => {
  test('says of each certificate whether it is active, when it expires and what is attached', async () => {
    await start();

    const { stdout } = await certificates('status', '--json');

    expect(JSON.parse(stdout).certificates).toEqual([
      {
        name: 'lwtThing',
        certificateId: expect.stringMatching(/^[0-9a-f]{64}$/),
        status: 'ACTIVE',
        expires: '2049-12-31T23:59:59.000Z',
        daysLeft: expect.any(Number),
        policies: [expect.stringMatching(/^LwtStack-MonitorPolicy/)],
        things: ['lwtThing'],
        key: 'present',
      },
    ]);
  });

  test('names a device as it is, whatever characters keys of outputs cannot have', async () => {
    await start(['lwtThing', 'pump-8', 'a:b_c']);

    const { stdout } = await certificates('status', '--json');

    expect(JSON.parse(stdout).certificates.map(({ name, key }: { name: string; key: string }) => [name, key])).toEqual([
      ['lwtThing', 'present'],
      ['pump-8', 'present'],
      ['a:b_c', 'present'],
    ]);
  });

  test('is a table for a person', async () => {
    await start();

    const { stdout } = await certificates('status', 'lwtThing');

    expect(stdout).toMatch(/^DEVICE +CERTIFICATE +STATUS +EXPIRES +KEY +THINGS +POLICIES\n/);
    expect(stdout).toMatch(/\nlwtThing +[0-9a-f]{12} +ACTIVE +2049-12-31 \(\d+ days\) +present +lwtThing +LwtStack-/);
  });
});

describe('where a stack has no outputs', () => {
  test('a device is found by the certificate of its thing', async () => {
    await start(['lwtThing', 'pump-8'], false);

    expect((await certificates('pull', 'lwtThing', 'pump-8')).exitCode).toBe(0);
    expect(idOf('client-cert.pem')).toHaveLength(64);
  });

  test('status looks at all things of the stack', async () => {
    await start(['lwtThing', 'pump-8'], false);

    const { stdout } = await certificates('status', '--json');

    expect(JSON.parse(stdout).certificates).toMatchObject([
      { name: 'lwtThing', key: 'present' },
      { name: 'pump-8', key: 'present' },
    ]);
  });

  test('a device that the stack does not have is named with its things', async () => {
    await start(['lwtThing', 'pump-8'], false);
    await run('keys', 'pump9', '--store', deployed.store);

    expect(await certificates('pull', 'pump9')).toMatchObject({
      exitCode: 1,
      stderr:
        'lastwill: stack LwtStack has no device pump9 (it has lwtThing, pump-8), and there is no thing of that name: add it and deploy (npx cdk deploy), or name another stack with --stack\n',
    });
  });

  test('who may not list its resources still hears of the device that it does not have', async () => {
    const fault: FaultInjection = ({ operation }) =>
      operation === 'ListStackResources' ? { code: 'AccessDenied', message: 'no' } : undefined;
    deployed = await deploy(directory.path, { outputs: false, fault });
    await run('keys', 'pump9', '--store', deployed.store);

    expect((await certificates('pull', 'pump9')).stderr).toMatch(
      /^lastwill: stack LwtStack has no device pump9, and there is no thing of that name: /,
    );
  });

  test('a second certificate of the thing is the next one', async () => {
    await start(['lwtThing'], false);
    await certificates('rotate', 'lwtThing');
    await deployed.engine.stop();
    await start(['lwtThing'], false);

    const { stdout } = await certificates('rotate', 'lwtThing', '--json');

    expect(JSON.parse(stdout)).toMatchObject({ step: 'test-next', files: ['client-cert.next.pem'] });
  });
});
