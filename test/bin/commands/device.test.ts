import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Serving, serveBroker } from '../../../local/broker/serve';
import { refused } from '../../device/fake-broker';
import { type Credential, TestAuthority, TlsBroker } from '../../device/tls-broker';
import { run } from '../capture';
import { temporaryDirectory } from '../temporary-directory';

const directory = temporaryDirectory();
let authority: TestAuthority;
let server: Credential;
let device: Credential;
let broker: TlsBroker;

beforeAll(async () => {
  authority = await TestAuthority.create();
  server = await authority.issue({ name: 'localhost', dnsNames: ['localhost'] });
  device = await authority.issue({ name: 'lwtThing' });
});

async function listen(answers: Parameters<typeof TlsBroker.listen>[1] = {}): Promise<TlsBroker> {
  const { certificate: cert, key } = server;
  broker = await TlsBroker.listen(
    { cert, key, ca: authority.certificate, requestCert: true, rejectUnauthorized: true },
    answers,
  );
  return broker;
}

beforeEach(() => writeCertificates(directory.path));
afterEach(() => broker?.close());

function writeCertificates(path: string): void {
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, 'AmazonRootCA1.pem'), authority.certificate);
  writeFileSync(join(path, 'client-cert.pem'), device.certificate);
  writeFileSync(join(path, 'private-key.pem'), device.key);
}

const file = (name: string): string => join(directory.path, name);
const connection = () => broker.broker.connections[0] as NonNullable<(typeof broker.broker.connections)[0]>;

/** The original command line, with the time to live cut short. */
function original(...more: readonly string[]) {
  return run(
    ...['device', '-e', 'localhost', '-p', String(broker.port), '-r', file('AmazonRootCA1.pem')],
    ...['-c', file('client-cert.pem'), '-k', file('private-key.pem'), '-id', 'lwtThing'],
    ...['-t', '/lwt/connected/topic', '--die-after', '0', ...more],
  );
}

describe('with the flags of the original script', () => {
  test('connects with the will that the topic rule looks for', async () => {
    await listen();

    await original();

    const [connect] = connection().all('connect');
    expect(connect).toMatchObject({
      clientId: 'lwtThing',
      keepalive: 30,
      clean: true,
      will: { topic: '/last/will/topic', qos: 0, retain: false },
    });
    expect(String(connect?.will?.payload)).toBe(
      '{"state":{"reported":{"last_will":"yes","trigger_action":"on","client_id":"lwtThing"}}}',
    );
  });

  test('publishes its message with QoS 1, prints what arrives and dies without DISCONNECT', async () => {
    await listen({
      publish: (packet) => {
        connection().send({ ...packet, messageId: 9 });
        return { cmd: 'puback', messageId: packet.messageId, reasonCode: 0 };
      },
    });

    const { exitCode, stdout } = await original();

    expect(exitCode).toBe(0);
    const [publish] = connection().all('publish');
    expect(publish).toMatchObject({ topic: '/lwt/connected/topic', qos: 1 });
    expect(String(publish?.payload)).toBe('{"message": "AWS IoT Thing connected message to IoT Core"}');
    expect(stdout).toContain(
      'received on /lwt/connected/topic: {"message": "AWS IoT Thing connected message to IoT Core"}\n',
    );
    expect(connection().all('disconnect')).toEqual([]);
  });

  test.each([
    ['-m', 'publish', ['connect', 'publish']],
    ['--mode', 'subscribe', ['connect', 'subscribe']],
    ['-m', 'none', ['connect']],
  ])('%s %s does only that', async (flag, mode, packets) => {
    await listen();

    await original(flag, mode);

    expect(connection().received.map(({ cmd }) => cmd)).toEqual(packets);
  });

  test('-id=NAME and --clientId NAME mean the same', async () => {
    await listen();

    await original('-id=other');
    await original('--clientId', 'third');

    expect(broker.broker.connections.map((each) => each.all('connect')[0]?.clientId)).toEqual(['other', 'third']);
  });
});

describe('the end', () => {
  test('--exit graceful says DISCONNECT', async () => {
    await listen();

    expect((await original('--exit', 'graceful')).exitCode).toBe(0);

    expect(connection().all('disconnect')).toHaveLength(1);
  });

  test('--exit silent waits until the broker closes', async () => {
    await listen({
      publish: ({ messageId }) => {
        setImmediate(() => setImmediate(() => connection().drop()));
        return { cmd: 'puback', messageId, reasonCode: 0 };
      },
    });

    const { exitCode, stdout } = await original('--exit', 'silent', '--json');

    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ ok: true, exit: 'silent', closedByBroker: true });
  });

  test.each(['SIGINT', 'SIGTERM'] as const)('%s disconnects properly and is no failure', async (signal) => {
    await listen();
    const playing = original('--die-after', '60', '--json');
    const connected = await broker.broker.nextConnection();
    await connected.next('publish');

    process.emit(signal, signal);

    const { exitCode, stdout } = await playing;
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ ok: true, exit: 'interrupted' });
    expect(connection().all('disconnect')).toHaveLength(1);
  });

  test('--json prints one line and nothing else on stdout', async () => {
    await listen();

    const { stdout } = await original('--json');

    expect(stdout.endsWith('\n')).toBe(true);
    expect(stdout.trimEnd().split('\n')).toHaveLength(1);
    expect(JSON.parse(stdout)).toMatchObject({
      ok: true,
      clientId: 'lwtThing',
      published: 1,
      exit: 'abrupt',
      reconnects: 0,
    });
  });
});

