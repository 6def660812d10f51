import { MQTT_PROFILE } from '../../../../local/broker/profiles/mqtt';
import { changeProfile } from '../../../../local/broker/profiles/profile';
import { brokerKit, settled, type TestClient } from '../broker-kit';

async function pair(filter = 'a', qos: 0 | 1 | 2 = 0) {
  const kit = brokerKit();
  const publisher = await kit.connect({ clientId: 'publisher' });
  const subscriber = await kit.connect({ clientId: 'subscriber' });
  await subscriber.subscribe(filter, qos);
  return { kit, publisher, subscriber };
}

async function disconnectedWith(client: TestClient, reasonCode: number): Promise<void> {
  expect((await client.next('disconnect')).reasonCode).toBe(reasonCode);
  await client.closed();
}

describe('strings', () => {
  test('in topics are compared as they are: no case folding, no normalisation [MQTT-4.7.3-4]', async () => {
    const { publisher, subscriber } = await pair('Caf\u00e9');

    for (const topic of ['caf\u00e9', 'Cafe\u0301', 'Caf\u00e9/', '/Caf\u00e9']) publisher.publish({ topic });
    publisher.publish({ topic: 'Caf\u00e9', payload: 'match' });

    expect(await subscriber.nextPayload()).toBe('match');
  });

  test('that are not UTF-8 or hold a null character close the connection with 0x81 [MQTT-1.5.4-1] [MQTT-1.5.4-2] [MQTT-3.3.2-1] [MQTT-4.7.3-2]', async () => {
    const kit = brokerKit();
    for (const bytes of [
      [0x30, 4, 0, 1, 0xff, 0],
      [0x30, 4, 0, 1, 0x00, 0],
    ]) {
      const client = await kit.connect();
      client.sendBytes(...bytes);
      await disconnectedWith(client, 0x81);
    }
  });

  test.each([
    ['response topic [MQTT-3.3.2-13]', 8],
    ['content type [MQTT-3.3.2-19]', 3],
  ])('in the %s that are not UTF-8 close the connection with 0x81', async (_case, property) => {
    const client = await brokerKit().connect();

    client.sendBytes(0x30, 8, 0, 1, 0x61, 4, property, 0, 1, 0xff);

    await disconnectedWith(client, 0x81);
  });
});

test('lengths are written as short as possible [MQTT-1.5.5-1]', async () => {
  const { publisher, subscriber } = await pair();
  const chunk = new Promise<Buffer>((resolve) => subscriber.stream.once('data', resolve));

  publisher.publish({ topic: 'a', payload: 'x' });

  expect(await chunk).toEqual(Buffer.from([0x30, 5, 0, 1, 0x61, 0, 0x78]));
});

