import { once } from 'node:events';
import { DeviceAgent, type DeviceAgentOptions, type Verdict } from '../../device';
import { ManualClock } from '../../presence/clock';
import { seededRandomness } from '../../presence/randomness';
import { type Answers, accepted, FakeBroker, refused } from './fake-broker';

function setUp(options: Partial<DeviceAgentOptions> = {}, answers: Answers = {}) {
  const clock = new ManualClock();
  const broker = new FakeBroker(answers);
  const agent = new DeviceAgent(
    { endpoint: 'mqtt://broker.test', clientId: 'lwtThing', ...options },
    { clock, randomness: seededRandomness(7), openStream: broker.openStream },
  );
  const verdicts: Verdict[] = [];
  agent.on('decision', (verdict) => verdicts.push(verdict));
  return { agent, broker, clock, verdicts };
}

const connectionOf = (broker: FakeBroker, index = 0) => {
  const connection = broker.connections[index];
  if (connection === undefined) throw new Error(`there is no connection ${index}`);
  return connection;
};

/** Advances to the next attempt after a decision to retry. */
async function retried({ agent, broker, clock }: ReturnType<typeof setUp>) {
  const next = broker.nextConnection();
  const connected = once(agent, 'connect');
  clock.advance(200_000);
  await connected;
  return next;
}

describe('connect', () => {
  test('sends client id, keep alive and will as they were given', async () => {
    const { agent, broker } = setUp({
      keepAliveSeconds: 45,
      username: 'sensor1',
      will: { topic: 'clients/sensor1/status', payload: 'offline', qos: 1, retain: true, delaySeconds: 7 },
    });

    await agent.connect();

    const connect = await connectionOf(broker).next('connect');
    expect(connect).toMatchObject({
      clientId: 'lwtThing',
      keepalive: 45,
      clean: true,
      protocolVersion: 5,
      username: 'sensor1',
    });
    expect(connect.will).toMatchObject({
      topic: 'clients/sensor1/status',
      qos: 1,
      retain: true,
      properties: { willDelayInterval: 7 },
    });
    expect(String(connect.will?.payload)).toBe('offline');
    await agent.cut();
  });

  test.each([
    [undefined, ''],
    [0, '0'],
    [23.5, '23.5'],
  ])('sends the will payload %p as %p', async (payload, sent) => {
    const { agent, broker } = setUp({ will: { topic: 'state/test', payload } });

    await agent.connect();

    const connect = await connectionOf(broker).next('connect');
    expect(String(connect.will?.payload)).toBe(sent);
    await agent.cut();
  });

  test('speaks MQTT 3.1.1 with protocol version 4', async () => {
    const { agent, broker } = setUp({ protocolVersion: 4, will: { topic: 'a', payload: 'b' } });

    await agent.connect();

    const connect = await connectionOf(broker).next('connect');
    expect(connect).toMatchObject({ protocolId: 'MQTT', protocolVersion: 4 });
    await agent.cut();
  });

  test('stamps a JSON will with the id and time of the session', async () => {
    const { agent, broker } = setUp({ will: { topic: 'a', payload: '{"x":1}', stampSession: true } });

    const info = await agent.connect();

    const connect = await connectionOf(broker).next('connect');
    expect(JSON.parse(String(connect.will?.payload))).toEqual({
      x: 1,
      session: { id: info.session.sessionId, connected_at: Date.UTC(2026, 0, 1) },
    });
    await agent.cut();
  });

  test('takes over the keep alive of the server [MQTT-3.2.2-21]', async () => {
    const { agent } = setUp({}, { connect: () => accepted({ properties: { serverKeepAlive: 60 } }) });

    expect(await agent.connect()).toMatchObject({ keepAliveSeconds: 60 });
    await agent.cut();
  });

  test('fails with every option that breaks its rule', () => {
    expect(() =>
      setUp({
        keepAliveSeconds: -1,
        will: { topic: 'a/+', qos: 3 as 2 },
        tls: { certificate: { pem: 'x' } },
        backOff: { baseMilliseconds: 0 },
      }),
    ).toThrow(
      expect.objectContaining({
        code: 'OPTION_INVALID',
        message:
          'keepAliveSeconds must be an integer from 0 to 65535, got -1; ' +
          'tls.privateKey must be given with tls.certificate: a certificate proves nothing without its key; ' +
          "will.topic must be a topic name without the wildcards + and #, got 'a/+'; " +
          'will.qos must be 0, 1 or 2, got 3; ' +
          'backOff.baseMilliseconds must be an integer from 1 to 3600000, got 0',
      }),
    );
  });

  test.each([
    ['abc-ats.iot.eu-west-1.amazonaws.com', 'will.qos must be 0 or 1, got 2'],
    ['ns1.westus2-1.ts.eventgrid.azure.net', 'will.qos must be 0 or 1, got 2'],
  ])('fails on a will with QoS 2 for %s, which does not know it', (endpoint, message) => {
    expect(() => setUp({ endpoint, will: { topic: 'a', qos: 2 } })).toThrow(message);
  });

  test('fails on an empty will topic before anything is sent', () => {
    expect(() => setUp({ will: { topic: '' } })).toThrow("will.topic must be at least one character long, got ''");
  });
});

