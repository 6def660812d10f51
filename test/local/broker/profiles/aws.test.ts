import type { Decision } from '../../../../local/broker/ports';
import { AWS_PROFILE } from '../../../../local/broker/profiles/aws';
import { brokerKit, settled, type TestClient } from '../broker-kit';

// What AWS IoT Core documents: https://docs.aws.amazon.com/iot/latest/developerguide/mqtt.html and
// https://docs.aws.amazon.com/general/latest/gr/iot-core.html

const aws = (options = {}) => brokerKit({ profile: AWS_PROFILE, ...options });
const session = { properties: { sessionExpiryInterval: 600 } };

async function disconnectedWith(client: TestClient, reasonCode: number): Promise<void> {
  expect((await client.next('disconnect')).reasonCode).toBe(reasonCode);
  await client.closed();
}

test('CONNACK says what AWS says', async () => {
  const client = await aws().connect({ keepalive: 60 });

  expect(client.connack?.properties).toEqual({
    serverKeepAlive: 60,
    receiveMaximum: 100,
    topicAliasMaximum: 8,
    maximumQoS: 1,
    retainAvailable: true,
    maximumPacketSize: 149_504,
    wildcardSubscriptionAvailable: true,
    subscriptionIdentifiersAvailable: false,
    sharedSubscriptionAvailable: true,
  });
});

test.each([
  [0, 1200],
  [1, 30],
  [29, 30],
  [30, 30],
  [1200, 1200],
  [1201, 1200],
])('a keep alive of %d seconds becomes %d', async (asked, granted) => {
  const kit = aws();
  const client = await kit.connect({ keepalive: asked });
  expect(client.connack?.properties.serverKeepAlive).toBe(granted);

  kit.clock.advance(granted * 1500);

  await disconnectedWith(client, 0x8d);
});

test('a session expiry above one hour is lowered to it, and CONNACK says so', async () => {
  const client = await aws().connect({ properties: { sessionExpiryInterval: 7200 } });

  expect(client.connack?.properties.sessionExpiryInterval).toBe(3600);
});

test('a persistent session of one version cannot be resumed with the other', async () => {
  const kit = aws();
  (await kit.connect({ protocolVersion: 4, clean: false })).cut();
  await settled();

  expect((await kit.connect({ clean: false, ...session })).connack?.sessionPresent).toBe(false);
});

test('a/# does not match a', async () => {
  const client = await aws().connect();
  await client.subscribe('a/#');

  client.publish({ topic: 'a' });
  client.publish({ topic: 'a/', payload: 'matches' });

  expect(await client.nextPayload()).toBe('matches');
});

test('stored retained messages go to filters without wildcards only', async () => {
  const client = await aws().connect();
  client.publish({ topic: 'a/b', payload: 'kept', retain: true });

  await client.subscribe(['a/+', '#']);
  await client.expectNothing();
  await client.subscribe('a/b');

  expect(await client.nextPayload()).toBe('kept');
});

test('redelivery sets no DUP, and happens also while the client is connected, for 960 seconds', async () => {
  const kit = aws();
  const client = await kit.connect({ keepalive: 1200, ...session });
  await client.subscribe('a', 1);
  client.publish({ topic: 'a', payload: 'x', qos: 1 });
  const first = await client.next('publish');
  await client.next('puback');

  kit.clock.advance(29_999);
  await client.expectNothing();
  kit.clock.advance(1);
  expect(await client.next('publish')).toEqual(first);

  for (let round = 2; round < 32; round++) {
    kit.clock.advance(30_000);
    await client.next('publish');
  }
  kit.clock.advance(60_000);
  await client.expectNothing();
});

test.each([
  ['more than seven slashes', 'a/b/c/d/e/f/g/h/i'],
  ['more than 256 bytes', 'x'.repeat(257)],
])('a topic with %s is refused with 0x90', async (_case, topic) => {
  const client = await aws().connect();

  client.publish({ topic, qos: 1 });

  expect((await client.next('puback')).reasonCode).toBe(0x90);
});

