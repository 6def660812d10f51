import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DeviceAgent } from '../../../device';
import { fixtureCertificate } from '../../fixtures/certificates';
import { run } from '../capture';
import {
  type DeployedNamespace,
  type DeployNamespaceOptions,
  deployNamespace,
  withoutAzure,
} from '../cloud/deployed-namespace';
import { temporaryDirectory } from '../temporary-directory';

const directory = temporaryDirectory();
withoutAzure();

let deployed: DeployedNamespace | undefined;
afterEach(async () => {
  await deployed?.engine.stop();
  deployed = undefined;
});

async function deploy(options: DeployNamespaceOptions = {}): Promise<DeployedNamespace> {
  deployed ??= await deployNamespace(directory.path, options);
  return deployed;
}

async function doctor(...flags: readonly string[]) {
  const { state, store } = await deploy();
  return run('doctor', 'azure', '--device', 'sensor1', '--state', state, '--store', store, ...flags);
}

async function report(...flags: readonly string[]) {
  const { stdout, exitCode, stderr } = await doctor('--json', ...flags);
  const { ok, checks } = JSON.parse(stdout) as { ok: boolean; checks: readonly { name: string; status: string }[] };
  return { ok, exitCode, stderr, checks: Object.fromEntries(checks.map(({ name, ...check }) => [name, check])) };
}

test('a deployed namespace is all right: every check is ok', async () => {
  const { exitCode, stdout, stderr } = await doctor('--publish', 'clients/{device}/status');

  const rows = stdout
    .trimEnd()
    .split('\n')
    .map((line) => line.split(/ {2,}/).slice(0, 2));
  expect(rows).toEqual([
    ['account', 'ok'],
    ['namespace', 'ok'],
    ['endpoint', 'ok'],
    ['key and certificate', 'ok'],
    ['certificate valid', 'ok'],
    ['client', 'ok'],
    ['certificate accepted', 'ok'],
    ['sessions', 'ok'],
    ['client groups', 'ok'],
    ['may leave its will', 'ok'],
    ['may publish', 'ok'],
    ['will delay', 'ok'],
    ['routing', 'ok'],
    ['routing identity', 'ok'],
    ['event subscription', 'ok'],
    ['will is heard', 'ok'],
  ]);
  expect([exitCode, stderr]).toEqual([0, '']);
});

test('a route with its identity, role and event subscription is followed to its end', async () => {
  await deploy({ routed: true });

  const { checks, exitCode } = await report();

  expect(checks['routing identity']).toMatchObject({
    status: 'ok',
    detail: expect.stringMatching(/^EventGrid Data Sender for [0-9a-f-]{36}$/),
  });
  expect(checks['will is heard']).toEqual({
    status: 'ok',
    detail: 'may subscribe: actuator1; routed to: WebHook https://127.0.0.1:1/hook',
  });
  expect(exitCode).toBe(0);
});

test('a client that there is not is told with those that there are', async () => {
  const { checks, exitCode, stderr } = await report('--device', 'sensor9');

  expect(checks.client).toEqual({
    status: 'failed',
    reason: 'no client of the namespace has the authentication name sensor9; it knows actuator1, sensor1',
    fix: 'name one with --device, or deploy the client (terraform apply)',
  });
  expect(exitCode).toBe(1);
  expect(stderr).toBe('lastwill: sensor9 is not all right: client\n');
});

// https://learn.microsoft.com/en-us/azure/event-grid/mqtt-clients
test('a name in another case is the same client, whose topics need the stored spelling', async () => {
  const { checks } = await report('--device', 'SENSOR1');

  expect(checks.client).toMatchObject({ detail: 'sensor1, stored as sensor1: topics need that spelling' });
  expect(checks['may leave its will']).toMatchObject({ status: 'failed' });
});

