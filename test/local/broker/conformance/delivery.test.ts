import { MQTT_PROFILE } from '../../../../local/broker/profiles/mqtt';
import { changeProfile } from '../../../../local/broker/profiles/profile';
import { type BrokerKit, brokerKit, settled, type TestClient } from '../broker-kit';

const session = { properties: { sessionExpiryInterval: 3600 } };

async function pair(
  qos: 1 | 2,
  fields = {},
): Promise<{ kit: BrokerKit; publisher: TestClient; subscriber: TestClient }> {
  const kit = brokerKit();
  const publisher = await kit.connect({ clientId: 'publisher' });
  const subscriber = await kit.connect({ clientId: 'subscriber', ...session, ...fields });
  await subscriber.subscribe('a', qos);
  return { kit, publisher, subscriber };
}

async function reconnected(kit: BrokerKit, earlier: TestClient, fields = {}): Promise<TestClient> {
  earlier.cut();
  await settled();
  return kit.connect({ clientId: 'subscriber', clean: false, ...session, ...fields });
}

describe('QoS 1 to a subscriber', () => {
  test('takes an unused packet identifier for each message [MQTT-2.2.1-4] [MQTT-4.3.2-1]', async () => {
    const { publisher, subscriber } = await pair(1);

    for (let index = 0; index < 3; index++) publisher.publish({ topic: 'a', qos: 1 });

    const identifiers = new Set<number>();
    for (let index = 0; index < 3; index++) identifiers.add((await subscriber.next('publish')).messageId);
    expect(identifiers.size).toBe(3);
    expect(identifiers).not.toContain(0);
  });

  test('is unacknowledged until PUBACK, and sent again with its identifier and DUP only on resuming [MQTT-4.3.2-3] [MQTT-4.4.0-1] [MQTT-3.3.1-1]', async () => {
    const { kit, publisher, subscriber } = await pair(1);
    publisher.publish({ topic: 'a', payload: 'one', qos: 1 });
    publisher.publish({ topic: 'a', payload: 'two', qos: 1 });
    const [one, two] = [await subscriber.next('publish'), await subscriber.next('publish')];
    kit.clock.advance(60_000);
    await subscriber.expectNothing();
    subscriber.puback(one.messageId);
    await settled();

    const again = await reconnected(kit, subscriber);

    expect(await again.next('publish')).toMatchObject({ messageId: two.messageId, dup: true, payload: two.payload });
    again.puback(two.messageId);
    await again.expectNothing();
    expect(kit.broker.session('subscriber')?.unacknowledgedMessages).toBe(0);
  });

  test('is acknowledged also by a PUBACK of 0x80 or more [MQTT-4.4.0-2]', async () => {
    const { kit, publisher, subscriber } = await pair(1);
    publisher.publish({ topic: 'a', qos: 1 });
    subscriber.puback((await subscriber.next('publish')).messageId, 0x83);
    await settled();

    await (await reconnected(kit, subscriber)).expectNothing();
  });
});

test('QoS 1 from a client: after PUBACK the same identifier is a new message, whatever DUP says [MQTT-4.3.2-5]', async () => {
  const { publisher, subscriber } = await pair(1);

  publisher.publish({ topic: 'a', payload: 'one', qos: 1, messageId: 5 });
  await publisher.next('puback');
  publisher.publish({ topic: 'a', payload: 'two', qos: 1, messageId: 5, dup: true });

  expect(await subscriber.nextPayload()).toBe('one');
  expect(await subscriber.nextPayload()).toBe('two');
});

