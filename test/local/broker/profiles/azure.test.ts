import type { Authenticator, Decision } from '../../../../local/broker/ports';
import { AZURE_PROFILE } from '../../../../local/broker/profiles/azure';
import { changeProfile, type ProfileChanges } from '../../../../local/broker/profiles/profile';
import { brokerKit, settled, type TestClient } from '../broker-kit';

// What Microsoft documents: https://learn.microsoft.com/en-us/azure/event-grid/mqtt-support and
// https://learn.microsoft.com/en-us/azure/event-grid/quotas-limits

const azure = (changes: ProfileChanges = {}, options = {}) =>
  brokerKit({ profile: changeProfile(AZURE_PROFILE, changes), ...options });
const session = { properties: { sessionExpiryInterval: 600 } };

async function disconnectedWith(client: TestClient, reasonCode: number): Promise<void> {
  expect((await client.next('disconnect')).reasonCode).toBe(reasonCode);
  await client.closed();
}

test('CONNACK says what Event Grid does not do', async () => {
  const client = await azure().connect({ keepalive: 60 });

  expect(client.connack?.properties).toEqual({
    maximumQoS: 1,
    maximumPacketSize: 524_288,
    receiveMaximum: 1_000,
    topicAliasMaximum: 10,
    subscriptionIdentifiersAvailable: false,
    sharedSubscriptionAvailable: false,
  });
});

test.each([
  [0, 1160],
  [1200, 1160],
  [30, undefined],
])('a keep alive of %d seconds is answered with %s', async (keepalive, said) => {
  const client = await azure().connect({ keepalive });

  expect(client.connack?.properties.serverKeepAlive).toBe(said);
});

test('no more than 16 deliveries are unacknowledged unless the client says its own maximum', async () => {
  const kit = azure();
  const client = await kit.connect();
  await client.subscribe('a', 1);
  const publisher = await kit.connect({ clientId: 'publisher' });

  for (let index = 0; index < 20; index++) publisher.publish({ topic: 'a', qos: 1 });
  await settled();

  expect(client.received('publish')).toBe(16);
});

test.each([
  ['101 messages', 101, 10],
  ['more than 1 MB', 3, 400_000],
])('a session with %s waiting ends', async (_case, messages, bytes) => {
  const kit = azure();
  const client = await kit.connect({ clientId: 'away', username: 'away', ...session });
  await client.subscribe('a', 1);
  client.cut();
  const publisher = await kit.connect({ clientId: 'publisher', username: 'publisher' });

  for (let index = 0; index < messages; index++)
    publisher.publish({ topic: 'a', qos: 1, payload: Buffer.alloc(bytes) });
  await settled();

  expect(kit.broker.session('away')).toBeUndefined();
  expect(kit.eventsOf('sessionEnd')).toMatchObject([{ clientId: 'away', reason: 'overflow' }]);
});

test('a connected session that overflows is disconnected, and its will is published', async () => {
  const queue = { messages: 1, bytes: 1_000, whenFull: 'endSession' } as const;
  const kit = azure({ limits: { queue, defaultClientReceiveMaximum: 1 } });
  const client = await kit.connect({ will: { topic: 'w' } });
  await client.subscribe('a', 1);
  const publisher = await kit.connect({ clientId: 'publisher' });

  for (let index = 0; index < 3; index++) publisher.publish({ topic: 'a', qos: 1 });
  await client.next('publish');

  await disconnectedWith(client, 0x97);
  expect(kit.eventsOf('disconnect')).toMatchObject([{ cause: 'sessionOverflow' }]);
  expect(kit.eventsOf('will')).toMatchObject([{ outcome: 'published' }]);
});

test('user properties are taken in PUBLISH and in the will', async () => {
  const userProperties = [['a', '1']] as const;
  const kit = azure();
  const client = await kit.connect({ will: { topic: 'w', properties: { userProperties } } });

  client.publish({ topic: 'a', qos: 1, properties: { userProperties } });

  expect((await client.next('puback')).reasonCode).toBe(0);
});

test.each([
  ['SUBSCRIBE', (client: TestClient) => client.sendSubscribe([{ topic: 'a' }], { userProperties: [['a', '1']] })],
  ['DISCONNECT', (client: TestClient) => client.disconnect(0, { userProperties: [['a', '1']] })],
])('user properties in %s fail', async (_case, send) => {
  const client = await azure().connect();

  send(client);

  await disconnectedWith(client, 0x83);
});

test('user properties in CONNECT fail', async () => {
  const client = azure().open();

  expect((await client.connect({ properties: { userProperties: [['a', '1']] } })).reasonCode).toBe(0x83);
});

test('shared subscriptions and topics that start with $ are refused', async () => {
  const client = await azure().connect();

  expect(await client.subscribe(['$share/g/a', '$SYS/#'])).toEqual([0x9e, 0x8f]);
  client.publish({ topic: '$SYS/a', qos: 1 });
  expect((await client.next('puback')).reasonCode).toBe(0x90);
});

