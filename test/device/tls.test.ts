import { type AddressInfo, createServer } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { inspect } from 'node:util';
import { DeviceAgent, type TlsOptions as DeviceTlsOptions } from '../../device';
import { type Credential, TestAuthority, TlsBroker } from './tls-broker';

let authority: TestAuthority;
let server: Credential;
let device: Credential;
let broker: TlsBroker | undefined;

beforeAll(async () => {
  authority = await TestAuthority.create();
  server = await authority.issue({ name: 'localhost', dnsNames: ['localhost'] });
  device = await authority.issue({ name: 'lwtThing' });
});

afterEach(async () => {
  await broker?.close();
  broker = undefined;
});

async function listen({
  certificate = server,
  clientCertificate = true,
  alpn = [] as string[],
} = {}): Promise<TlsBroker> {
  broker = await TlsBroker.listen({
    cert: certificate.certificate,
    key: certificate.key,
    ca: authority.certificate,
    requestCert: clientCertificate,
    rejectUnauthorized: clientCertificate,
    ...(alpn.length > 0 ? { ALPNProtocols: alpn } : {}),
  });
  return broker;
}

function agentFor(port: number, tls: DeviceTlsOptions, host = 'localhost'): DeviceAgent {
  return new DeviceAgent({ endpoint: host, port, clientId: 'lwtThing', tls, initialConnect: 'once' });
}

const trusted = (): DeviceTlsOptions => ({
  rootCa: { pem: authority.certificate },
  certificate: { pem: device.certificate },
  privateKey: { pem: device.key },
});

test('TLS_Connect: connects with a client certificate to a broker whose root it knows', async () => {
  const { port, broker: fake } = await listen();
  const agent = agentFor(port, trusted());

  await agent.connect();

  const socket = fake.connections[0]?.stream as TLSSocket;
  expect(socket.getPeerCertificate().subject.CN).toBe('lwtThing');
  expect(['TLSv1.2', 'TLSv1.3']).toContain(socket.getProtocol());
  await agent.disconnect();
});

test('TLS_Unsecure_Server_Cert: refuses a broker whose root it does not know', async () => {
  const { port } = await listen();
  const stranger = await TestAuthority.create('Another root');
  const agent = agentFor(port, { ...trusted(), rootCa: { pem: stranger.certificate } });

  await expect(agent.connect()).rejects.toMatchObject({
    code: 'CONNECTION_FAILED',
    message: expect.stringMatching(
      /^mqtts:\/\/localhost:\d+ shows a certificate that does not come from tls\.rootCa; give its root CA \([A-Z_]+\)$/,
    ),
  });
});

test('TLS_Incorrect_Subject_Name_Server_Cert: refuses a certificate for another host name', async () => {
  const other = await authority.issue({ name: 'other', dnsNames: ['other.example'] });
  const { port } = await listen({ certificate: other });

  await expect(agentFor(port, trusted()).connect()).rejects.toThrow(
    /shows a certificate that is not for the host name localhost \(ERR_TLS_CERT_ALTNAME_INVALID\)$/,
  );
});

test('refuses a certificate that has expired', async () => {
  const expired = await authority.issue({
    name: 'localhost',
    dnsNames: ['localhost'],
    validUntil: new Date(Date.now() - 60_000),
  });
  const { port } = await listen({ certificate: expired });

  await expect(agentFor(port, trusted()).connect()).rejects.toThrow(
    /shows a certificate that has expired, or this machine's clock is wrong \(CERT_HAS_EXPIRED\)$/,
  );
});

test('a broker that wants a client certificate is explained when there is none', async () => {
  const { port } = await listen();
  const agent = agentFor(port, { rootCa: { pem: authority.certificate } });

  await expect(agent.connect()).rejects.toThrow(/asks for a client certificate and none was given/);
});

test('a broker that refuses the client certificate is explained', async () => {
  const { port } = await listen();
  const stranger = await (await TestAuthority.create('Another root')).issue({ name: 'lwtThing' });
  const agent = agentFor(port, {
    rootCa: { pem: authority.certificate },
    certificate: { pem: stranger.certificate },
    privateKey: { pem: stranger.key },
  });

  await expect(agent.connect()).rejects.toThrow(
    /closed the connection instead of answering CONNECT, as a broker may do that does not accept the client certificate$/,
  );
});

test('no proof of the broker is tried twice', async () => {
  const { port } = await listen();
  const stranger = await TestAuthority.create('Another root');
  const agent = new DeviceAgent({
    endpoint: 'localhost',
    port,
    clientId: 'lwtThing',
    tls: { ...trusted(), rootCa: { pem: stranger.certificate } },
  });

  await expect(agent.connect()).rejects.toMatchObject({ code: 'CONNECTION_FAILED' });
});