test('the three levels of Basic Ingest do not count', async () => {
  const client = await aws().connect();

  client.publish({ topic: '$aws/rules/name/a/b/c/d/e/f/g/h', qos: 1 });

  expect((await client.next('puback')).reasonCode).toBe(0);
});

test('the slashes of $share do not count', async () => {
  const client = await aws().connect();

  expect(await client.subscribe('$share/name/a/b/c/d/e/f/g/h', 1)).toEqual([1]);
});

test('more than 8 filters in one SUBSCRIBE are refused, all of them', async () => {
  const client = await aws().connect();

  const nine = Array.from({ length: 9 }, (_, index) => `a${index}`);

  expect(await client.subscribe(nine)).toEqual(nine.map(() => 0x97));
  expect(await client.subscribe(nine.slice(1))).toEqual(nine.slice(1).map(() => 0));
});

test('more than 50 subscriptions are refused with 0x97, in 3.1.1 with 0x80', async () => {
  for (const [protocolVersion, refused] of [
    [5, 0x97],
    [4, 0x80],
  ] as const) {
    const client = await aws().connect({ protocolVersion });
    for (let index = 0; index < 50; index++) await client.subscribe(`a${index}`);

    expect(await client.subscribe('one/more')).toEqual([refused]);
    expect(await client.subscribe('a1')).toEqual([0]);
  }
});

test.each([
  [
    'a subscription identifier',
    0xa1,
    (client: TestClient) => client.sendSubscribe([{ topic: 'a' }], { subscriptionIdentifier: [1] }),
  ],
  ['QoS 2', 0x9b, (client: TestClient) => client.publish({ topic: 'a', qos: 2 })],
  ['topic alias 9', 0x94, (client: TestClient) => client.publish({ topic: 'a', properties: { topicAlias: 9 } })],
] as const)('%s ends the connection', async (_case, reasonCode, send) => {
  const client = await aws().connect();

  send(client);

  await disconnectedWith(client, reasonCode);
});

test('a payload above 128 KB is refused with 0x97', async () => {
  const client = await aws().connect();

  client.publish({ topic: 'a', payload: Buffer.alloc(131_073), qos: 1 });

  expect((await client.next('puback')).reasonCode).toBe(0x97);
});

test('a client that takes packets of less than 512 bytes is refused', async () => {
  expect(
    (
      await aws()
        .open()
        .connect({ properties: { maximumPacketSize: 511 } })
    ).reasonCode,
  ).toBe(0x95);
});

test('retaining on a $ topic is refused', async () => {
  const client = await aws().connect();

  client.publish({ topic: '$aws/things/x', retain: true, qos: 1 });

  expect((await client.next('puback')).reasonCode).toBe(0x90);
});

test('a message expiry of 0 counts as 1, and a part of a second that is left as 0', async () => {
  const kit = aws();
  const client = await kit.connect();
  client.publish({ topic: 'a', payload: 'x', retain: true, properties: { messageExpiryInterval: 0 } });
  await client.expectNothing();
  kit.clock.advance(500);

  await client.subscribe('a');

  expect((await client.next('publish')).properties.messageExpiryInterval).toBe(0);
});

