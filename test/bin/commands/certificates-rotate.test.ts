import { X509Certificate } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../capture';
import { type DeployedStack, deploy, withoutAws } from '../cloud/deployed-stack';
import { temporaryDirectory } from '../temporary-directory';

const directory = temporaryDirectory();
withoutAws(directory);

let deployed: DeployedStack;
const start = async (options: Parameters<typeof deploy>[1] = {}): Promise<void> => {
  deployed = await deploy(directory.path, options);
};
const redeploy = async (options: Parameters<typeof deploy>[1] = {}): Promise<void> => {
  await deployed.engine.stop();
  await start(options);
};
afterEach(() => deployed.engine.stop());

const certificates = (...arguments_: readonly string[]) =>
  run('certificates', ...arguments_, '--store', deployed.store, '--state', deployed.state);
/** The command that commands name for the next step. */
const again = (): string =>
  `npm run -s lastwill -- certificates rotate lwtThing --store ${deployed.store} --state ${deployed.state}`;
const file = (name: string): string => join(deployed.store, 'aws', 'lwtThing', name);
const idOf = (name: string): string =>
  new X509Certificate(readFileSync(file(name))).fingerprint256.replaceAll(':', '').toLowerCase();

test('while both certificates are there, each has a folder with its own key in the embedded cloud', async () => {
  await start();
  await certificates('rotate', 'lwtThing');
  await redeploy();

  const identities = deployed.engine.aws?.identities().map(({ name, clientId }) => [name, clientId]);

  expect(identities).toEqual([
    ['lwtThing', 'lwtThing'],
    [expect.stringMatching(/^DeviceslwtThingCertificate/), 'lwtThing'],
  ]);
});

test('leads from one certificate to the next, each step by deploying', async () => {
  await start();
  await certificates('pull', 'lwtThing');
  const first = idOf('client-cert.pem');

  const begun = await certificates('rotate', 'lwtThing', '--json');
  expect(JSON.parse(begun.stdout)).toMatchObject({
    step: 'deploy-both',
    files: ['private-key.next.pem', 'client.next.csr'],
  });

  await redeploy();
  const pulled = await certificates('rotate', 'lwtThing', '--json');
  expect(JSON.parse(pulled.stdout)).toMatchObject({ step: 'test-next', files: ['client-cert.next.pem'] });
  const next = idOf('client-cert.next.pem');
  expect(idOf('client-cert.pem')).toBe(first);

  const ended = await certificates('rotate', 'lwtThing', '--finish', '--json');
  expect(JSON.parse(ended.stdout)).toMatchObject({ step: 'deploy-without-first' });
  expect(idOf('client-cert.pem')).toBe(next);

  await redeploy();
  const status = await certificates('status', '--json');
  expect(JSON.parse(status.stdout).certificates).toMatchObject([
    { certificateId: next, key: 'present', things: ['lwtThing'] },
  ]);
});

test('asked again before the stack is deployed, it keeps key and request', async () => {
  await start();
  await certificates('rotate', 'lwtThing');
  const request = readFileSync(file('client.next.csr'), 'utf8');

  const again = await certificates('rotate', 'lwtThing', '--json');

  expect(JSON.parse(again.stdout)).toMatchObject({ step: 'deploy-both', files: [] });
  expect(readFileSync(file('client.next.csr'), 'utf8')).toBe(request);
});

test('interrupted while the files were moved, it moves the rest', async () => {
  await start();
  await certificates('rotate', 'lwtThing');
  await redeploy();
  await certificates('rotate', 'lwtThing');
  const next = idOf('client-cert.next.pem');
  renameSync(file('private-key.pem'), file('private-key.pem.previous'));
  renameSync(file('private-key.next.pem'), file('private-key.pem'));

  const { stdout } = await certificates('rotate', 'lwtThing', '--json');

  expect(JSON.parse(stdout)).toMatchObject({
    step: 'deploy-without-first',
    files: ['client-cert.pem', 'client.csr'],
  });
  expect(idOf('client-cert.pem')).toBe(next);
  expect(existsSync(file('client.next.csr'))).toBe(false);
});

test('--finish before there is a next certificate is refused with the first step', async () => {
  await start();

  expect(await certificates('rotate', 'lwtThing', '--finish')).toMatchObject({
    exitCode: 1,
    stderr: `lastwill: lwtThing has no next certificate to change over to: begin with ${again()}\n`,
  });
});

/** Brings the device to where it has both certificates. */
async function both(options: Parameters<typeof deploy>[1] = {}): Promise<void> {
  await start(options);
  await certificates('pull', 'lwtThing');
  await certificates('rotate', 'lwtThing');
  await redeploy(options);
  await certificates('rotate', 'lwtThing');
}

test('asked again after it was finished and before the stack is deployed, it begins no second rotation', async () => {
  await both();
  await certificates('rotate', 'lwtThing', '--finish');

  const { stdout } = await certificates('rotate', 'lwtThing', '--json');

  expect(JSON.parse(stdout)).toMatchObject({ step: 'deploy-without-first', files: [] });
  expect(existsSync(file('private-key.next.pem'))).toBe(false);
});

