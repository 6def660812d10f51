import { MQTT_PROFILE } from '../../../../local/broker/profiles/mqtt';
import { changeProfile } from '../../../../local/broker/profiles/profile';
import { brokerKit, settled, type TestClient } from '../broker-kit';

async function disconnectedWith(client: TestClient, reasonCode: number): Promise<void> {
  expect((await client.next('disconnect')).reasonCode).toBe(reasonCode);
  await client.closed();
}

describe('SUBSCRIBE', () => {
  test.each([
    ['other flags than 0010 [MQTT-3.8.1-1]', [0x80, 7, 0, 1, 0, 0, 1, 0x61, 0], 0x81],
    ['reserved bits in its options [MQTT-3.8.3-5]', [0x82, 7, 0, 1, 0, 0, 1, 0x61, 0xc0], 0x81],
    ['QoS 3', [0x82, 7, 0, 1, 0, 0, 1, 0x61, 3], 0x81],
    ['retain handling 3', [0x82, 7, 0, 1, 0, 0, 1, 0x61, 0x30], 0x81],
    ['a filter that is not UTF-8 [MQTT-3.8.3-1]', [0x82, 7, 0, 1, 0, 0, 1, 0xff, 0], 0x81],
    ['no filter [MQTT-3.8.3-2]', [0x82, 3, 0, 1, 0], 0x82],
    ['an empty filter [MQTT-4.7.3-1]', [0x82, 6, 0, 1, 0, 0, 0, 0], 0x82],
    ['subscription identifier 0 (3.8.2.1.2)', [0x82, 9, 0, 1, 2, 11, 0, 0, 1, 0x61, 0], 0x82],
    ['two subscription identifiers (3.8.2.1.2)', [0x82, 11, 0, 1, 4, 11, 1, 11, 2, 0, 1, 0x61, 0], 0x82],
  ])('with %s closes the connection', async (_case, bytes, reasonCode) => {
    const client = await brokerKit().connect();

    client.sendBytes(...bytes);

    await disconnectedWith(client, reasonCode);
  });

  test('is answered with one SUBACK that has its identifier and a code per filter, in order [MQTT-3.8.4-1] [MQTT-3.8.4-2] [MQTT-3.8.4-5] [MQTT-3.8.4-6] [MQTT-3.8.4-7] [MQTT-2.2.1-6] [MQTT-3.9.3-1] [MQTT-3.9.3-2]', async () => {
    const client = await brokerKit().connect();

    const messageId = client.sendSubscribe([
      { topic: 'a', qos: 2 },
      { topic: 'b/#/c', qos: 1 },
      { topic: 'c', qos: 0 },
      { topic: 'd', qos: 1 },
    ]);

    expect(await client.next('suback')).toMatchObject({ messageId, granted: [2, 0x8f, 0, 1] });
  });

  test('to more than 200 levels is refused, and publishing on them', async () => {
    const client = await brokerKit().connect();
    const levels = (count: number) => Array.from({ length: count }, () => 'a').join('/');

    expect(await client.subscribe([levels(200), levels(201)])).toEqual([0, 0x8f]);
    client.publish({ topic: levels(201), qos: 1 });
    expect((await client.next('puback')).reasonCode).toBe(0x90);
  });

  test('of a 3.1.1 client is refused with 0x80', async () => {
    const client = await brokerKit().connect({ protocolVersion: 4 });

    expect(await client.subscribe(['a+', 'b'])).toEqual([0x80, 0]);
  });

  test.each([
    ['# that is not alone or not last [MQTT-4.7.1-1]', ['a#', '#/a', 'a/#/b', '##']],
    ['+ that is not alone in its level [MQTT-4.7.1-2]', ['a+', '+a', 'a/+b', '++']],
  ])('refuses %s with 0x8F', async (_case, filters) => {
    const client = await brokerKit().connect();

    expect(await client.subscribe(filters)).toEqual(filters.map(() => 0x8f));
  });

  // The right-hand side says in JavaScript what section 4.7.1 says in words.
  test.each<[string, (topic: string) => boolean]>([
    ['sport/tennis/player1/#', (topic) => /^sport\/tennis\/player1(\/|$)/.test(topic)],
    ['sport/#', (topic) => /^sport(\/|$)/.test(topic)],
    ['#', (topic) => !topic.startsWith('$')],
    ['sport/tennis/+', (topic) => topic === 'sport/tennis/player1'],
    ['sport/+', (topic) => topic === 'sport/'],
    ['+/+', (topic) => ['sport/', '/finance', '/', 'a/b'].includes(topic)],
    ['/+', (topic) => ['/finance', '/'].includes(topic)],
    ['+', (topic) => ['sport', 'a', 'finance'].includes(topic)],
    ['$SYS/#', (topic) => topic.startsWith('$SYS/')],
    ['$SYS/monitor/+', (topic) => topic === '$SYS/monitor/Clients'],
  ])('to %s gets what matches it and nothing else (4.7.1) [MQTT-3.3.2-3]', async (filter, matches) => {
    const client = await brokerKit().connect();
    await client.subscribe(filter);
    const topics = [
      'sport/tennis/player1/ranking',
      'sport/tennis/player1',
      'sport/tennis/player1/score/wimbledon',
      'sport/',
    ];
    const others = ['sport', '/finance', '$SYS/a', '$SYS/monitor/Clients', 'a', '/', 'a/b', 'finance'];

    for (const topic of [...topics, ...others]) client.publish({ topic });
    await settled();
    const received: string[] = [];
    for (let left = client.received('publish'); left > 0; left--) received.push((await client.next('publish')).topic);

    expect(received).toEqual([...topics, ...others].filter((topic) => matches(topic)));
  });

  test('with a leading wildcard does not match topics that start with $ [MQTT-4.7.2-1]', async () => {
    const client = await brokerKit().connect();
    await client.subscribe(['#', '+/monitor', '+']);

    client.publish({ topic: '$SYS/monitor' });
    client.publish({ topic: '$SYS' });

    await client.expectNothing();
  });

  test('gives each message at the lower of its QoS and the granted one [MQTT-3.8.4-8]', async () => {
    const client = await brokerKit().connect();
    await client.subscribe('a', 1);

    for (const qos of [0, 1, 2] as const) client.publish({ topic: 'a', payload: `sent at ${qos}`, qos });

    const received: [string, number][] = [];
    for (let index = 0; index < 5; index++) {
      const packet = await client.next(['publish', 'publish', 'puback', 'publish', 'pubrec'][index] as 'publish');
      if (packet.cmd === 'publish') received.push([packet.payload.toString(), packet.qos]);
    }
    expect(received).toEqual([
      ['sent at 0', 0],
      ['sent at 1', 1],
      ['sent at 2', 1],
    ]);
  });

  test('to the same filter replaces the subscription and sends retained messages again [MQTT-3.8.4-3] [MQTT-3.8.4-4]', async () => {
    const kit = brokerKit();
    const client = await kit.connect();
    client.publish({ topic: 'a', payload: 'kept', retain: true });
    await client.subscribe('a', 2);
    expect(await client.nextPayload()).toBe('kept');

    await client.subscribe('a', 0);

    expect(await client.nextPayload()).toBe('kept');
    expect(kit.broker.session('client')?.subscriptions).toEqual([{ filter: 'a', qos: 0 }]);
    client.publish({ topic: 'a', payload: 'once' });
    expect(await client.nextPayload()).toBe('once');
    await client.expectNothing();
  });

  test('with no local keeps a client’s own messages from it [MQTT-3.8.3-3]', async () => {
    const kit = brokerKit();
    const client = await kit.connect();
    await client.subscribeWith([{ topic: 'a', noLocal: true }]);

    client.publish({ topic: 'a', payload: 'own' });
    await client.expectNothing();
    (await kit.connect({ clientId: 'other' })).publish({ topic: 'a', payload: 'foreign' });

    expect(await client.nextPayload()).toBe('foreign');
  });
});