describe('flags of the session and the will', () => {
  test('reach the CONNECT packet', async () => {
    await listen();

    await original(
      ...['--no-clean', '--session-expiry', '300', '--keep-alive', '60', '--username', 'sensor1'],
      ...['--will-topic', 'state/test', '--will-payload', '0', '--will-qos', '1', '--will-retain', '--will-delay', '5'],
    );

    expect(connection().all('connect')).toMatchObject([
      {
        clean: false,
        keepalive: 60,
        username: 'sensor1',
        properties: { sessionExpiryInterval: 300 },
        will: {
          topic: 'state/test',
          payload: Buffer.from('0'),
          qos: 1,
          retain: true,
          properties: { willDelayInterval: 5 },
        },
      },
    ]);
  });

  test('--no-will connects without one, --protocol 4 with MQTT 3.1.1', async () => {
    await listen();

    await original('--no-will', '--protocol', '4');

    expect(connection().all('connect')).toMatchObject([{ protocolVersion: 4 }]);
    expect(connection().all('connect')[0]?.will).toBeUndefined();
  });

  test('--will-session stamps the will', async () => {
    await listen();

    await original('--will-session');

    const will = JSON.parse(String(connection().all('connect')[0]?.will?.payload));
    expect(will).toMatchObject({
      state: { reported: { last_will: 'yes' } },
      session: { id: expect.stringMatching(/^[0-9a-f-]{36}$/) },
    });
  });
});

describe('--certificates-path and --local', () => {
  test('take the three files from the folder', async () => {
    await listen();

    const { exitCode } = await run(
      ...[
        'device',
        '-e',
        'localhost',
        '-p',
        String(broker.port),
        '--certificates-path',
        directory.path,
        '--die-after',
        '0',
      ],
    );

    expect(exitCode).toBe(0);
    expect(connection().all('connect')[0]?.clientId).toBe('basicPubSub');
  });

  test('--local takes endpoint, client id and credentials from a running embedded cloud', async () => {
    await listen();
    writeLocal({ pid: process.pid, port: broker.port });

    const { exitCode } = await run('device', '--local', directory.path, '--die-after', '0');

    expect(exitCode).toBe(0);
    expect(connection().all('connect')[0]?.clientId).toBe('lwtThing');
  });

  test('--local fails with how to start an embedded cloud when none runs', async () => {
    const { exitCode, stderr } = await run('device', '--local', directory.path);

    expect(exitCode).toBe(1);
    expect(stderr).toBe(
      `lastwill: no embedded cloud runs here (${file('local.json')} does not exist); ` +
        `start one with: npm run -s lastwill -- local --state ${directory.path}\n`,
    );
  });

  test('--local fails when the embedded cloud has ended', async () => {
    writeLocal({ pid: 2 ** 30, port: 1 });

    const { exitCode, stderr } = await run('device', '--local', directory.path);

    expect(exitCode).toBe(1);
    expect(stderr).toContain('is no longer running; start one with: npm run -s lastwill -- local');
  });

  test('--local fails with the devices that there are', async () => {
    writeLocal({ pid: process.pid, port: 1 });

    const { exitCode, stderr } = await run('device', '--local', directory.path, '-id', 'pump7');

    expect(exitCode).toBe(2);
    expect(stderr).toBe("lastwill: --clientId must be one of lwtThing, got 'pump7'\n");
  });

  function writeLocal({ pid, port }: { readonly pid: number; readonly port: number }): void {
    const identities = { lwtThing: { clientId: 'lwtThing', directory: directory.path } };
    const aws = { endpoint: `mqtts://localhost:${port}`, host: 'localhost', port, identities };
    writeFileSync(file('local.json'), JSON.stringify({ pid, startedAt: '2026-01-01T00:00:00Z', aws }));
  }
});

