import { X509Certificate } from 'node:crypto';
import { get } from 'node:http';
import { connect as connectTcp } from 'node:net';
import { connect, type IClientOptions } from 'mqtt';
import { WebSocket } from 'ws';
import { Broker } from '../../../../local/broker/broker';
import type { Listener } from '../../../../local/broker/listeners/listener';
import { listenTcp } from '../../../../local/broker/listeners/tcp';
import { listenTls } from '../../../../local/broker/listeners/tls';
import { listenWebSocket } from '../../../../local/broker/listeners/websocket';
import { permissiveAuthenticator } from '../../../../local/broker/permissive-authenticator';
import type { Authenticator, BrokerEvent, Peer } from '../../../../local/broker/ports';
import { AWS_PROFILE } from '../../../../local/broker/profiles/aws';
import { MQTT_PROFILE } from '../../../../local/broker/profiles/mqtt';
import { SystemClock } from '../../../../presence/clock';
import { makeSelfSigned, type SelfSigned } from '../../../fixtures/certificates';

let server: SelfSigned;
let client: { cert: Buffer; key: Buffer };

beforeAll(async () => {
  server = await makeSelfSigned('localhost');
  const device = await makeSelfSigned('device');
  client = { cert: device.certificate, key: device.privateKey };
});

interface Serving {
  readonly broker: Broker;
  readonly peers: Peer[];
  readonly events: BrokerEvent[];
  readonly listener: Listener;
}

async function serving(
  listenOn: (broker: Broker) => Promise<Listener>,
  test: (serving: Serving) => Promise<void>,
  profile = MQTT_PROFILE,
): Promise<void> {
  const peers: Peer[] = [];
  const events: BrokerEvent[] = [];
  const permissive = permissiveAuthenticator();
  const authenticator: Authenticator = {
    authenticate: (request, peer) => {
      peers.push(peer);
      return permissive.authenticate(request, peer);
    },
  };
  const observer = { observe: (event: BrokerEvent) => void events.push(event) };
  const broker = new Broker({ profile, clock: new SystemClock(), authenticator, observer });
  const listener = await listenOn(broker);
  try {
    await test({ broker, peers, events, listener });
  } finally {
    await broker.close();
    await listener.close();
  }
}

/** Publishes through the listener and waits for the message to come back; leaves gracefully. */
async function roundTrip(url: string, options: IClientOptions = {}): Promise<string> {
  const mqtt = connect(url, { reconnectPeriod: 0, protocolVersion: 5, clientId: 'device', ...options });
  const arrived = new Promise<string>((resolve, reject) => {
    mqtt.on('message', (_topic, payload) => resolve(payload.toString()));
    mqtt.on('error', reject);
  });
  await new Promise((resolve) => mqtt.once('connect', resolve));
  await mqtt.subscribeAsync('topic', { qos: 1 });
  await mqtt.publishAsync('topic', 'hello', { qos: 1 });
  const payload = await arrived;
  await mqtt.endAsync();
  return payload;
}

test('serves MQTT over TCP on 127.0.0.1 and a free port [MQTT-4.2.0-1]', async () => {
  await serving(listenTcp, async ({ listener, peers }) => {
    expect(listener.host).toBe('127.0.0.1');
    expect(await roundTrip(`mqtt://127.0.0.1:${listener.port}`)).toBe('hello');
    expect(peers[0]).toMatchObject({ transport: 'tcp', remoteAddress: '127.0.0.1', certificates: [] });
  });
});

test('fails with LISTEN_FAILED when the port is taken', async () => {
  await serving(listenTcp, async ({ broker, listener }) => {
    await expect(listenTcp(broker, { port: listener.port })).rejects.toThrow(
      `cannot listen on 127.0.0.1:${listener.port}`,
    );
  });
});

test.each(['TLSv1.2', 'TLSv1.3'] as const)(
  'serves MQTT over %s and hands the client certificate over',
  async (version) => {
    await serving(
      (broker) => listenTls(broker, server),
      async ({ listener, peers }) => {
        const tls = { ...client, ca: server.certificate, minVersion: version, maxVersion: version };

        expect(await roundTrip(`mqtts://localhost:${listener.port}`, { ...tls, host: 'localhost' })).toBe('hello');

        expect(peers[0]?.transport).toBe('tls');
        expect(peers[0]?.certificates).toHaveLength(1);
        expect(peers[0]?.certificates[0]).toEqual(new X509Certificate(client.cert).raw);
      },
    );
  },
);

test('cuts the oldest socket when more are in a handshake than allowed', async () => {
  await serving(
    (broker) => listenTls(broker, { ...server, maximumPendingSockets: 2 }),
    async ({ listener }) => {
      const closed: number[] = [];
      for (let index = 0; index < 3; index++) {
        const socket = connectTcp(listener.port, '127.0.0.1').resume();
        socket.once('close', () => closed.push(index));
        await new Promise((resolve) => socket.once('connect', resolve));
      }

      while (closed.length === 0) await new Promise((resolve) => setImmediate(resolve));

      expect(closed).toEqual([0]);
      expect(await roundTrip(`mqtts://localhost:${listener.port}`, { ca: server.certificate })).toBe('hello');
    },
  );
});