describe('what follows from a reason', () => {
  test.each([
    [0x84, 'Unsupported Protocol Version'],
    [0x85, 'Client Identifier not valid'],
    [0x86, 'Bad User Name or Password'],
    [0x87, 'Not authorized'],
    [0x8a, 'Banned'],
    [0x90, 'Topic Name invalid'],
    [0x9b, 'QoS not supported'],
  ])('a CONNACK with reason code %i (%s) is not tried again', async (code, name) => {
    const { agent, broker, clock, verdicts } = setUp({}, { connect: () => refused(code) });

    await expect(agent.connect()).rejects.toMatchObject({
      code: 'CONNECTION_REFUSED',
      message: expect.stringContaining(`${code} (0x${code.toString(16).toUpperCase()}, ${name})`),
    });

    expect(verdicts).toMatchObject([{ decision: 'stop', reasonCode: code }]);
    expect(clock.nextDueAt).toBeUndefined();
    expect(broker.connections).toHaveLength(1);
  });

  test.each([0x88, 0x89, 0x8b, 0x97, 0x9c, 0x9d, 0x9f])(
    'a CONNACK with reason code %i is tried again',
    async (code) => {
      const answers = [refused(code), accepted()];
      const set = setUp({}, { connect: () => answers.shift() });
      const connected = set.agent.connect();
      await once(set.agent, 'decision');

      set.clock.advance(1_000);

      await expect(connected).resolves.toMatchObject({ sessionPresent: false });
      expect(set.verdicts).toMatchObject([{ decision: 'retry', reasonCode: code }]);
      await set.agent.cut();
    },
  );

  test('"not authorized" names the will topic, which users stumble over', async () => {
    const { agent } = setUp(
      { target: 'azure', will: { topic: 'clients/sensor1/status' } },
      { connect: () => refused(0x87) },
    );

    await expect(agent.connect()).rejects.toThrow(
      'check that a permission binding lets this client connect and publish on its will topic clients/sensor1/status',
    );
  });

  test('a client whose session was taken over does not fight for it', async () => {
    const { agent, broker, clock, verdicts } = setUp();
    await agent.connect();

    connectionOf(broker).send({ cmd: 'disconnect', reasonCode: 0x8e });
    await once(agent, 'decision');

    expect(verdicts).toMatchObject([{ decision: 'stop', reasonCode: 0x8e }]);
    expect(clock.nextDueAt).toBeUndefined();
  });

  test('a server that shuts down is called again', async () => {
    const set = setUp();
    await set.agent.connect();

    connectionOf(set.broker).send({ cmd: 'disconnect', reasonCode: 0x8b, properties: { reasonString: 'deploying' } });
    await once(set.agent, 'decision');

    expect(set.verdicts[0]).toMatchObject({
      decision: 'retry',
      reason: expect.stringMatching(/0x8B, Server shutting down\): deploying$/),
    });
    await retried(set);
    await set.agent.cut();
  });

  test('waits grow while a server accepts and kicks at once', async () => {
    const set = setUp(
      { backOff: { baseMilliseconds: 1_000, maximumMilliseconds: 60_000 } },
      {
        connect: (_packet, connection) => {
          setImmediate(() => connection.send({ cmd: 'disconnect', reasonCode: 0x98 }));
          return accepted();
        },
      },
    );
    void set.agent.connect();

    for (let round = 0; round < 12; round++) {
      await once(set.agent, 'decision');
      if (round < 11) set.clock.advance(60_000);
    }

    const bounds = set.verdicts.map((_verdict, round) => Math.min(60_000, 1_000 * 2 ** round));
    set.verdicts.forEach(({ delayMilliseconds }, round) => {
      expect(delayMilliseconds).toBeLessThan(bounds[round] as number);
    });
    expect(Math.max(...set.verdicts.map(({ delayMilliseconds }) => delayMilliseconds ?? 0))).toBeGreaterThan(8_000);
    await set.agent.cut();
  });

  test('gives up when the first connection fails and it is to connect once', async () => {
    const agent = new DeviceAgent(
      { endpoint: 'mqtt://broker.test', clientId: 'a', initialConnect: 'once' },
      { openStream: () => Promise.reject(new Error('no route')) },
    );

    await expect(agent.connect()).rejects.toMatchObject({ code: 'CONNECTION_FAILED', message: 'no route' });
  });

  test('gives an attempt up when CONNACK does not come', async () => {
    const { agent, broker, clock, verdicts } = setUp({ connectTimeoutSeconds: 5 }, { connect: () => undefined });
    const connected = agent.connect();
    const connection = connectionOf(broker);
    await connection.next('connect');

    clock.advance(5_000);

    expect(verdicts).toMatchObject([{ decision: 'retry', reason: 'mqtt://broker.test:1883: no answer within 5 s' }]);
    await connection.closed;
    await agent.cut();
    await expect(connected).rejects.toThrow('the agent was ended before it was connected');
  });
});