describe('overlapping subscriptions', () => {
  test('give one copy at the highest QoS with every identifier [MQTT-3.3.4-2] [MQTT-3.3.4-3] [MQTT-3.3.4-4]', async () => {
    const kit = brokerKit();
    const client = await kit.connect();
    await client.subscribeWith([{ topic: 'a/#', qos: 0 }], { subscriptionIdentifier: [1] });
    await client.subscribeWith([{ topic: 'a/+', qos: 2 }], { subscriptionIdentifier: [268_435_455] });
    await client.subscribeWith([{ topic: 'a/b', qos: 1 }]);
    const publisher = await kit.connect({ clientId: 'publisher' });

    publisher.publish({ topic: 'a/b', payload: 'x', qos: 2 });

    const publish = await client.next('publish');
    expect(publish.qos).toBe(2);
    expect([...(publish.properties.subscriptionIdentifier ?? [])].sort()).toEqual([1, 268_435_455]);
    await client.expectNothing();
  });
});

describe('shared subscriptions', () => {
  async function group(qos: 0 | 1 | 2) {
    const kit = brokerKit();
    const session = { properties: { sessionExpiryInterval: 60 } };
    const [one, two] = [
      await kit.connect({ clientId: 'one', ...session }),
      await kit.connect({ clientId: 'two', ...session }),
    ];
    for (const member of [one, two]) await member.subscribe('$share/group/a/+', qos);
    const publisher = await kit.connect({ clientId: 'publisher' });
    return { kit, one, two, publisher, session };
  }

  test('give each message to one member', async () => {
    const { one, two, publisher } = await group(0);

    for (let index = 0; index < 10; index++) publisher.publish({ topic: 'a/b', payload: String(index) });
    await settled();

    const counts = [one, two].map((member) => member.received('publish'));
    expect(counts).toEqual([5, 5]);
  });

  test.each(['$share/', '$share/name', '$share//a', '$share/na+me/a', '$share/na#me/a', '$share/name/'])(
    'refuse the ill-formed filter %s with 0x8F [MQTT-4.8.2-1] [MQTT-4.8.2-2]',
    async (filter) => {
      expect(await (await brokerKit().connect()).subscribe(filter)).toEqual([0x8f]);
    },
  );

  test('must not be no local [MQTT-3.8.3-4]', async () => {
    const client = await brokerKit().connect();

    client.sendSubscribe([{ topic: '$share/name/a', noLocal: true }]);

    await disconnectedWith(client, 0x82);
  });

  test('keep to the QoS that was granted [MQTT-4.8.2-3]', async () => {
    const { one, two, publisher } = await group(1);

    publisher.publish({ topic: 'a/b', qos: 2 });
    publisher.publish({ topic: 'a/b', qos: 2 });

    expect((await one.next('publish')).qos).toBe(1);
    expect((await two.next('publish')).qos).toBe(1);
  });

  test('complete a QoS 2 delivery to the member that has it [MQTT-4.8.2-4], and never give it to another [MQTT-4.8.2-5]', async () => {
    const { kit, one, two, publisher, session } = await group(2);
    publisher.publish({ topic: 'a/b', payload: 'x', qos: 2 });
    const { messageId } = await one.next('publish');
    one.cut();
    await settled();
    await two.expectNothing();

    const again = await kit.connect({ clientId: 'one', clean: false, ...session });
    expect(await again.next('publish')).toMatchObject({ messageId, dup: true });
    again.cut();
    await settled();
    kit.clock.advance(60_000);

    await two.expectNothing();
  });

  test('do not give a refused delivery to another member [MQTT-4.8.2-6]', async () => {
    const { one, two, publisher } = await group(1);
    publisher.publish({ topic: 'a/b', qos: 1 });

    one.puback((await one.next('publish')).messageId, 0x97);

    await two.expectNothing();
    await one.expectNothing();
  });

  test('get no retained messages (3.3.1.3)', async () => {
    const client = await brokerKit().connect();
    client.publish({ topic: 'a', payload: 'x', retain: true });

    await client.subscribe('$share/name/a');

    await client.expectNothing();
  });

  test('prefer members that are connected', async () => {
    const { one, two, publisher } = await group(1);
    one.cut();
    await settled();

    for (const payload of ['1', '2']) publisher.publish({ topic: 'a/b', payload, qos: 1 });

    expect([await two.nextPayload(), await two.nextPayload()]).toEqual(['1', '2']);
  });

  test('are refused with 0x9E where they are not supported', async () => {
    const profile = changeProfile(MQTT_PROFILE, { features: { sharedSubscriptions: false } });

    expect(await (await brokerKit({ profile }).connect()).subscribe('$share/name/a')).toEqual([0x9e]);
  });
});

