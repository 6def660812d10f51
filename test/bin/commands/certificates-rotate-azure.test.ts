import { X509Certificate } from 'node:crypto';
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { synthesizeOwnAzureTemplate } from '../../../bin/local/templates';
import type { FaultInjection } from '../../../local/control/ports';
import { Engine } from '../../../local/engine';
import { run } from '../capture';
import { killedAt } from '../store/killed-process';
import { temporaryDirectory } from '../temporary-directory';

const directory = temporaryDirectory();
const before = process.env.AZURE_ENDPOINT_URL;
const store = (): string => join(directory.path, 'certificates');
const state = (): string => join(directory.path, 'state');
const client = (): string => join(store(), 'azure', 'sensor1');
const file = (name: string): string => join(client(), name);
const read = (name: string): string => readFileSync(file(name), 'utf8');

let engine: Engine;
let port: number | undefined;
let fault: FaultInjection;

/** Synthesizes our own stack from the store and runs it. */
async function deploy(): Promise<void> {
  await engine?.stop();
  engine = await Engine.start({
    azure: { template: await synthesizeOwnAzureTemplate(store()) },
    stateDirectory: state(),
    controlFault: (call) => fault(call),
  });
  const { control, azure } = await engine.listen();
  port = azure?.port;
  process.env.AZURE_ENDPOINT_URL = control;
}

beforeEach(async () => {
  fault = () => undefined;
  await deploy();
});
afterEach(() => engine.stop());
afterAll(() => {
  if (before === undefined) delete process.env.AZURE_ENDPOINT_URL;
  else process.env.AZURE_ENDPOINT_URL = before;
});

const rotate = (...flags: readonly string[]) =>
  run('certificates', 'rotate', '--azure', 'sensor1', '--store', store(), '--state', state(), ...flags);
const again = (): string =>
  `npm run -s lastwill -- certificates rotate --azure sensor1 --store ${store()} --state ${state()}`;

/** Whether a device gets in with a pair of the store. */
async function getsIn(which: '' | '.next' | '.previous'): Promise<boolean> {
  const suffix = which === '.previous' ? which : '';
  const [certificate, key] = [
    `client-cert${which === '.next' ? which : ''}.pem${suffix}`,
    `private-key${which === '.next' ? which : ''}.pem${suffix}`,
  ];
  const root = join(directory.path, 'root.pem');
  writeFileSync(root, engine.rootCertificatePem);
  const who = ['-e', 'localhost', '-p', String(port), '-r', root, '-c', file(certificate), '-k', file(key)];
  const what = ['-id', 'sensor1', '--username', 'sensor1', '-m', 'publish', '-t', 'clients/sensor1/status'];
  return (await run('device', ...who, ...what, '--no-will', '--die-after', '0', '--exit', 'graceful')).exitCode === 0;
}

// https://learn.microsoft.com/en-us/azure/event-grid/mqtt-client-certificate-authentication
test('leads from one certificate to the next, each step by deploying', async () => {
  const begun = await rotate('--json');
  expect(JSON.parse(begun.stdout)).toEqual({
    name: 'sensor1',
    step: 'deploy-both',
    todo: `deploy the stack, so that both certificates let sensor1 in: synthesize it and run terraform apply; then: ${again()}`,
    files: ['private-key.next.pem', 'client-cert.next.pem', 'thumbprint.next'],
  });
  expect([await getsIn(''), await getsIn('.next')]).toEqual([true, false]);

  await deploy();
  const tried = await rotate('--json');
  expect(JSON.parse(tried.stdout)).toMatchObject({ step: 'test-next', files: [] });
  expect([await getsIn(''), await getsIn('.next')]).toEqual([true, true]);

  const next = read('thumbprint.next');
  const ended = await rotate('--finish', '--json');
  expect(JSON.parse(ended.stdout)).toMatchObject({
    step: 'deploy-without-first',
    files: ['private-key.pem', 'client-cert.pem', 'thumbprint'],
  });
  expect(read('thumbprint')).toBe(next);
  expect(JSON.parse((await rotate('--json')).stdout)).toMatchObject({ step: 'deploy-without-first', files: [] });

  await deploy();
  expect([await getsIn(''), await getsIn('.previous')]).toEqual([true, false]);
});