describe('what a policy does not allow', () => {
  const denied: Decision = { allowed: false, explanation: { reason: 'no statement allows iot:Publish' } };
  const allowed: Decision = { allowed: true };
  const decide = (topic: string): Decision => (topic.startsWith('denied') ? denied : allowed);
  const permissions = { publish: decide, subscribe: decide, receive: decide };
  const authenticator = {
    authenticate: () => ({ accepted: true, principal: 'certificate', owner: 'certificate', permissions }) as const,
  };

  test('a publish at QoS 1 is answered with 0x87 and the connection goes on; at QoS 0 it ends with 0x87', async () => {
    const client = await aws({ authenticator }).connect();

    client.publish({ topic: 'denied', qos: 1 });
    expect((await client.next('puback')).reasonCode).toBe(0x87);
    client.publish({ topic: 'denied', qos: 0 });

    await disconnectedWith(client, 0x87);
  });

  test('a publish or a subscription of a 3.1.1 client closes its connection, so that its will is published', async () => {
    const kit = aws({ authenticator });
    const watcher = await kit.connect({ clientId: 'watcher' });
    await watcher.subscribe('w');
    const fields = { protocolVersion: 4, clientId: 'device', will: { topic: 'w' } };

    (await kit.connect(fields)).publish({ topic: 'denied', qos: 1 });
    expect(await watcher.nextPayload()).toBe('gone');
    (await kit.connect(fields)).sendSubscribe([{ topic: 'denied' }]);
    expect(await watcher.nextPayload()).toBe('gone');

    expect(kit.eventsOf('disconnect').map(({ cause }) => cause)).toEqual(['notAuthorized', 'notAuthorized']);
  });

  test('a subscription of an MQTT 5 client is refused with 0x87 beside others that are granted', async () => {
    const client = await aws({ authenticator }).connect();

    expect(await client.subscribe(['ok', 'denied'], 1)).toEqual([1, 0x87]);
  });

  test('a delivery is not made, and the reason is reported', async () => {
    const kit = aws({ authenticator });
    const client = await kit.connect();
    await client.subscribe('#', 1);

    kit.broker.publish(
      { topic: 'denied/1', payload: Buffer.from('x'), qos: 1, retain: false, properties: {} },
      { kind: 'cloud', depth: 0 },
    );

    await client.expectNothing();
    expect(kit.eventsOf('refused')).toMatchObject([
      { operation: 'receive', topic: 'denied/1', explanation: denied.explanation },
    ]);
  });

  test.each([
    [5, 0x87],
    [4, 'close'],
  ] as const)('a will refuses CONNECT (version %d: %s)', async (protocolVersion, answer) => {
    const kit = aws({ authenticator });
    const client = kit.open();
    client.sendConnect({ protocolVersion, will: { topic: 'denied/will' } });

    if (answer !== 'close') expect((await client.next('connack')).reasonCode).toBe(answer);
    await client.closed();
    expect(kit.eventsOf('refused')).toMatchObject([{ operation: 'connect', topic: 'denied/will' }]);
    expect(kit.eventsOf('will')).toEqual([]);
  });

  test('a will is dropped when it is due where the broker is told to check it then', async () => {
    const kit = aws({ authenticator, willAuthorization: 'at-publish' });
    (await kit.connect({ will: { topic: 'denied/will' } })).cut();
    await settled();

    expect(kit.eventsOf('will')).toMatchObject([{ outcome: 'refused', detail: 'no statement allows iot:Publish' }]);
    expect(kit.eventsOf('publish')).toEqual([]);
  });
});

describe('the rate limits', () => {
  test('are off by default', async () => {
    const client = await aws().connect();

    for (let index = 0; index < 300; index++) client.publish({ topic: 'a' });

    await client.expectNothing();
  });

  test('end a connection that publishes more than 100 messages in a second, with its will', async () => {
    const kit = aws({ throttleScale: 1 });
    const client = await kit.connect({ will: { topic: 'w' } });

    for (let index = 0; index < 101; index++) client.publish({ topic: 'a' });

    await disconnectedWith(client, 0x97);
    expect(kit.eventsOf('disconnect')).toMatchObject([{ cause: 'throttled' }]);
    expect(kit.eventsOf('will')).toMatchObject([{ outcome: 'published' }]);
  });

  test('run on the clock', async () => {
    const kit = aws({ throttleScale: 1 });
    const client = await kit.connect();
    for (let second = 0; second < 3; second++) {
      for (let index = 0; index < 100; index++) client.publish({ topic: 'a' });
      await client.expectNothing();
      kit.clock.advance(1_000);
    }
  });

  test('can be scaled', async () => {
    const client = await aws({ throttleScale: 0.1 }).connect();

    for (let index = 0; index < 11; index++) client.publish({ topic: 'a' });

    await disconnectedWith(client, 0x97);
  });

  test('let a client id connect once per second', async () => {
    const kit = aws({ throttleScale: 1 });
    await kit.connect();

    expect((await kit.open().connect()).reasonCode).toBe(0x97);
    expect((await kit.open().connect({ clientId: 'other' })).reasonCode).toBe(0);
    kit.clock.advance(1_000);
    expect((await kit.open().connect()).reasonCode).toBe(0);
  });
});