describe('UNSUBSCRIBE', () => {
  const unsubscribe = (client: TestClient, messageId: number, ...unsubscriptions: string[]) =>
    client.send({ cmd: 'unsubscribe', messageId, unsubscriptions, properties: {} });

  test.each([
    ['other flags than 0010 [MQTT-3.10.1-1]', [0xa0, 6, 0, 1, 0, 0, 1, 0x61], 0x81],
    ['a filter that is not UTF-8 [MQTT-3.10.3-1]', [0xa2, 6, 0, 1, 0, 0, 1, 0xff], 0x81],
    ['no filter [MQTT-3.10.3-2]', [0xa2, 3, 0, 1, 0], 0x82],
  ])('with %s closes the connection', async (_case, bytes, reasonCode) => {
    const client = await brokerKit().connect();

    client.sendBytes(...bytes);

    await disconnectedWith(client, reasonCode);
  });

  test('is answered with one UNSUBACK that has its identifier and a code per filter, in order [MQTT-3.10.4-4] [MQTT-3.10.4-5] [MQTT-3.10.4-6] [MQTT-3.11.3-1] [MQTT-3.11.3-2] [MQTT-2.2.1-6]', async () => {
    const client = await brokerKit().connect();
    await client.subscribe(['a', 'b/#']);

    unsubscribe(client, 9, 'a', 'never', 'b/#');

    expect(await client.next('unsuback')).toMatchObject({ messageId: 9, granted: [0, 0x11, 0] });
  });

  test('compares filters character by character [MQTT-3.10.4-1]', async () => {
    const kit = brokerKit();
    const client = await kit.connect();
    await client.subscribe(['a/+', 'a/#']);

    unsubscribe(client, 9, 'a/b', 'A/#', 'a/+');
    await client.next('unsuback');

    expect(kit.broker.session('client')?.subscriptions.map(({ filter }) => filter)).toEqual(['a/#']);
  });

  test('ends new deliveries [MQTT-3.10.4-2] and completes those that have begun [MQTT-3.10.4-3]', async () => {
    const client = await brokerKit().connect();
    await client.subscribe('a', 2);
    client.publish({ topic: 'a', qos: 2 });
    const { messageId } = await client.next('publish');
    await client.next('pubrec');

    unsubscribe(client, 9, 'a');
    await client.next('unsuback');
    client.publish({ topic: 'a' });
    await client.expectNothing();
    client.acknowledge('pubrec', messageId);

    expect(await client.next('pubrel')).toMatchObject({ messageId, reasonCode: 0 });
  });
});
