/** The agent against a broker that others wrote: Mosquitto 2 from Debian. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { join } from 'node:path';
import { DeviceAgent, type DeviceAgentOptions, type IncomingMessage } from '../../device';
import { run } from '../bin/capture';
import { temporaryDirectory } from '../bin/temporary-directory';
import { TestAuthority } from '../device/tls-broker';

const directory = temporaryDirectory();
/** Started by root, Mosquitto would become a user that may not read the folder of the test. */
const STAYS_ROOT = 'user root';

let broker: ChildProcess | undefined;
let port = 0;

beforeEach(async () => {
  port = await freePort();
});
afterEach(async () => {
  await stop();
});

/** Starts Mosquitto and waits until it accepts connections. */
async function start(...configuration: readonly string[]): Promise<void> {
  const file = join(directory.path, 'mosquitto.conf');
  writeFileSync(
    file,
    [`listener ${port} 127.0.0.1`, 'allow_anonymous true', STAYS_ROOT, ...configuration, ''].join('\n'),
  );
  broker = spawn('mosquitto', ['-c', file], { stdio: 'ignore' });
  while (!(await accepts(port))) expect(broker.exitCode).toBeNull();
}

async function stop(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
  if (broker === undefined || broker.exitCode !== null || broker.signalCode !== null) return;
  const exited = once(broker, 'exit');
  broker.kill(signal);
  await exited;
}

const agentFor = (clientId: string, options: Partial<DeviceAgentOptions> = {}): DeviceAgent =>
  new DeviceAgent({ endpoint: `mqtt://127.0.0.1:${port}`, clientId, backOff: { baseMilliseconds: 50 }, ...options });

test.each(['request-response', 'user-properties', 'topic-alias', 'reason-codes', 'lamp', 'lwt', 'sensor', 'actuator'])(
  'plays %s to its end',
  async (scenario) => {
    await start();

    const { stdout, exitCode } = await run('device', '-e', `mqtt://127.0.0.1:${port}`, '--scenario', scenario);

    expect(stdout).toContain(`scenario ${scenario}: verdict ok\n`);
    expect(exitCode).toBe(0);
  },
);

test.each([4, 5] as const)(
  'reconnects with MQTT version %s after the broker was killed, subscribes again and delivers',
  async (protocolVersion) => {
    await start();
    const agent = agentFor('device', { protocolVersion });
    await agent.connect();
    await agent.subscribe('a/#');
    const lost = once(agent, 'disconnect');
    await stop();
    await lost;
    const delivered = agent.publish('a/b', 'published while the broker was away');
    const message = once(agent, 'message') as Promise<[IncomingMessage]>;

    await start();
    await delivered;

    expect((await message)[0].payload.toString()).toBe('published while the broker was away');
    await agent.disconnect();
  },
);

test('reconnects after a broker that shut down, which says so with MQTT 5', async () => {
  await start();
  const agent = agentFor('device');
  await agent.connect();
  const decided = once(agent, 'decision');
  await stop('SIGTERM');

  expect((await decided)[0]).toMatchObject({ decision: 'retry' });
  const connected = once(agent, 'connect');
  await start();
  await connected;
  await agent.disconnect();
});

test('resumes a session and gets what was queued for it', async () => {
  await start();
  const session = { cleanStart: false, sessionExpirySeconds: 60 };
  const device = agentFor('device', session);
  await device.connect();
  await device.subscribe('commands/#', 1);
  await device.disconnect();
  const owner = agentFor('owner');
  await owner.connect();
  await owner.publish('commands/lock', 'LOCK');
  await owner.disconnect();
  const message = once(device, 'message') as Promise<[IncomingMessage]>;

  const { sessionPresent } = await device.connect();

  expect(sessionPresent).toBe(true);
  expect((await message)[0].payload.toString()).toBe('LOCK');
  await device.disconnect();
});

describe('with TLS and required certificates', () => {
  let authority: TestAuthority;
  beforeEach(async () => {
    authority = await TestAuthority.create();
    const server = await authority.issue({ name: 'localhost', dnsNames: ['localhost'] });
    const [root, certificate, key] = ['root.pem', 'server.pem', 'server.key'].map((name) => join(directory.path, name));
    writeFileSync(root as string, authority.certificate);
    writeFileSync(certificate as string, server.certificate);
    writeFileSync(key as string, server.key);
    await start(`cafile ${root}`, `certfile ${certificate}`, `keyfile ${key}`, 'require_certificate true');
  });

  const secure = (tls: DeviceAgentOptions['tls']): DeviceAgent =>
    agentFor('device', { endpoint: `localhost:${port}`, tls, initialConnect: 'once' });

  test('connects with a certificate of its root', async () => {
    const device = await authority.issue({ name: 'device' });
    const agent = secure({
      rootCa: { pem: authority.certificate },
      certificate: { pem: device.certificate },
      privateKey: { pem: device.key },
    });

    await agent.connect();

    expect(agent.connected).toBe(true);
    await agent.disconnect();
  });

  test('explains that a certificate is wanted', async () => {
    await expect(secure({ rootCa: { pem: authority.certificate } }).connect()).rejects.toThrow(
      /asks for a client certificate and none was given/,
    );
  });

  test('explains that a certificate of another root is refused', async () => {
    const stranger = await (await TestAuthority.create('Another root')).issue({ name: 'device' });
    const agent = secure({
      rootCa: { pem: authority.certificate },
      certificate: { pem: stranger.certificate },
      privateKey: { pem: stranger.key },
    });

    await expect(agent.connect()).rejects.toThrow(/refuses the client certificate/);
  });
});

test('an outage of a fleet leaves no will missing or duplicated', async () => {
  await start();
  const profile = join(directory.path, 'profile.json');
  writeFileSync(
    profile,
    JSON.stringify({ durationSeconds: 2, absenceSeconds: 1, keepAliveSeconds: 5, outages: [{ atSeconds: 1 }] }),
  );

  const { stdout } = await run(
    'fleet',
    '--count',
    '50',
    '-e',
    `mqtt://127.0.0.1:${port}`,
    '--profile',
    profile,
    '--json',
  );

  expect(JSON.parse(stdout).wills).toMatchObject({ missing: 0, duplicated: 0, unexpected: 0 });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const free = (server.address() as AddressInfo).port;
  server.close();
  await once(server, 'close');
  return free;
}

function accepts(onPort: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(onPort, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => setImmediate(() => resolve(false)));
  });
}