test('a second rotation leaves the files of the first one to neither', async () => {
  await both();
  await certificates('rotate', 'lwtThing', '--finish');
  await redeploy();
  const second = idOf('client-cert.pem');
  await certificates('rotate', 'lwtThing');
  await redeploy();
  await certificates('rotate', 'lwtThing');
  const third = idOf('client-cert.next.pem');

  expect((await certificates('rotate', 'lwtThing', '--finish')).exitCode).toBe(0);
  expect([idOf('client-cert.pem'), idOf('client-cert.pem.previous')]).toEqual([third, second]);
  expect(statSync(file('private-key.pem.previous')).mode & 0o777).toBe(0o600);
});

test('a device that the stack does not have gets no key', async () => {
  await start();

  expect(await certificates('rotate', 'pump7')).toMatchObject({
    exitCode: 1,
    stderr: expect.stringMatching(/^lastwill: stack LwtStack has no device pump7 .*\n$/),
  });
  expect(existsSync(join(deployed.store, 'aws', 'pump7'))).toBe(false);
});

test('a stack that is not deployed makes no key', async () => {
  await start();

  expect((await certificates('rotate', 'lwtThing', '--stack', 'Other')).exitCode).toBe(1);
  expect(existsSync(file('private-key.next.pem'))).toBe(false);
});

test('a name that leads out of the store is refused', async () => {
  await start();

  for (const command of ['pull', 'rotate']) {
    expect(await certificates(command, '../../x')).toMatchObject({
      exitCode: 2,
      stderr:
        "lastwill: NAME must be a thing name: 1 to 128 letters, digits, colons, underscores and hyphens, got '../../x'\n",
    });
  }
});

test.each([
  ['cut short', '-----BEGIN CERTIF'],
  ['that of the first key', undefined],
])('--finish refuses a next certificate that is %s', async (_what, content) => {
  await both();
  writeFileSync(file('client-cert.next.pem'), content ?? readFileSync(file('client-cert.pem')));

  expect(await certificates('rotate', 'lwtThing', '--finish')).toMatchObject({
    exitCode: 1,
    stderr: `lastwill: ${file('client-cert.next.pem')} must be the certificate of ${file('private-key.next.pem')}: pull it again with ${again()}\n`,
  });
  expect((await certificates('rotate', 'lwtThing')).exitCode).toBe(0);
  expect((await certificates('rotate', 'lwtThing', '--finish')).exitCode).toBe(0);
});

test('a next request that does not belong to its key is named', async () => {
  await both();
  rmSync(file('private-key.next.pem'));
  await run('keys', 'other', '--store', deployed.store);
  renameSync(join(deployed.store, 'aws', 'other', 'private-key.pem'), file('private-key.next.pem'));

  expect((await certificates('rotate', 'lwtThing')).stderr).toMatch(
    /^lastwill: the next certificate of lwtThing does not belong to \S+private-key\.next\.pem: \S+client\.next\.csr does not either; put the right key back, or remove client\.next\.csr, make it anew \(npm run -s lastwill -- certificates rotate lwtThing --store \S+ --state \S+\) and deploy \(npx cdk deploy\)\n$/,
  );
});

test('a file that cannot be written is one line, and the first files stay', async () => {
  await both();
  const first = idOf('client-cert.pem');
  mkdirSync(file('client-cert.pem.previous'));

  expect(await certificates('rotate', 'lwtThing', '--finish')).toMatchObject({
    exitCode: 2,
    stderr: `lastwill: ${file('client-cert.pem.previous')} cannot be written (EISDIR)\n`,
  });
  rmSync(file('client-cert.pem.previous'), { recursive: true });
  expect((await certificates('rotate', 'lwtThing')).exitCode).toBe(0);
  expect([idOf('client-cert.pem.previous'), idOf('client-cert.pem')]).toEqual([
    first,
    expect.not.stringContaining(first),
  ]);
});

test('a device that keeps its keys to itself changes over by its requests', async () => {
  await both();
  rmSync(file('private-key.pem'));
  rmSync(file('private-key.next.pem'));
  const next = idOf('client-cert.next.pem');

  const { stdout } = await certificates('rotate', 'lwtThing', '--finish', '--json');

  expect(JSON.parse(stdout)).toMatchObject({ step: 'deploy-without-first', files: ['client-cert.pem', 'client.csr'] });
  expect(idOf('client-cert.pem')).toBe(next);
});

test('the command that tries the next certificate can be run as it stands', async () => {
  await both();

  const { stdout } = await certificates('rotate', 'lwtThing');
  const [, words = ''] = /: npm run -s lastwill -- (device .*?); then: /.exec(stdout) ?? [];

  expect(stdout).toContain(`; then: ${again()} --finish\n`);
  expect(await run(...words.replace('--die-after 5', '--die-after 0').split(' '))).toMatchObject({ exitCode: 0 });
});

test('a stack without outputs leads to the end as well, and begins no second rotation before it is deployed', async () => {
  const options = { outputs: false };
  await both(options);
  const next = idOf('client-cert.next.pem');
  await certificates('rotate', 'lwtThing', '--finish');

  expect(JSON.parse((await certificates('rotate', 'lwtThing', '--json')).stdout)).toMatchObject({
    step: 'deploy-without-first',
    files: [],
  });
  await redeploy(options);
  expect(JSON.parse((await certificates('status', '--json')).stdout).certificates).toMatchObject([
    { certificateId: next, key: 'present' },
  ]);
  expect(JSON.parse((await certificates('rotate', 'lwtThing', '--json')).stdout)).toMatchObject({
    step: 'deploy-both',
  });
});
