import { createPrivateKey, X509Certificate } from 'node:crypto';
import { cpSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../capture';
import { type DeployedStack, deploy, withoutAws } from '../cloud/deployed-stack';
import { misbehave } from '../cloud/misbehaving-server';
import { killedAt } from '../store/killed-process';
import { temporaryDirectory } from '../temporary-directory';

const directory = temporaryDirectory();
withoutAws(directory);

let deployed: DeployedStack;
beforeEach(async () => {
  deployed = await deploy(directory.path);
});
afterEach(() => deployed.engine.stop());

const certificates = (...arguments_: readonly string[]) =>
  run('certificates', ...arguments_, '--store', deployed.store, '--state', deployed.state);
const device = (): string => join(deployed.store, 'aws', 'lwtThing');

/** The files of the device by name, without what an interrupted run leaves beside them. */
function files(): Readonly<Record<string, string>> {
  const names = readdirSync(device()).filter((name) => !name.endsWith('.tmp'));
  return Object.fromEntries(names.sort().map((name) => [name, readFileSync(join(device(), name), 'utf8')]));
}

/** Whether some key in the folder, old or new, has a whole certificate that belongs to it. */
function hasUsablePair(all: Readonly<Record<string, string>>): boolean {
  const of = (prefix: string): string[] =>
    Object.entries(all).flatMap(([name, text]) => (name.startsWith(prefix) ? [text] : []));
  return of('client-cert').some((pem) => of('private-key').some((key) => belongs(pem, key)));
}

function belongs(pem: string, key: string): boolean {
  return new X509Certificate(pem).checkPrivateKey(createPrivateKey(key));
}

/** Kills a command in front of each of its changes, one after the other, and runs it again. */
async function killEverywhere(
  command: readonly string[],
  check: (after: { readonly killed: Readonly<Record<string, string>> }) => void,
): Promise<number> {
  const kept = join(directory.path, 'kept');
  cpSync(device(), kept, { recursive: true });
  for (let n = 1; ; n++) {
    const { completed } = await killedAt(n, deployed.store, () => certificates(...command));
    if (completed) return n - 1;
    const killed = files();
    expect(await certificates(...command)).toMatchObject({ exitCode: 0 });
    check({ killed });
    rmSync(device(), { recursive: true });
    cpSync(kept, device(), { recursive: true });
  }
}

test('a pull that is killed anywhere leaves whole files or none, and run again it gives all', async () => {
  const before = files();
  await certificates('pull', 'lwtThing');
  const complete = files();
  for (const name of ['client-cert.pem', 'AmazonRootCA1.pem']) rmSync(join(device(), name));

  const kills = await killEverywhere(['pull', 'lwtThing'], ({ killed }) => {
    expect(complete).toMatchObject(killed);
    expect(killed).toMatchObject(before);
    expect(files()).toEqual(complete);
  });

  expect(kills).toBeGreaterThan(8);
});

test('the first step of a rotation that is killed anywhere leaves the first pair as it is, and run again it makes a key with its request', async () => {
  await certificates('pull', 'lwtThing');
  const before = files();

  const kills = await killEverywhere(['rotate', 'lwtThing'], ({ killed }) => {
    expect(killed).toMatchObject(before);
    expect(files()).toMatchObject(before);
    expect(Object.keys(files())).toEqual(expect.arrayContaining(['client.next.csr', 'private-key.next.pem']));
    expect(() => createPrivateKey(files()['private-key.next.pem'] ?? '')).not.toThrow();
  });

  expect(kills).toBeGreaterThan(8);
});

test('the end of a rotation that is killed anywhere never lacks a key with its certificate, and run again it ends', async () => {
  await certificates('pull', 'lwtThing');
  await certificates('rotate', 'lwtThing');
  await deployed.engine.stop();
  deployed = await deploy(directory.path);
  await certificates('rotate', 'lwtThing');
  const before = files();

  const kills = await killEverywhere(['rotate', 'lwtThing', '--finish'], ({ killed }) => {
    expect(Object.values(killed)).toEqual(
      expect.arrayContaining([before['private-key.pem'], before['private-key.next.pem']]),
    );
    expect(hasUsablePair(killed)).toBe(true);
    expect(files()).toMatchObject({
      'private-key.pem': before['private-key.next.pem'],
      'private-key.pem.previous': before['private-key.pem'],
      'client-cert.pem': before['client-cert.next.pem'],
      'client-cert.pem.previous': before['client-cert.pem'],
      'client.csr': before['client.next.csr'],
      'client.csr.previous': before['client.csr'],
    });
    expect(Object.keys(files())).not.toContain('client.next.csr');
  });

  expect(kills).toBeGreaterThan(12);
});

test('a pull whose connection breaks at any call writes nothing, and run again it gives all', async () => {
  process.env.AWS_MAX_ATTEMPTS = '1';
  const before = files();
  let breaking = 0;
  let calls = 0;
  const server = await misbehave(deployed.state, () => (calls++ === breaking ? 'reset' : undefined));
  process.env.AWS_ENDPOINT_URL = server.url;

  for (; ; breaking++) {
    calls = 0;
    const { exitCode, stderr } = await certificates('pull', 'lwtThing');
    if (exitCode === 0) break;
    expect(stderr).toMatch(
      /^lastwill: AWS cannot be reached for [\w:]+ in region us-east-1 \(.*\): check the network, .*\n$/,
    );
    expect(files()).toEqual(before);
  }
  await server.close();

  expect(breaking).toBe(2);
  expect(Object.keys(files())).toContain('client-cert.pem');
});