test('lets a TLS client without a certificate through to the authenticator', async () => {
  await serving(
    (broker) => listenTls(broker, server),
    async ({ listener, peers }) => {
      expect(await roundTrip(`mqtts://localhost:${listener.port}`, { ca: server.certificate })).toBe('hello');
      expect(peers[0]?.certificates).toEqual([]);
    },
  );
});

test('serves MQTT over WebSocket with the sub-protocol mqtt, and hands the request over [MQTT-6.0.0-4]', async () => {
  await serving(listenWebSocket, async ({ listener, peers }) => {
    expect(await roundTrip(`ws://127.0.0.1:${listener.port}/mqtt?X-Amz-Signature=1`)).toBe('hello');
    expect(peers[0]).toMatchObject({ transport: 'websocket', upgrade: { url: '/mqtt?X-Amz-Signature=1' } });
  });
});

test('serves MQTT over WebSocket over HTTPS', async () => {
  await serving(
    (broker) => listenWebSocket(broker, { tls: server }),
    async ({ listener, peers }) => {
      const tls = { ca: server.certificate };
      expect(await roundTrip(`wss://localhost:${listener.port}/mqtt`, { wsOptions: tls })).toBe('hello');
      expect(peers[0]?.transport).toBe('websocket');
    },
  );
});

test.each([
  ['another path', '/other', ['mqtt'], 404],
  ['another sub-protocol', '/mqtt', ['chat'], 400],
  ['no sub-protocol', '/mqtt', [], 400],
])('refuses a WebSocket on %s', async (_case, path, protocols, status) => {
  await serving(listenWebSocket, async ({ listener }) => {
    const webSocket = new WebSocket(`ws://127.0.0.1:${listener.port}${path}`, protocols);
    const error = await new Promise<Error>((resolve) => webSocket.once('error', resolve));
    expect(error.message).toBe(`Unexpected server response: ${status}`);
  });
});

test('tells a plain HTTP client what is served there', async () => {
  await serving(listenWebSocket, async ({ listener }) => {
    const status = await new Promise((resolve) => {
      get({ port: listener.port, host: '127.0.0.1' }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
    });
    expect(status).toBe(426);
  });
});

test('closes the connection on a text frame [MQTT-6.0.0-1]', async () => {
  await serving(listenWebSocket, async ({ listener }) => {
    const webSocket = await opened(listener);
    webSocket.send('text');
    expect(await new Promise((resolve) => webSocket.once('close', resolve))).toBe(1003);
  });
});

test('takes packets that do not keep to WebSocket frames [MQTT-6.0.0-2]', async () => {
  await serving(listenWebSocket, async ({ listener }) => {
    const webSocket = await opened(listener);
    const received: Buffer[] = [];
    webSocket.on('message', (data) => received.push(data as Buffer));
    const pings = Buffer.from([0xc0, 0, 0xc0, 0]);
    const bytes = Buffer.concat([CONNECT_WITH_WILL, pings]);

    webSocket.send(bytes.subarray(0, 5));
    webSocket.send(bytes.subarray(5, bytes.length - 3));
    webSocket.send(bytes.subarray(bytes.length - 3));
    while (Buffer.concat(received).length < 8) await new Promise((resolve) => setImmediate(resolve));

    expect(Buffer.concat(received)).toEqual(Buffer.from([0x20, 2, 0, 0, 0xd0, 0, 0xd0, 0]));
  });
});

async function opened(listener: Listener): Promise<WebSocket> {
  const webSocket = new WebSocket(`ws://127.0.0.1:${listener.port}/mqtt`, 'mqtt');
  await new Promise((resolve) => webSocket.once('open', resolve));
  return webSocket;
}

/** CONNECT of `d`, protocol 3.1.1, with a will. */
const CONNECT_WITH_WILL = Buffer.from([
  0x10, 19, 0, 4, 0x4d, 0x51, 0x54, 0x54, 4, 6, 0, 0, 0, 1, 0x64, 0, 1, 0x77, 0, 1, 0x78,
]);

test.each([
  ['discards the will on AWS, where it counts as the client disconnecting', AWS_PROFILE, 'close', 'cancelled'],
  ['publishes the will elsewhere', MQTT_PROFILE, 'close', 'published'],
  ['of a connection that is cut publishes the will on AWS too', AWS_PROFILE, 'terminate', 'published'],
] as const)('a WebSocket close %s', async (_case, profile, how, outcome) => {
  await serving(
    listenWebSocket,
    async ({ listener, events }) => {
      const webSocket = await opened(listener);
      webSocket.send(CONNECT_WITH_WILL);
      await new Promise((resolve) => webSocket.once('message', resolve));

      webSocket[how]();
      while (!events.some((event) => event.kind === 'will')) await new Promise((resolve) => setImmediate(resolve));

      expect(events.filter((event) => event.kind === 'will')).toMatchObject([{ outcome }]);
    },
    profile,
  );
});