describe('the end of a connection', () => {
  test('a proper end sends DISCONNECT with reason code 0, after which the will is dropped [MQTT-3.14.4-3]', async () => {
    const { agent, broker, verdicts } = setUp();
    await agent.connect();

    await agent.disconnect();

    expect(connectionOf(broker).all('disconnect')).toMatchObject([{ reasonCode: 0 }]);
    expect(agent.connected).toBe(false);
    expect(verdicts).toEqual([]);
  });

  test('the offline message goes out before DISCONNECT', async () => {
    const { agent, broker } = setUp({ offline: { topic: 'state', payload: 'offline', retain: true } });
    await agent.connect();

    await agent.disconnect();

    const sent = connectionOf(broker).received.map(({ cmd }) => cmd);
    expect(sent).toEqual(['connect', 'publish', 'disconnect']);
    expect(connectionOf(broker).all('publish')).toMatchObject([{ topic: 'state', retain: true }]);
  });

  test('publishWill asks the broker for the will with reason code 4', async () => {
    const { agent, broker } = setUp({ offline: { topic: 'state', payload: 'offline' } });
    await agent.connect();

    await agent.disconnect({ publishWill: true });

    expect(connectionOf(broker).all('disconnect')).toMatchObject([{ reasonCode: 4 }]);
    expect(connectionOf(broker).all('publish')).toEqual([]);
  });

  test('an abrupt end destroys the connection without DISCONNECT', async () => {
    const { agent, broker } = setUp();
    await agent.connect();

    await agent.cut();
    await connectionOf(broker).closed;

    expect(connectionOf(broker).all('disconnect')).toEqual([]);
  });

  test('a silent device sends neither pings nor acknowledgements and leaves the connection open', async () => {
    const { agent, broker, clock } = setUp({ keepAliveSeconds: 30 });
    await agent.connect();
    const connection = connectionOf(broker);

    const closed = agent.fallSilent();
    const message = once(agent, 'message');
    connection.send({ cmd: 'publish', topic: 'a', payload: 'b', qos: 1, messageId: 1, dup: false, retain: false });
    await message;
    clock.advance(45_000);
    await new Promise((resolve) => setImmediate(resolve));

    expect(connection.received.map(({ cmd }) => cmd)).toEqual(['connect']);
    expect(connection.stream.destroyed).toBe(false);
    connection.drop();
    await closed;
  });

  test('does not wait for a broker that never closes after DISCONNECT', async () => {
    const { agent, clock } = setUp({}, { disconnect: () => undefined });
    await agent.connect();

    const ended = agent.disconnect();
    clock.advance(2_000);

    await ended;
    expect(agent.connected).toBe(false);
  });

  test('connects again after an end of its own', async () => {
    const { agent, broker } = setUp();
    await agent.connect();
    await agent.disconnect();

    await agent.connect();

    expect(broker.connections).toHaveLength(2);
    await agent.cut();
  });
});

describe('keep alive', () => {
  test('pings when nothing was sent for the keep alive', async () => {
    const { agent, broker, clock } = setUp({ keepAliveSeconds: 30 });
    await agent.connect();

    clock.advance(30_000);

    await connectionOf(broker).next('pingreq');
    await agent.cut();
  });

  test('MQTT_No_Ack_PingResp: gives the connection up when PINGRESP does not come', async () => {
    const set = setUp({ keepAliveSeconds: 30 }, { pingreq: () => undefined });
    await set.agent.connect();
    set.clock.advance(30_000);
    await connectionOf(set.broker).next('pingreq');

    set.clock.advance(15_000);
    await once(set.agent, 'decision');

    expect(set.verdicts).toMatchObject([
      { decision: 'retry', reason: 'mqtt://broker.test:1883 did not answer a ping within the keep alive' },
    ]);
    await retried(set);
    await set.agent.cut();
  });
});