test('asked again before the stack is deployed, it keeps what it made', async () => {
  await rotate();
  const made = read('client-cert.next.pem');

  expect(JSON.parse((await rotate('--json')).stdout)).toMatchObject({ step: 'deploy-both', files: [] });
  expect(read('client-cert.next.pem')).toBe(made);
});

test('its end that is killed anywhere loses no key, and run again it ends', async () => {
  await rotate();
  const kept = join(directory.path, 'kept');
  cpSync(client(), kept, { recursive: true });
  const [first, next] = [read('private-key.pem'), read('private-key.next.pem')];

  for (let n = 1; ; n++) {
    const { completed } = await killedAt(n, store(), () => rotate('--finish'));
    if (completed) {
      expect(n).toBeGreaterThan(12);
      return;
    }
    const keys = readdirSync(client()).filter((name) => name.startsWith('private-key') && !name.endsWith('.tmp'));
    expect(keys.map(read)).toEqual(expect.arrayContaining([first, next]));
    expect((await rotate('--finish')).exitCode).toBe(0);
    expect([read('private-key.pem'), read('private-key.pem.previous')]).toEqual([next, first]);
    expect(new X509Certificate(read('client-cert.pem')).fingerprint256.replaceAll(':', '').toLowerCase()).toBe(
      read('thumbprint').trim(),
    );
    expect(existsSync(file('thumbprint.next'))).toBe(false);
    rmSync(client(), { recursive: true });
    cpSync(kept, client(), { recursive: true });
  }
});

test('--finish before there is a next certificate names the first step', async () => {
  expect(await rotate('--finish')).toEqual({
    exitCode: 1,
    stdout: '',
    stderr: `lastwill: sensor1 has no next certificate to change over to: begin with ${again()}\n`,
  });
});

test('--finish refuses a next certificate that is cut short', async () => {
  await rotate();
  writeFileSync(file('client-cert.next.pem'), '-----BEGIN CERTIF');

  expect((await rotate('--finish')).stderr).toBe(
    `lastwill: ${file('client-cert.next.pem')} must be the certificate of private-key.next.pem and thumbprint.next: remove the three and begin with ${again()}\n`,
  );
});

test('a store whose certificate Azure does not know is told', async () => {
  rmSync(client(), { recursive: true });
  await run('keys', '--azure', 'sensor1', '--store', store());

  expect((await rotate()).stderr).toMatch(
    /^lastwill: Azure lets sensor1 in by [0-9a-f]{12}, and the store has [0-9a-f]{12}: deploy the stack with this store .*\n$/,
  );
  expect(existsSync(file('private-key.next.pem'))).toBe(false);
});

test('a client that the namespace does not have gets no key', async () => {
  await run('keys', '--azure', 'sensor9', '--store', store());
  const { exitCode, stderr } = await run(
    'certificates',
    'rotate',
    '--azure',
    'sensor9',
    '--store',
    store(),
    '--state',
    state(),
  );

  expect([exitCode, stderr]).toEqual([
    1,
    'lastwill: the namespace has no client sensor9: add it to the stack, synthesize it and run terraform apply\n',
  ]);
  expect(existsSync(join(store(), 'azure', 'sensor9', 'private-key.next.pem'))).toBe(false);
});

test.each([
  [
    'AuthorizationFailed',
    /Azure does not let you read \S+ \(AuthorizationFailed\): ask for the role Reader on it, or use another account/,
  ],
  [
    'ExpiredAuthenticationToken',
    /Azure does not accept the login \(ExpiredAuthenticationToken\): log in again with 'az login'/,
  ],
  ['TooManyRequests', /Azure throttled the request after several attempts: wait a minute and try again/],
])('%s is one line, and no key is made', async (code, line) => {
  fault = () => ({ code });

  expect((await rotate()).stderr).toMatch(new RegExp(`^lastwill: ${line.source}\\n$`));
  expect(existsSync(file('private-key.next.pem'))).toBe(false);
});

test('asked of AWS, a client of Azure is told what there is for it', async () => {
  for (const command of ['pull', 'rotate']) {
    expect(await run('certificates', command, 'sensor1', '--store', store())).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: `lastwill: sensor1 is a client of Azure, whose certificate is made here and lies in ${client()}: change it with npm run -s lastwill -- certificates rotate --azure sensor1\n`,
    });
  }
});
