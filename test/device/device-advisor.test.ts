/**
 * Cases of AWS IoT Device Advisor that concern a client, by their names; the others stand beside what they test.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/device-advisor-tests.html
 */
import { once } from 'node:events';
import { DeviceAgent, type DeviceAgentOptions, type Verdict } from '../../device';
import { ManualClock } from '../../presence/clock';
import { seededRandomness } from '../../presence/randomness';
import { type Answers, accepted, FakeBroker, type FakeConnection, refused } from './fake-broker';

function setUp(
  answers: Answers = {},
  { seed = 7, ...options }: Partial<DeviceAgentOptions> & { readonly seed?: number } = {},
) {
  const clock = new ManualClock();
  const broker = new FakeBroker(answers);
  const agent = new DeviceAgent(
    { endpoint: 'mqtt://broker.test', clientId: 'lwtThing', ...options },
    { clock, randomness: seededRandomness(seed), openStream: broker.openStream },
  );
  return { agent, broker, clock };
}

/** The waits before the next attempts, in milliseconds. */
async function waits({ agent, clock }: ReturnType<typeof setUp>, count: number): Promise<number[]> {
  const found: number[] = [];
  void agent.connect().catch(() => undefined);
  while (found.length < count) {
    const [verdict] = (await once(agent, 'decision')) as [Verdict];
    found.push(verdict.delayMilliseconds as number);
    clock.advance(verdict.delayMilliseconds as number);
  }
  await agent.cut();
  return found;
}

function firstOf(broker: FakeBroker): FakeConnection {
  return broker.connections[0] as FakeConnection;
}

const bounds = (count: number): number[] =>
  Array.from({ length: count }, (_, attempt) => Math.min(128_000, 1_000 * 2 ** attempt));

test('MQTT_Connect: sends CONNECT first', async () => {
  const { agent, broker } = setUp();

  await agent.connect();

  expect(firstOf(broker).received.map(({ cmd }) => cmd)).toEqual(['connect']);
  await agent.cut();
});

test('MQTT_Connect_Jitter_Backoff_Retries: a refused device tries at least 5 times, with waits drawn from growing bounds', async () => {
  const found = await waits(setUp({ connect: () => refused(0x88) }), 10);

  found.forEach((wait, attempt) => {
    expect(wait).toBeLessThan(bounds(10)[attempt] as number);
  });
  const doubled = found.filter((wait, attempt) => attempt > 0 && wait === 2 * (found[attempt - 1] as number));
  expect(doubled).toEqual([]);
});

test('MQTT_Connect_Jitter_Backoff_Retries: two devices do not wait alike', async () => {
  const answers = { connect: () => refused(0x89) };

  expect(await waits(setUp(answers, { seed: 1 }), 5)).not.toEqual(await waits(setUp(answers, { seed: 2 }), 5));
});

test('MQTT_Reconnect_Backoff_Retries_On_Server_Disconnect: waits grow although every connection is accepted', async () => {
  const found = await waits(
    setUp({
      connect: (_packet, connection) => {
        setImmediate(() => connection.send({ cmd: 'disconnect', reasonCode: 0x8b }));
        return accepted();
      },
    }),
    10,
  );

  expect(Math.max(...found.slice(5))).toBeGreaterThan(bounds(5)[4] as number);
});

test('MQTT_Reconnect_Backoff_Retries_On_Unstable_Connection: waits grow while connections break at once', async () => {
  const found = await waits(
    setUp({
      connect: (_packet, connection) => {
        setImmediate(() => connection.drop());
        return accepted();
      },
    }),
    10,
  );

  expect(Math.max(...found.slice(5))).toBeGreaterThan(bounds(5)[4] as number);
});

test('MQTT_Long_Duration INTERMITTENT_CONNECTIVITY: after a connection that lasted the waits start small again', async () => {
  const set = setUp();
  await set.agent.connect();
  for (let round = 0; round < 8; round++) {
    set.clock.advance(20_000);
    const decided = once(set.agent, 'decision');
    (set.broker.connections.at(-1) as FakeConnection).drop();
    const [verdict] = (await decided) as [Verdict];
    expect(verdict.delayMilliseconds).toBeLessThan(1_000);
    const connected = once(set.agent, 'connect');
    set.clock.advance(1_000);
    await connected;
  }
  await set.agent.cut();
});

