import { createHash, createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createWebSocketStream, WebSocketServer } from 'ws';
import { DeviceAgent } from '../../device';
import { signWebSocketUrl } from '../../device/aws-signature';
import { FakeBroker } from './fake-broker';

const SECRET = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: SECRET };
const endpoint = { scheme: 'wss', host: 'abc-ats.iot.eu-west-1.amazonaws.com', port: 443, path: '/mqtt' } as const;
const NOW = Date.UTC(2026, 0, 2, 3, 4, 5);

const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

/** The signature of a query as https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html computes it. */
function expectedSignature(query: string, host: string, region: string): string {
  const signed = query
    .split('&')
    .filter((pair) => !/^X-Amz-(Signature|Security-Token)=/.test(pair))
    .sort()
    .join('&');
  const emptyHash = createHash('sha256').update('').digest('hex');
  const canonical = ['GET', '/mqtt', signed, `host:${host}`, '', 'host', emptyHash].join('\n');
  const time = new URLSearchParams(query).get('X-Amz-Date') ?? '';
  const scope = `${time.slice(0, 8)}/${region}/iotdevicegateway/aws4_request`;
  const toSign = ['AWS4-HMAC-SHA256', time, scope, createHash('sha256').update(canonical).digest('hex')].join('\n');
  const key = [region, 'iotdevicegateway', 'aws4_request'].reduce<Buffer>(
    hmac,
    hmac(`AWS4${SECRET}`, time.slice(0, 8)),
  );
  return hmac(key, toSign).toString('hex');
}

test('signs the query of the URL for iotdevicegateway', async () => {
  const url = new URL(await signWebSocketUrl(endpoint, credentials, 'eu-west-1', NOW));

  expect(`${url.protocol}//${url.host}${url.pathname}`).toBe('wss://abc-ats.iot.eu-west-1.amazonaws.com/mqtt');
  expect(url.searchParams.get('X-Amz-Credential')).toBe('AKIDEXAMPLE/20260102/eu-west-1/iotdevicegateway/aws4_request');
  expect(url.searchParams.get('X-Amz-Date')).toBe('20260102T030405Z');
  expect(url.searchParams.get('X-Amz-Signature')).toBe(expectedSignature(url.search.slice(1), url.host, 'eu-west-1'));
});

test('appends the session token after signing', async () => {
  const url = await signWebSocketUrl(endpoint, { ...credentials, sessionToken: 'a/b+c=' }, 'eu-west-1', NOW);
  const without = await signWebSocketUrl(endpoint, credentials, 'eu-west-1', NOW);

  expect(url).toBe(`${without}&X-Amz-Security-Token=a%2Fb%2Bc%3D`);
});

test('signs the port where it is not that of the scheme, as the Host header carries it', async () => {
  const url = new URL(
    await signWebSocketUrl({ ...endpoint, host: 'localhost', port: 8443 }, credentials, 'us-east-1', NOW),
  );

  expect(url.host).toBe('localhost:8443');
  expect(url.searchParams.get('X-Amz-Signature')).toBe(
    expectedSignature(url.search.slice(1), 'localhost:8443', 'us-east-1'),
  );
});

describe('over a WebSocket', () => {
  const requests: IncomingMessage[] = [];
  let broker: FakeBroker;
  let status = 101;
  const server = createServer();
  const sockets = new WebSocketServer({
    noServer: true,
    handleProtocols: (names) => (names.has('mqtt') ? 'mqtt' : false),
  });
  server.on('upgrade', (request, socket, head) => {
    requests.push(request);
    if (status !== 101) {
      socket.end(`HTTP/1.1 ${status} No\r\nConnection: close\r\n\r\n`);
      return;
    }
    sockets.handleUpgrade(request, socket, head, (webSocket) => void broker.accept(createWebSocketStream(webSocket)));
  });
  beforeAll(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterAll(() => server.close());
  beforeEach(() => {
    requests.length = 0;
    status = 101;
    broker = new FakeBroker();
  });

  const agent = (): DeviceAgent =>
    new DeviceAgent({
      endpoint: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
      clientId: 'observer',
      awsSignature: { credentials: async () => ({ ...credentials, sessionToken: 'token' }), region: 'us-east-1' },
    });

  test('connects with sub-protocol mqtt and a signature that fits the Host header', async () => {
    const device = agent();

    await device.connect();

    const [request] = requests;
    const query = request?.url?.split('?')[1] ?? '';
    expect(request?.headers['sec-websocket-protocol']).toBe('mqtt');
    expect(new URLSearchParams(query).get('X-Amz-Signature')).toBe(
      expectedSignature(query, request?.headers.host ?? '', 'us-east-1'),
    );
    await device.disconnect();
  });

  test('a signature that is refused is explained and not tried again', async () => {
    status = 403;

    await expect(agent().connect()).rejects.toThrow(
      /refuses the signature of the WebSocket \(HTTP 403\); check the AWS credentials, their region and clock/,
    );
    expect(requests).toHaveLength(1);
  });

  test('a connection that is given up while its WebSocket is signed ends without an error', async () => {
    const device = agent();
    const outcome = device.connect().catch((error: Error) => error.message);

    await device.disconnect();
    await outcome;
    // The WebSocket is made once the signature is there, and tells that it was given up a turn later.
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));

    expect(requests).toEqual([]);
  });
});

test.each([
  [
    { endpoint: 'mqtts://x', awsSignature: { credentials: async () => credentials, region: 'r' } },
    'awsSignature must be given with a WebSocket only',
  ],
  [
    { endpoint: 'wss://localhost', awsSignature: { credentials: async () => credentials } },
    'awsSignature.region must be given: the endpoint does not name one',
  ],
])('fails on options that cannot be signed with (%#)', (options, message) => {
  expect(() => new DeviceAgent({ clientId: 'a', ...options })).toThrow(message);
});

test('takes the region from the endpoint of AWS IoT Core', () => {
  const agent = new DeviceAgent({
    endpoint: endpoint.host,
    webSocket: true,
    clientId: 'a',
    awsSignature: { credentials: async () => credentials },
  });

  expect(agent.options).toMatchObject({
    endpoint: { scheme: 'wss', port: 443 },
    awsSignature: { region: 'eu-west-1' },
  });
});