describe('PUBLISH', () => {
  test.each([
    ['QoS 3 [MQTT-3.3.1-4]', [0x36, 6, 0, 1, 0x61, 0, 1, 0], 0x81],
    ['DUP at QoS 0 [MQTT-3.3.1-2]', [0x38, 4, 0, 1, 0x61, 0], 0x81],
    ['packet identifier 0 at QoS 1', [0x32, 6, 0, 1, 0x61, 0, 0, 0], 0x82],
    ['wildcards in its topic [MQTT-3.3.2-2] [MQTT-4.7.0-1]', [0x30, 4, 0, 1, 0x23, 0], 0x90],
    ['neither topic nor alias [MQTT-4.7.3-1]', [0x30, 3, 0, 0, 0], 0x82],
    ['a response topic with wildcards [MQTT-3.3.2-14]', [0x30, 8, 0, 1, 0x61, 4, 8, 0, 1, 0x23], 0x82],
    ['a subscription identifier [MQTT-3.3.4-6]', [0x30, 6, 0, 1, 0x61, 2, 11, 1], 0x82],
    ['topic alias 0 (3.3.2.3.4)', [0x30, 7, 0, 1, 0x61, 3, 35, 0, 0], 0x94],
    ['a topic alias above the maximum (3.3.2.3.4)', [0x30, 7, 0, 1, 0x61, 3, 35, 0, 101], 0x94],
    ['an alias that stands for nothing yet', [0x30, 6, 0, 0, 3, 35, 0, 1], 0x82],
  ])(
    'with %s is answered with DISCONNECT and closed [MQTT-4.13.1-1] [MQTT-3.14.2-1]',
    async (_case, bytes, reasonCode) => {
      const client = await brokerKit().connect();

      client.sendBytes(...bytes);

      await disconnectedWith(client, reasonCode);
    },
  );

  test('at QoS 0 has no packet identifier and no DUP [MQTT-2.2.1-2] [MQTT-4.3.1-1]', async () => {
    const { publisher, subscriber } = await pair('a', 2);

    publisher.publish({ topic: 'a', payload: 'x' });

    expect(await subscriber.next('publish')).toMatchObject({ qos: 0, messageId: 0, dup: false });
  });

  test('is answered with nothing, PUBACK or PUBREC by its QoS [MQTT-3.3.4-1] [MQTT-2.2.1-5] [MQTT-4.3.2-4] [MQTT-4.3.3-8] [MQTT-3.4.2-1] [MQTT-3.5.2-1]', async () => {
    const client = await brokerKit().connect();

    client.publish({ topic: 'a' });
    await client.expectNothing();
    client.publish({ topic: 'a', qos: 1, messageId: 7 });
    expect(await client.next('puback')).toMatchObject({ messageId: 7, reasonCode: 0 });
    client.publish({ topic: 'a', qos: 2, messageId: 8 });
    expect(await client.next('pubrec')).toMatchObject({ messageId: 8, reasonCode: 0 });
  });

  test('reaches those whose filter matches, and nobody else [MQTT-3.3.2-3]', async () => {
    const { kit, publisher, subscriber } = await pair('a/+');
    const other = await kit.connect({ clientId: 'other' });
    await other.subscribe('b/#');

    publisher.publish({ topic: 'a/1', payload: 'x' });

    expect(await subscriber.nextPayload()).toBe('x');
    await other.expectNothing();
  });

  test('carries its properties on unaltered, user properties in order [MQTT-3.3.2-4] [MQTT-3.3.2-15] [MQTT-3.3.2-16] [MQTT-3.3.2-17] [MQTT-3.3.2-18] [MQTT-3.3.2-20] [MQTT-3.1.3-10]', async () => {
    const { publisher, subscriber } = await pair();
    const properties = {
      payloadFormatIndicator: true,
      contentType: 'text/plain',
      responseTopic: 'answers/1',
      correlationData: Buffer.from([0, 1, 2]),
      userProperties: [
        ['b', '1'],
        ['a', ''],
        ['b', '2'],
      ] as const,
    };

    publisher.publish({ topic: 'a', payload: 'x', properties });

    expect((await subscriber.next('publish')).properties).toEqual(properties);
  });

  test('that claims UTF-8 and is not is refused with 0x99 (3.3.2.3.2)', async () => {
    const client = await brokerKit().connect();

    client.publish({ topic: 'a', payload: Buffer.from([0xff]), qos: 1, properties: { payloadFormatIndicator: true } });

    expect((await client.next('puback')).reasonCode).toBe(0x99);
  });

  test('of one client to one topic arrives in order [MQTT-4.6.0-5] [MQTT-4.6.0-6]', async () => {
    const { publisher, subscriber } = await pair('a', 1);

    for (let index = 0; index < 50; index++) publisher.publish({ topic: 'a', payload: String(index), qos: 1 });

    for (let index = 0; index < 50; index++) expect(await subscriber.nextPayload()).toBe(String(index));
  });

  test('sets DUP by itself, not by what came in [MQTT-3.3.1-3] [MQTT-4.3.2-2]', async () => {
    const { publisher, subscriber } = await pair('a', 1);

    publisher.publish({ topic: 'a', qos: 1, dup: true });

    expect((await subscriber.next('publish')).dup).toBe(false);
  });
});

describe('message expiry', () => {
  const session = { properties: { sessionExpiryInterval: 3600 } };

  test('that has passed keeps the message from subscribers [MQTT-3.3.2-5], and what is left is said [MQTT-3.3.2-6]', async () => {
    const kit = brokerKit();
    const subscriber = await kit.connect({ clientId: 'subscriber', ...session });
    await subscriber.subscribe('a', 1);
    subscriber.cut();
    const publisher = await kit.connect({ clientId: 'publisher' });
    publisher.publish({ topic: 'a', payload: 'short', qos: 1, properties: { messageExpiryInterval: 10 } });
    publisher.publish({ topic: 'a', payload: 'long', qos: 1, properties: { messageExpiryInterval: 120 } });
    await settled();
    kit.clock.advance(15_000);

    const again = await kit.connect({ clientId: 'subscriber', clean: false, ...session });

    const publish = await again.next('publish');
    expect(publish.payload.toString()).toBe('long');
    expect(publish.properties.messageExpiryInterval).toBe(105);
  });

  test('removes a retained message (3.3.2.3.3)', async () => {
    const kit = brokerKit();
    const client = await kit.connect();
    client.publish({ topic: 'a', payload: 'x', retain: true, properties: { messageExpiryInterval: 10 } });
    await settled();
    expect(kit.broker.retainedMessage('a')?.properties.messageExpirySeconds).toBe(10);

    kit.clock.advance(10_000);

    expect(kit.broker.retainedMessages()).toEqual([]);
  });
});