test('MQTT_Long_Duration RECEIVE_LARGE_PAYLOAD: takes a message of 128 KB and acknowledges it', async () => {
  const { agent, broker } = setUp();
  await agent.connect();
  const message = once(agent, 'message');

  const payload = Buffer.alloc(131_072, 'x');
  firstOf(broker).send({ cmd: 'publish', topic: 'a', payload, qos: 1, messageId: 5, dup: false, retain: false });

  expect((await message)[0].payload).toHaveLength(131_072);
  expect(await firstOf(broker).next('puback')).toMatchObject({ messageId: 5 });
  await agent.cut();
});

test('MQTT_Long_Duration KEEP_ALIVE: keeps pinging for hours', async () => {
  const { agent, broker, clock } = setUp({}, { keepAliveSeconds: 30 });
  await agent.connect();

  for (let ping = 0; ping < 240; ping++) {
    clock.advance(30_000);
    await firstOf(broker).next('pingreq');
    // PINGRESP is on its way back.
    await new Promise((resolve) => setImmediate(resolve));
  }

  expect(agent.connected).toBe(true);
  await agent.cut();
});

describe('faults', () => {
  test('acknowledgements in another order settle the messages that they name', async () => {
    const { agent, broker } = setUp({ publish: () => undefined });
    await agent.connect();
    const settled: string[] = [];
    const published = ['1', '2'].map((text) => agent.publish('a', text).then(() => settled.push(text)));
    const connection = firstOf(broker);
    const [first, second] = [await connection.next('publish'), await connection.next('publish')];

    connection.send({ cmd: 'puback', messageId: second.messageId, reasonCode: 0 });
    connection.send({ cmd: 'puback', messageId: first.messageId, reasonCode: 0 });
    await Promise.all(published);

    expect(settled).toEqual(['2', '1']);
    await agent.cut();
  });

  test('an acknowledgement that comes twice settles nothing else', async () => {
    const { agent, broker } = setUp({
      publish: ({ messageId, payload }, connection) => {
        if (String(payload) !== '1') return undefined;
        connection.send({ cmd: 'puback', messageId, reasonCode: 0 });
        return { cmd: 'puback', messageId, reasonCode: 0 };
      },
    });
    await agent.connect();
    await agent.publish('a', '1');
    let settled = false;
    const second = agent.publish('a', '2').then(() => {
      settled = true;
    });
    const connection = firstOf(broker);
    await connection.next('publish');
    const { messageId } = await connection.next('publish');
    expect(settled).toBe(false);

    connection.send({ cmd: 'puback', messageId, reasonCode: 0 });
    await second;
    await agent.cut();
  });

  test('an acknowledgement that nobody waits for is no reason to disconnect', async () => {
    const { agent, broker } = setUp();
    await agent.connect();

    firstOf(broker).send({ cmd: 'puback', messageId: 4_711, reasonCode: 0 });
    await agent.publish('fence', '');

    expect(agent.connected).toBe(true);
    await agent.cut();
  });

  test('a throttled message fails with the reason code of its PUBACK', async () => {
    const { agent } = setUp({ publish: ({ messageId }) => ({ cmd: 'puback', messageId, reasonCode: 0x97 }) });
    await agent.connect();

    await expect(agent.publish('a', 'b')).rejects.toThrow('with reason code 151 (0x97, Quota exceeded)');
    await agent.cut();
  });

  test('bytes that are no MQTT end the connection, and the device tries again', async () => {
    const { agent, broker, clock } = setUp();
    await agent.connect();
    const decided = once(agent, 'decision');

    firstOf(broker).stream.write(Buffer.from([0x00, 0xff, 0xff, 0xff, 0xff, 0xff]));

    expect((await decided)[0]).toMatchObject({ decision: 'retry' });
    const connected = once(agent, 'connect');
    clock.advance(1_000);
    await connected;
    await agent.cut();
  });

  test('a connection that breaks inside a packet loses nothing that was to be sent', async () => {
    const { agent, broker, clock } = setUp();
    await agent.connect();
    const decided = once(agent, 'decision');
    firstOf(broker).stream.write(Buffer.from([0x30, 0x20, 0x00]));
    firstOf(broker).drop();
    await decided;

    const published = agent.publish('a', 'b');
    clock.advance(1_000);

    await published;
    expect(broker.connections[1]?.all('publish')).toHaveLength(1);
    await agent.cut();
  });
});