test('offers the protocol name that AWS IoT Core asks for on port 443', () => {
  expect(agentFor(443, trusted()).options.tls.alpnProtocols).toEqual(['x-amzn-mqtt-ca']);
  expect(agentFor(8883, trusted()).options.tls.alpnProtocols).toBeUndefined();
});

test('negotiates the protocol names that are given', async () => {
  const { port, broker: fake } = await listen({ alpn: ['x-amzn-mqtt-ca'] });
  const agent = agentFor(port, { ...trusted(), alpnProtocols: ['x-amzn-mqtt-ca'] });

  await agent.connect();

  const socket = fake.connections[0]?.stream as TLSSocket;
  expect(socket.alpnProtocol).toBe('x-amzn-mqtt-ca');
  await agent.disconnect();
});

test('fails on a key that belongs to another certificate, without showing it', async () => {
  const other = await authority.issue({ name: 'other' });

  expect(() => agentFor(8883, { ...trusted(), privateKey: { pem: other.key } })).toThrow(
    'tls.privateKey must be the key of tls.certificate; it belongs to another one',
  );
});

test('fails on every file that does not exist', () => {
  expect(() =>
    agentFor(8883, {
      rootCa: { path: 'no-root.pem' },
      certificate: { path: 'no-cert.pem' },
      privateKey: { path: 'no-key.pem' },
    }),
  ).toThrow('no-root.pem does not exist; no-cert.pem does not exist; no-key.pem does not exist');
});

test.each([
  [
    Buffer.from([0x20, 0x02, 0x00, 0x01, 0x00, 0x00]),
    /does not speak TLS on this port; for a broker without TLS write the endpoint as mqtt:/,
  ],
  [
    Buffer.alloc(0),
    /closed the connection before TLS was set up; for a broker without TLS write the endpoint as mqtt:/,
  ],
])('a port without TLS that answers %p is explained', async (answer, message) => {
  const plain = createServer((socket) => {
    socket.on('error', () => undefined).once('data', () => socket.end(answer));
  });
  await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve));
  const { port } = plain.address() as AddressInfo;

  await expect(agentFor(port, trusted()).connect()).rejects.toThrow(message);
  plain.close();
});

test('TLS_Large_Size_Server_Cert: takes a server certificate of more than 16 KB', async () => {
  const dnsNames = [
    'localhost',
    ...Array.from({ length: 500 }, (_, index) => `a-rather-long-alternative-name-${index}.broker.example`),
  ];
  const large = await authority.issue({ name: 'localhost', dnsNames });
  expect(large.certificate.length).toBeGreaterThan(16_384);
  const { port } = await listen({ certificate: large });
  const agent = agentFor(port, trusted());

  await expect(agent.connect()).resolves.toMatchObject({ sessionPresent: false });
  await agent.disconnect();
});

test('TLS_Receive_Maximum_Size_Fragments: takes records of 16 KB', async () => {
  const { port, broker: fake } = await listen();
  const agent = agentFor(port, trusted());
  await agent.connect();
  const message = new Promise<number>((resolve) => agent.once('message', ({ payload }) => resolve(payload.length)));

  fake.connections[0]?.send({
    cmd: 'publish',
    topic: 'a',
    payload: Buffer.alloc(131_072),
    qos: 0,
    dup: false,
    retain: false,
  });

  expect(await message).toBe(131_072);
  await agent.disconnect();
});

test.each(['ECDHE-ECDSA-AES128-GCM-SHA256', 'ECDHE-ECDSA-AES256-GCM-SHA384'])(
  'TLS_Support_AWS_IoT_Cipher_Suites: offers %s with TLS 1.2',
  async (ciphers) => {
    broker = await TlsBroker.listen({ cert: server.certificate, key: server.key, maxVersion: 'TLSv1.2', ciphers });
    const agent = agentFor(broker.port, { rootCa: { pem: authority.certificate } });

    await agent.connect();

    const socket = broker.broker.connections[0]?.stream as TLSSocket;
    expect(socket.getCipher().name).toBe(ciphers);
    await agent.disconnect();
  },
);

test('refuses a broker that speaks TLS 1.1 at most', async () => {
  broker = await TlsBroker.listen({
    cert: server.certificate,
    key: server.key,
    minVersion: 'TLSv1',
    maxVersion: 'TLSv1.1',
    ciphers: 'DEFAULT@SECLEVEL=0',
  });
  const agent = agentFor(broker.port, { rootCa: { pem: authority.certificate } });

  await expect(agent.connect()).rejects.toThrow(/speaks neither TLS 1\.2 nor TLS 1\.3/);
});

test('the private key is not shown with the options', () => {
  const { options } = agentFor(8883, trusted());

  expect(options.tls.privateKey).toBe(device.key);
  expect(`${JSON.stringify(options)}${inspect(options, { depth: 9 })}`).not.toContain('PRIVATE KEY');
});