describe('topic aliases', () => {
  test('of a client are accepted up to the maximum that CONNACK says [MQTT-3.3.2-12]', async () => {
    const { publisher, subscriber } = await pair();
    const topicAlias = publisher.connack?.properties.topicAliasMaximum;

    publisher.publish({ topic: 'a', payload: 'one', properties: { topicAlias } });
    publisher.publish({ topic: '', payload: 'two', properties: { topicAlias } });

    expect(await subscriber.nextPayload()).toBe('one');
    expect(await subscriber.next('publish')).toMatchObject({ topic: 'a', properties: {} });
  });

  test('are forgotten with the connection [MQTT-3.3.2-7]', async () => {
    const kit = brokerKit();
    const session = { properties: { sessionExpiryInterval: 60 } };
    const first = await kit.connect(session);
    first.publish({ topic: 'a', properties: { topicAlias: 1 } });
    await first.expectNothing();

    const second = await kit.connect({ clean: false, ...session });
    second.publish({ topic: '', properties: { topicAlias: 1 } });

    await disconnectedWith(second, 0x82);
  });

  test('of the broker stay within the client’s maximum and start at 1 [MQTT-3.1.2-26] [MQTT-3.3.2-8] [MQTT-3.3.2-11]', async () => {
    const kit = brokerKit();
    const subscriber = await kit.connect({ clientId: 'subscriber', properties: { topicAliasMaximum: 1 } });
    await subscriber.subscribe('#');
    const publisher = await kit.connect({ clientId: 'publisher' });

    for (const topic of ['a', 'a', 'b']) publisher.publish({ topic });

    expect(await subscriber.next('publish')).toMatchObject({ topic: 'a', properties: { topicAlias: 1 } });
    expect(await subscriber.next('publish')).toMatchObject({ topic: '', properties: { topicAlias: 1 } });
    expect(await subscriber.next('publish')).toMatchObject({ topic: 'b', properties: {} });
  });

  test('are not sent to a client that allows none [MQTT-3.1.2-27]', async () => {
    const { publisher, subscriber } = await pair();

    publisher.publish({ topic: 'a' });

    expect((await subscriber.next('publish')).properties.topicAlias).toBeUndefined();
  });
});