test('a certificate of another client is told from the right one', async () => {
  const { store } = await deploy();
  for (const file of ['client-cert.pem', 'private-key.pem']) {
    copyFileSync(join(store, 'azure/actuator1', file), join(store, 'azure/sensor1', file));
  }

  const { checks } = await report();

  expect(checks['key and certificate']).toMatchObject({ status: 'ok' });
  expect(checks['certificate accepted']).toMatchObject({
    status: 'failed',
    reason: expect.stringContaining("but the client 'sensor1' has "),
  });
});

test.each([
  ['private-key.pem', 'scribble', 'private-key.pem is not the key of client-cert.pem beside it'],
  ['client-cert.pem', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n', 'is no certificate in PEM'],
])('a %s that cannot be used is told, and the endpoint is examined without', async (file, text, reason) => {
  const { store } = await deploy();
  writeFileSync(join(store, 'azure/sensor1', file), text);

  const { checks, exitCode, stderr } = await report();

  expect(checks['key and certificate']).toMatchObject({ status: 'failed', reason: expect.stringContaining(reason) });
  expect(checks.endpoint).toMatchObject({ status: 'ok' });
  expect([exitCode, stderr]).toEqual([1, 'lastwill: sensor1 is not all right: key and certificate\n']);
});

test('an endpoint where nothing listens, or whose chain leads elsewhere, is told', async () => {
  const rootCa = join(directory.path, 'root.pem');
  writeFileSync(rootCa, fixtureCertificate('authority'));

  const nowhere = await report('--endpoint', 'localhost:1');
  const untrusted = await report('--rootCA', rootCa);

  expect(nowhere.checks.endpoint).toMatchObject({ reason: 'localhost:1: nothing listens there' });
  expect(untrusted.checks.endpoint).toMatchObject({ reason: expect.stringMatching(/certificate/) });
});

test('a namespace that there is not fails once, and what hangs on it says where to look', async () => {
  const { checks } = await report('--namespace', 'other');

  expect(checks.account).toMatchObject({ status: 'ok' });
  expect(checks.namespace).toMatchObject({
    status: 'failed',
    reason: 'subscription 00000000-0000-0000-0000-000000000000 has no Event Grid namespace other (it has ns1)',
  });
  expect(checks.client).toEqual({ status: 'unknown', why: 'see namespace' });
});

test.each([
  [
    ['--resource-group', 'other'],
    "Resource group 'other' could not be found",
    'name another with --resource-group, or leave it out',
  ],
  [
    ['--subscription', '11111111-0000-0000-0000-000000000000'],
    "The subscription '11111111-0000-0000-0000-000000000000' could not be found",
    'name another with --subscription, or log in where it is (az login)',
  ],
])('%j fails the first check', async (flags, reason, fix) => {
  const { checks, exitCode } = await report(...flags);

  expect(checks.account).toEqual({ status: 'failed', reason, fix });
  expect(exitCode).toBe(1);
});

test('a read that is not allowed leaves its check unknown, and the exit code 0', async () => {
  await deploy({
    routed: true,
    fault: ({ operation }) =>
      operation === 'GET microsoft.authorization/roleassignments' ? { code: 'AuthorizationFailed' } : undefined,
  });

  const { checks, exitCode } = await report();

  expect(checks['routing identity']).toEqual({
    status: 'unknown',
    why: expect.stringMatching(
      /^Azure does not let you read .*: ask for the role Reader on it, or use another account$/,
    ),
  });
  expect(exitCode).toBe(0);
});

test('a login that expires halfway is said once', async () => {
  await deploy({
    fault: ({ operation }) =>
      operation === 'GET microsoft.eventgrid/namespaces' ? undefined : { code: 'ExpiredAuthenticationToken' },
  });

  const { checks } = await report();

  expect(checks.client).toEqual({
    status: 'unknown',
    why: "Azure does not accept the login (ExpiredAuthenticationToken): log in again with 'az login'",
  });
  expect(checks['client groups']).toEqual({ status: 'unknown', why: 'see client' });
});

test('reads that are throttled once are asked again', async () => {
  const throttled = new Set<string>();
  await deploy({
    fault: ({ operation }) => {
      if (throttled.has(operation)) return undefined;
      throttled.add(operation);
      return { code: 'TooManyRequests' };
    },
  });

  const { ok } = await report();

  expect(ok).toBe(true);
  expect(throttled.size).toBeGreaterThan(4);
});

describe('--live', () => {
  const LIVE = ['--live', '--as', 'actuator1'];

  /** The device itself, connected under its own client id. */
  async function connectDevice(): Promise<DeviceAgent> {
    const { store, state, port } = await deploy();
    const read = (file: string) => ({ pem: readFileSync(join(store, 'azure/sensor1', file), 'utf8') });
    const agent = new DeviceAgent({
      endpoint: 'localhost',
      port,
      clientId: 'sensor1',
      username: 'sensor1',
      initialConnect: 'once',
      tls: {
        certificate: read('client-cert.pem'),
        privateKey: read('private-key.pem'),
        rootCa: { path: join(state, 'azure/sensor1/AmazonRootCA1.pem') },
      },
    });
    await agent.connect();
    return agent;
  }

  test('says who may be notified, cuts the device off and sees its will', async () => {
    await deploy({ routed: true });

    const { checks, stderr, exitCode } = await report(...LIVE);

    expect(stderr).toBe(
      'the last will of sensor1 is about to be published on clients/sensor1/status; told may be: actuator1, WebHook https://127.0.0.1:1/hook\n',
    );
    expect(checks.live).toMatchObject({
      status: 'ok',
      detail: expect.stringMatching(/^the will came \d+ ms after the connection was cut$/),
    });
    expect(exitCode).toBe(0);
  });

  test('connects where --endpoint and --port say, the watcher too', async () => {
    const { port } = await deploy();

    const { checks } = await report(...LIVE, '--endpoint', '127.0.0.1', '--port', String(port));

    expect(checks.endpoint).toMatchObject({ detail: `127.0.0.1:${port}` });
    expect(checks.live).toMatchObject({ status: 'ok' });
  });

  // https://learn.microsoft.com/en-us/azure/event-grid/mqtt-establishing-multiple-sessions-per-client
  test('is refused while the device has its one session, which goes on undisturbed', async () => {
    const agent = await connectDevice();

    const { checks } = await report(...LIVE);

    expect(checks.live).toEqual({
      status: 'unknown',
      why: 'sensor1 is connected, or left a session that has not expired: its one session is taken, and nothing was published',
    });
    expect(agent.connected).toBe(true);
    await agent.disconnect();
  });

  test('wants a word where Azure allows more sessions and cannot tell whether the device is connected', async () => {
    await deploy({ sessions: 2 });

    const { checks, stderr } = await report(...LIVE);

    expect(checks.live).toEqual({
      status: 'unknown',
      why: 'Azure cannot be asked whether sensor1 is connected, and allows it 2 sessions: make sure that it is not, as its will would be a false alarm, and add --assume-offline',
    });
    expect(stderr).toBe('');
    expect((await report(...LIVE, '--assume-offline')).checks.live).toMatchObject({ status: 'ok' });
  });

  test('says when nobody can wait for the will', async () => {
    const unknownWatcher = await report('--live', '--as', 'nobody');
    const otherTopic = await report(...LIVE, '--will-topic', 'a/b');

    expect(unknownWatcher.checks.live).toMatchObject({
      status: 'unknown',
      why: expect.stringMatching(/azure\/nobody holds no certificate with its key: name the store with --store$/),
    });
    expect(otherTopic.checks.live).toMatchObject({
      status: 'unknown',
      why: expect.stringMatching(/^nobody can wait for the will: the broker refused the subscription to a\/b /),
    });
  });

  test('fails when the device is refused', async () => {
    const { checks } = await report('--live', '--as', 'actuator1', '--will-topic', 'clients/actuator1/status');

    expect(checks.live).toMatchObject({
      status: 'failed',
      reason: expect.stringMatching(/^sensor1 cannot connect: /),
    });
  });
});