describe('what cannot work is one clear line', () => {
  test.each([
    [['device'], 2, '--endpoint must be given, or --local for a running embedded cloud'],
    [
      ['device', '-e', 'x', '-c', 'a.pem'],
      2,
      '--key must be given with --cert: a certificate proves nothing without its private key',
    ],
    [
      ['device', '-e', 'x', '-w', '-c', 'a', '-k', 'b'],
      2,
      '--websocket must be given without --cert, --key and --certificates-path: a WebSocket is signed with AWS credentials',
    ],
    [
      ['device', '-e', 'x', '-p', '70000', '--keep-alive', 'soon', '--exit', 'loud'],
      2,
      "--port must be an integer from 1 to 65535, got '70000'; --keep-alive must be an integer from 0 to 65535, got 'soon'; " +
        "--exit must be abrupt or graceful or silent, got 'loud'",
    ],
    [['device', '-e', 'x', '-c', 'no.pem', '-k', 'no.key'], 2, 'no.pem does not exist; no.key does not exist'],
    [
      ['device', '-e', 'mqtt://x', '--will-topic', 'a/#'],
      2,
      "--will-topic must be a topic name without the wildcards + and #, got 'a/#'",
    ],
    [
      ['device', '-e', 'mqtt://x', '--protocol', '4', '--will-delay', '5'],
      2,
      '--will-delay must be 0 with --protocol 4, got 5',
    ],
    [
      ['device', '-e', 'mqtt://x', '--will-session', '--will-payload', 'gone'],
      2,
      '--will-payload must be a JSON object when --will-session is set',
    ],
    [
      ['device', '-e', 'http://x'],
      2,
      "--endpoint must be a host name, host:port or an mqtt, mqtts, ws or wss URL, got 'http://x'",
    ],
    [['device', '-w', '-e', 'wss://localhost:9'], 2, 'AWS_REGION must be given: the endpoint does not name one'],
    [['device', '-e', 'mqtt://localhost:9'], 1, 'nothing listens at mqtt://localhost:9 (ECONNREFUSED)'],
  ])('%j', async (arguments_, exitCode, message) => {
    const result = await run(...arguments_);

    expect(result.stderr).toBe(`lastwill: ${message}\n`);
    expect(result.exitCode).toBe(exitCode);
  });

  test('a folder without certificates says which files are missing', async () => {
    const empty = file('empty');
    mkdirSync(empty);

    const { exitCode, stderr } = await run('device', '-e', 'x', '--certificates-path', empty);

    expect(exitCode).toBe(2);
    expect(stderr).toBe(`lastwill: ${empty} has no client-cert.pem and no private-key.pem\n`);
  });

  test('a refused connection names the reason and the will topic', async () => {
    await listen({ connect: () => refused(0x87) });

    const { exitCode, stderr } = await original();

    expect(exitCode).toBe(1);
    expect(stderr).toBe(
      `lastwill: mqtts://localhost:${broker.port} refused the connection with reason code 135 (0x87, Not authorized); ` +
        'check that the broker lets this client connect and publish on its will topic /last/will/topic\n',
    );
  });

  test('--json tells a failure in its one line too', async () => {
    const { exitCode, stdout } = await run('device', '--json');

    expect(exitCode).toBe(2);
    expect(JSON.parse(stdout)).toEqual({
      ok: false,
      error: { code: 'OPTION_INVALID', message: '--endpoint must be given, or --local for a running embedded cloud' },
    });
  });
});

describe('--scenario', () => {
  let serving: Serving;
  beforeEach(async () => {
    serving = await serveBroker({ profile: 'mqtt', host: '127.0.0.1', port: 0 });
  });
  afterEach(() => serving.close());
  const url = (): string => serving.urls[0]?.[1] as string;

  test('plays a pattern with all its parts and ends with a verdict', async () => {
    const { exitCode, stdout } = await run('device', '-e', url(), '--scenario', 'request-response');

    expect(exitCode).toBe(0);
    expect(stdout).toContain('ok     the app gets the answer of the lock');
    expect(stdout.trimEnd().split('\n').at(-1)).toBe('scenario request-response: verdict ok');
  });

  test('--json prints the verdict and every step in one line', async () => {
    const { stdout } = await run('device', '-e', url(), '--scenario', 'topic-alias', '--json');

    expect(JSON.parse(stdout)).toMatchObject({
      ok: true,
      scenario: 'topic-alias',
      verdict: 'ok',
      steps: [{ what: '23.4 arrives on the full topic', ok: true }, { ok: true }, { ok: true }],
    });
  });

  test('a step that does not happen is a failure', async () => {
    await serving.close();
    serving = await serveBroker({ profile: 'mqtt', host: '127.0.0.1', port: 0, denySubscribe: ['home07/main_door/#'] });

    const { exitCode, stdout, stderr } = await run('device', '-e', url(), '--scenario', 'request-response');

    expect(exitCode).toBe(1);
    expect(stdout).toContain('FAILED plays to its end: the broker refused the subscription to home07/main_door/#');
    expect(stderr).toBe('lastwill: scenario request-response failed: plays to its end\n');
  });

  test('SIGINT ends it at once and is no failure', async () => {
    const playing = run('device', '-e', url(), '--scenario', 'expiry');
    while (serving.broker.connection('TestThing04-Sub') === undefined)
      await new Promise((resolve) => setImmediate(resolve));

    process.emit('SIGINT', 'SIGINT');

    expect((await playing).exitCode).toBe(0);
  });

  test('fails on a name that is none, with those that there are', async () => {
    const { exitCode, stderr } = await run('device', '-e', url(), '--scenario', 'toaster');

    expect(exitCode).toBe(2);
    expect(stderr).toBe(
      'lastwill: --scenario must be one of request-response, user-properties, topic-alias, expiry, reason-codes, lamp, lwt, ' +
        "sensor, actuator, got 'toaster'\n",
    );
  });
});