describe('retained messages', () => {
  test('are replaced by the next and sent to new subscribers with RETAIN 1 [MQTT-3.3.1-5] [MQTT-3.3.1-9]', async () => {
    const kit = brokerKit();
    const client = await kit.connect();
    client.publish({ topic: 'a', payload: 'old', retain: true });
    client.publish({ topic: 'a', payload: 'new', retain: true });

    await client.subscribe('+');

    const publish = await client.next('publish');
    expect([publish.payload.toString(), publish.retain]).toEqual(['new', true]);
    await client.expectNothing();
  });

  test('are removed by an empty one, which is delivered but not stored [MQTT-3.3.1-6] [MQTT-3.3.1-7]', async () => {
    const { kit, publisher, subscriber } = await pair();
    publisher.publish({ topic: 'a', payload: 'x', retain: true });
    publisher.publish({ topic: 'a', payload: '', retain: true });

    expect(await subscriber.nextPayload()).toBe('x');
    expect(await subscriber.nextPayload()).toBe('');
    expect(kit.broker.retainedMessages()).toEqual([]);
  });

  test('are left alone by a message without RETAIN [MQTT-3.3.1-8]', async () => {
    const kit = brokerKit();
    const client = await kit.connect();
    client.publish({ topic: 'a', payload: 'kept', retain: true });
    client.publish({ topic: 'a', payload: 'passing' });
    client.publish({ topic: 'a', payload: '' });
    await client.expectNothing();

    expect(kit.broker.retainedMessage('a')?.payload.toString()).toBe('kept');
  });

  test('are sent by retain handling: 0 always, 1 to a new subscription only, 2 never [MQTT-3.3.1-9] [MQTT-3.3.1-10] [MQTT-3.3.1-11]', async () => {
    const client = await brokerKit().connect();
    client.publish({ topic: 'a', payload: 'x', retain: true });

    await client.subscribeWith([{ topic: 'a', retainHandling: 2 }]);
    await client.expectNothing();
    await client.subscribeWith([{ topic: 'a', retainHandling: 1 }]);
    await client.expectNothing();
    await client.subscribeWith([{ topic: 'a', retainHandling: 0 }]);
    expect(await client.nextPayload()).toBe('x');
    await client.subscribeWith([{ topic: '+', retainHandling: 1 }]);
    expect(await client.nextPayload()).toBe('x');
  });

  test('pass RETAIN on as published when asked, and as 0 when not [MQTT-3.3.1-12] [MQTT-3.3.1-13]', async () => {
    const kit = brokerKit();
    const client = await kit.connect();
    await client.subscribeWith([{ topic: 'kept', retainAsPublished: true }, { topic: 'cleared' }]);

    client.publish({ topic: 'kept', retain: true, payload: 'x' });
    client.publish({ topic: 'kept', retain: false, payload: 'x' });
    client.publish({ topic: 'cleared', retain: true, payload: 'x' });

    const flags = [await client.next('publish'), await client.next('publish'), await client.next('publish')];
    expect(flags.map(({ retain }) => retain)).toEqual([true, false, false]);
  });

  test('are refused with 0x9A where retain is not available', async () => {
    const profile = changeProfile(MQTT_PROFILE, { features: { retain: false } });
    const client = await brokerKit({ profile }).connect();

    client.publish({ topic: 'a', retain: true, payload: 'x' });

    await disconnectedWith(client, 0x9a);
  });
});

describe('the maximum packet size of a client', () => {
  test('keeps larger messages from it, which count as delivered [MQTT-3.1.2-24] [MQTT-3.1.2-25]', async () => {
    const kit = brokerKit();
    const subscriber = await kit.connect({ clientId: 'subscriber', properties: { maximumPacketSize: 40 } });
    await subscriber.subscribe('a', 1);
    const publisher = await kit.connect({ clientId: 'publisher' });

    publisher.publish({ topic: 'a', payload: 'x'.repeat(60), qos: 1 });
    publisher.publish({ topic: 'a', payload: 'small', qos: 1 });

    expect(await subscriber.nextPayload()).toBe('small');
    await settled();
    expect(kit.broker.session('subscriber')).toMatchObject({ unacknowledgedMessages: 0, queuedMessages: 0 });
    expect(kit.eventsOf('drop')).toMatchObject([{ reason: 'packetTooLarge' }]);
  });

  test('keeps reason strings from PUBACK, PUBREC and DISCONNECT [MQTT-3.4.2-2] [MQTT-3.5.2-2] [MQTT-3.14.2-3]', async () => {
    const kit = brokerKit({ profile: changeProfile(MQTT_PROFILE, { limits: { payloadBytes: 1 } }) });
    const client = await kit.connect({ properties: { maximumPacketSize: 20 } });

    client.publish({ topic: 'a', payload: 'xx', qos: 1 });
    client.publish({ topic: 'a', payload: 'xx', qos: 2 });

    expect(await client.next('puback')).toMatchObject({ reasonCode: 0x97, properties: {} });
    expect(await client.next('pubrec')).toMatchObject({ reasonCode: 0x97, properties: {} });
    client.sendConnect();
    expect(await client.next('disconnect')).toEqual({ cmd: 'disconnect', reasonCode: 0x82, properties: {} });
  });
});

test('reason strings are sent in acknowledgements only to those who want problem information [MQTT-3.1.2-29]', async () => {
  const kit = brokerKit({ profile: changeProfile(MQTT_PROFILE, { limits: { payloadBytes: 1 } }) });
  const wants = await kit.connect({ clientId: 'wants' });
  const declines = await kit.connect({ clientId: 'declines', properties: { requestProblemInformation: false } });

  for (const client of [wants, declines]) client.publish({ topic: 'a', payload: 'xx', qos: 1 });

  expect((await wants.next('puback')).properties.reasonString).toBe('the payload must be at most 1 bytes, got 2');
  expect((await declines.next('puback')).properties).toEqual({});
});