describe('QoS 2 to a subscriber', () => {
  test('goes PUBLISH, PUBREC, PUBREL, PUBCOMP with one unused identifier and DUP 0 [MQTT-4.3.3-1] [MQTT-4.3.3-2] [MQTT-4.3.3-4] [MQTT-3.6.2-1]', async () => {
    const { kit, publisher, subscriber } = await pair(2);

    publisher.publish({ topic: 'a', qos: 2 });
    const { messageId, dup } = await subscriber.next('publish');
    expect(dup).toBe(false);
    subscriber.acknowledge('pubrec', messageId);
    expect(await subscriber.next('pubrel')).toMatchObject({ messageId, reasonCode: 0 });
    subscriber.acknowledge('pubcomp', messageId);

    await subscriber.expectNothing();
    expect(kit.broker.session('subscriber')?.unacknowledgedMessages).toBe(0);
  });

  test('is sent again before PUBREC, also when it has expired meanwhile [MQTT-4.3.3-3] [MQTT-4.3.3-7]', async () => {
    const { kit, publisher, subscriber } = await pair(2);
    publisher.publish({ topic: 'a', qos: 2, properties: { messageExpiryInterval: 1 } });
    const { messageId } = await subscriber.next('publish');
    kit.clock.advance(5_000);

    const again = await reconnected(kit, subscriber);

    expect(await again.next('publish')).toMatchObject({ messageId, dup: true });
  });

  test('after PUBREL only PUBREL is sent again [MQTT-4.3.3-5] [MQTT-4.3.3-6] [MQTT-4.4.0-1]', async () => {
    const { kit, publisher, subscriber } = await pair(2);
    publisher.publish({ topic: 'a', qos: 2 });
    const { messageId } = await subscriber.next('publish');
    subscriber.acknowledge('pubrec', messageId);
    await subscriber.next('pubrel');

    const again = await reconnected(kit, subscriber);

    expect(await again.next('pubrel')).toMatchObject({ messageId });
    again.acknowledge('pubcomp', messageId);
    await again.expectNothing();
  });

  test('is over when PUBREC says 0x80 or more [MQTT-4.4.0-2]', async () => {
    const { kit, publisher, subscriber } = await pair(2);
    publisher.publish({ topic: 'a', qos: 2 });

    subscriber.acknowledge('pubrec', (await subscriber.next('publish')).messageId, 0x80);

    await subscriber.expectNothing();
    expect(kit.broker.session('subscriber')?.unacknowledgedMessages).toBe(0);
  });

  test('a PUBREC for an identifier that is not in use is answered with 0x92 (3.6.2.1)', async () => {
    const { subscriber } = await pair(2);

    subscriber.acknowledge('pubrec', 99);

    expect(await subscriber.next('pubrel')).toMatchObject({ messageId: 99, reasonCode: 0x92 });
  });
});

describe('QoS 2 from a client', () => {
  test('is one message until PUBREL, also across connections [MQTT-4.3.3-10] [MQTT-4.3.3-11] [MQTT-3.7.2-1]', async () => {
    const { kit, publisher, subscriber } = await pair(2);
    const sender = await kit.connect({ clientId: 'sender', ...session });
    sender.publish({ topic: 'a', payload: 'once', qos: 2, messageId: 5 });
    await sender.next('pubrec');
    sender.cut();
    await settled();

    const again = await kit.connect({ clientId: 'sender', clean: false, ...session });
    again.publish({ topic: 'a', payload: 'once', qos: 2, messageId: 5, dup: true });
    expect((await again.next('pubrec')).reasonCode).toBe(0);
    again.acknowledge('pubrel', 5);
    expect(await again.next('pubcomp')).toMatchObject({ messageId: 5, reasonCode: 0 });

    expect(await subscriber.nextPayload()).toBe('once');
    publisher.publish({ topic: 'a', payload: 'fence' });
    expect(await subscriber.nextPayload()).toBe('fence');
  });

  test('after PUBCOMP the same identifier is a new message [MQTT-4.3.3-12]', async () => {
    const { publisher, subscriber } = await pair(2);

    for (const payload of ['one', 'two']) {
      publisher.publish({ topic: 'a', payload, qos: 2, messageId: 5 });
      await publisher.next('pubrec');
      publisher.acknowledge('pubrel', 5);
      await publisher.next('pubcomp');
    }

    expect(await subscriber.nextPayload()).toBe('one');
    expect(await subscriber.nextPayload()).toBe('two');
  });

  test('goes on when the message has expired [MQTT-4.3.3-13]', async () => {
    const { kit, publisher } = await pair(2);
    publisher.publish({ topic: 'a', qos: 2, messageId: 5, properties: { messageExpiryInterval: 1 } });
    await publisher.next('pubrec');
    kit.clock.advance(5_000);

    publisher.acknowledge('pubrel', 5);

    expect((await publisher.next('pubcomp')).reasonCode).toBe(0);
  });

  test('after a PUBREC of 0x80 or more the same identifier is a new message [MQTT-4.3.3-9]', async () => {
    const kit = brokerKit({ profile: changeProfile(MQTT_PROFILE, { limits: { payloadBytes: 3 } }) });
    const client = await kit.connect();
    await client.subscribe('a');

    client.publish({ topic: 'a', payload: 'long', qos: 2, messageId: 5 });
    expect((await client.next('pubrec')).reasonCode).toBe(0x97);
    client.publish({ topic: 'a', payload: 'ok', qos: 2, messageId: 5 });

    expect(await client.nextPayload()).toBe('ok');
  });

  test('a PUBREL for an identifier that is not in use is answered with 0x92 (3.7.2.1)', async () => {
    const { publisher } = await pair(2);

    publisher.acknowledge('pubrel', 99);

    expect(await publisher.next('pubcomp')).toMatchObject({ messageId: 99, reasonCode: 0x92 });
  });

  test('above the receive maximum ends the connection with 0x93 (3.2.2.3.3)', async () => {
    const kit = brokerKit({ profile: changeProfile(MQTT_PROFILE, { limits: { receiveMaximum: 2 } }) });
    const client = await kit.connect();
    for (let messageId = 1; messageId <= 3; messageId++) client.publish({ topic: 'a', qos: 2, messageId });
    await client.next('pubrec');
    await client.next('pubrec');

    expect((await client.next('disconnect')).reasonCode).toBe(0x93);
  });
});