test('a subscription identifier ends the connection with 0xA1', async () => {
  const client = await azure().connect();

  client.sendSubscribe([{ topic: 'a' }], { subscriptionIdentifier: [1] });

  await disconnectedWith(client, 0xa1);
});

test('a PUBACK that is no success ends the connection', async () => {
  const client = await azure().connect();
  await client.subscribe('a', 1);
  client.publish({ topic: 'a', qos: 1 });
  const { messageId } = await client.next('publish');
  await client.next('puback');

  client.puback(messageId, 0x80);

  await disconnectedWith(client, 0x83);
});

test('a message expiry of 0 means never', async () => {
  const kit = azure();
  const client = await kit.connect();
  client.publish({ topic: 'a', payload: 'x', retain: true, properties: { messageExpiryInterval: 0 } });
  await client.expectNothing();

  kit.clock.advance(86_400_000);

  expect(kit.broker.retainedMessage('a')?.payload.toString()).toBe('x');
});

test('topics have at most 15 segments', async () => {
  const client = await azure().connect();
  const segments = (count: number) => Array.from({ length: count }, () => 'a').join('/');

  client.publish({ topic: segments(15), qos: 1 });
  expect((await client.next('puback')).reasonCode).toBe(0);
  client.publish({ topic: segments(16), qos: 1 });
  expect((await client.next('puback')).reasonCode).toBe(0x90);
});

test('an empty client id of a 3.1.1 client is refused, of an MQTT 5 client assigned', async () => {
  const kit = azure();

  expect((await kit.open().connect({ protocolVersion: 4, clientId: '' })).reasonCode).toBe(2);
  expect((await kit.open().connect({ clientId: '' })).properties.assignedClientIdentifier).toBeDefined();
});

describe('a session', () => {
  test('is not taken over by another owner, connected or not', async () => {
    const kit = azure();
    const owner = await kit.connect({ clientId: '123', username: 'client', ...session });

    expect((await kit.open().connect({ clientId: '123', username: 'other' })).reasonCode).toBe(0x87);
    await owner.expectNothing();
    owner.cut();
    await settled();
    expect((await kit.open().connect({ clientId: '123', username: 'other' })).reasonCode).toBe(0x87);
    expect((await kit.open().connect({ clientId: '123', username: 'client', clean: false })).sessionPresent).toBe(true);
  });

  test('expires after an hour at most', async () => {
    const client = await azure().connect({ properties: { sessionExpiryInterval: 7_200 } });

    expect(client.connack?.properties.sessionExpiryInterval).toBe(3_600);
  });
});

describe('a will delay', () => {
  test('above 300 seconds is lowered to it', async () => {
    const kit = azure();
    const will = { topic: 'w', properties: { willDelayInterval: 3_000 } };
    (await kit.connect({ will, properties: { sessionExpiryInterval: 3_600 } })).cut();
    await settled();

    kit.clock.advance(299_999);
    expect(kit.eventsOf('will')).toEqual([]);
    kit.clock.advance(1);
    expect(kit.eventsOf('will')).toMatchObject([{ outcome: 'published' }]);
  });

  test('is refused instead where the profile says so', async () => {
    const kit = azure({ limits: { willDelay: { maximumSeconds: 300, above: 'refused' } } });
    const will = { topic: 'w', properties: { willDelayInterval: 301 } };

    expect((await kit.open().connect({ will })).reasonCode).toBe(0x83);
  });
});

describe('a publish that is not authorised', () => {
  const denied: Decision = { allowed: false, explanation: { reason: 'no binding allows it' } };
  const permissions = { publish: () => denied, subscribe: () => denied };
  const authenticator: Authenticator = {
    authenticate: () => ({ accepted: true, principal: 'client', owner: 'client', permissions }),
  };

  test('is answered with 0x87 at QoS 1, ends the connection at QoS 0 and in 3.1.1', async () => {
    const kit = azure({}, { authenticator });
    const client = await kit.connect();
    client.publish({ topic: 'a', qos: 1 });
    expect((await client.next('puback')).reasonCode).toBe(0x87);
    client.publish({ topic: 'a', qos: 0 });
    await disconnectedWith(client, 0x87);

    const old = await kit.connect({ protocolVersion: 4 });
    old.publish({ topic: 'a', qos: 1 });
    await old.closed();
  });

  test('as a will refuses CONNECT with 0x87, in 3.1.1 with 5; as a subscription with 0x87 or 0x80', async () => {
    const kit = azure({}, { authenticator });

    expect((await kit.open().connect({ will: { topic: 'w' } })).reasonCode).toBe(0x87);
    expect((await kit.open().connect({ protocolVersion: 4, will: { topic: 'w' } })).reasonCode).toBe(5);
    expect(await (await kit.connect()).subscribe('a')).toEqual([0x87]);
    expect(await (await kit.connect({ protocolVersion: 4 })).subscribe('a')).toEqual([0x80]);
  });
});