describe('flow control', () => {
  test('holds back what exceeds the client’s receive maximum, and nothing else [MQTT-3.3.4-9] [MQTT-3.3.4-10] [MQTT-4.9.0-1] [MQTT-4.9.0-2] [MQTT-4.9.0-3]', async () => {
    const { publisher, subscriber } = await pair(1, { properties: { receiveMaximum: 2 } });
    for (const payload of ['1', '2', '3', '4']) publisher.publish({ topic: 'a', payload, qos: 1 });

    const [first, second] = [await subscriber.next('publish'), await subscriber.next('publish')];
    await subscriber.expectNothing();
    publisher.publish({ topic: 'a', payload: 'QoS 0' });
    expect(await subscriber.nextPayload()).toBe('QoS 0');
    subscriber.puback(first.messageId);
    const third = await subscriber.next('publish');

    expect(third.payload.toString()).toBe('3');
    await subscriber.expectNothing();
    subscriber.puback(second.messageId);
    expect((await subscriber.next('publish')).payload.toString()).toBe('4');
  });

  test('holds also for what is sent again on resuming', async () => {
    const { kit, publisher, subscriber } = await pair(1);
    for (const payload of ['1', '2', '3']) publisher.publish({ topic: 'a', payload, qos: 1 });
    for (let index = 0; index < 3; index++) await subscriber.next('publish');

    const again = await reconnected(kit, subscriber, { properties: { sessionExpiryInterval: 60, receiveMaximum: 1 } });

    const first = await again.next('publish');
    expect([first.payload.toString(), first.dup]).toEqual(['1', true]);
    await again.expectNothing();
    again.puback(first.messageId);
    expect((await again.next('publish')).payload.toString()).toBe('2');
  });
});

describe('a session without a connection', () => {
  test('keeps QoS 1 and 2 and drops QoS 0', async () => {
    const { kit, publisher, subscriber } = await pair(2);
    subscriber.cut();
    for (const qos of [0, 1, 2] as const) publisher.publish({ topic: 'a', payload: `QoS ${qos}`, qos });
    await settled();

    const again = await reconnected(kit, subscriber);

    expect(await again.nextPayload()).toBe('QoS 1');
    expect(await again.nextPayload()).toBe('QoS 2');
  });

  test('keeps no more than the profile says, and drops the newest', async () => {
    const queue = { messages: 2, bytes: 1_000, whenFull: 'dropNewest' } as const;
    const kit = brokerKit({ profile: changeProfile(MQTT_PROFILE, { limits: { queue } }) });
    const subscriber = await kit.connect({ clientId: 'subscriber', ...session });
    await subscriber.subscribe('a', 1);
    subscriber.cut();
    const publisher = await kit.connect({ clientId: 'publisher' });
    for (const payload of ['1', '2', '3']) publisher.publish({ topic: 'a', payload, qos: 1 });
    await settled();

    const again = await reconnected(kit, subscriber);

    expect([await again.nextPayload(), await again.nextPayload()]).toEqual(['1', '2']);
    await again.expectNothing();
    expect(kit.eventsOf('drop')).toMatchObject([{ clientId: 'subscriber', reason: 'queueFull' }]);
  });
});
