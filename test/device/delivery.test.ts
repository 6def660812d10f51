import { once } from 'node:events';
import { DeviceAgent, type DeviceAgentOptions } from '../../device';
import { ManualClock } from '../../presence/clock';
import { seededRandomness } from '../../presence/randomness';
import { type Answers, accepted, FakeBroker, type FakeConnection } from './fake-broker';

function setUp(options: Partial<DeviceAgentOptions> = {}, answers: Answers = {}) {
  const clock = new ManualClock();
  const broker = new FakeBroker(answers);
  const agent = new DeviceAgent(
    { endpoint: 'mqtt://broker.test', clientId: 'lwtThing', ...options },
    { clock, randomness: seededRandomness(7), openStream: broker.openStream },
  );
  return { agent, broker, clock };
}

function last(broker: FakeBroker): FakeConnection {
  return broker.connections[broker.connections.length - 1] as FakeConnection;
}

/** Breaks the connection off and waits until the next one stands. */
async function reconnect({ agent, broker, clock }: ReturnType<typeof setUp>): Promise<FakeConnection> {
  const decided = once(agent, 'decision');
  last(broker).drop();
  await decided;
  const connected = once(agent, 'connect');
  clock.advance(200_000);
  await connected;
  return last(broker);
}

const noPuback: Answers = { publish: () => undefined };

describe('publish', () => {
  test('MQTT_Publish: sends topic, payload, QoS 1 and resolves with PUBACK', async () => {
    const { agent, broker } = setUp();
    await agent.connect();

    await agent.publish('/lwt/connected/topic', '{"message": "x"}');

    expect(last(broker).all('publish')).toMatchObject([
      { topic: '/lwt/connected/topic', qos: 1, dup: false, retain: false },
    ]);
    await agent.cut();
  });

  test('MQTT_Publish_Retained_Messages: sets RETAIN', async () => {
    const { agent, broker } = setUp();
    await agent.connect();

    await agent.publish('state/test', 1, { retain: true });

    const [packet] = last(broker).all('publish');
    expect(packet).toMatchObject({ retain: true });
    expect(String(packet?.payload)).toBe('1');
    await agent.cut();
  });

  test('MQTT_Publish_User_Property: sends the properties of MQTT 5', async () => {
    const { agent, broker } = setUp();
    await agent.connect();

    await agent.publish('a', 'b', {
      contentType: 'text/plain',
      responseTopic: 'r',
      correlationData: Buffer.from('c'),
      messageExpirySeconds: 10,
      userProperties: { 'Hardware-Revision': 'x' },
    });

    expect(last(broker).all('publish')[0]?.properties).toMatchObject({
      contentType: 'text/plain',
      responseTopic: 'r',
      correlationData: Buffer.from('c'),
      messageExpiryInterval: 10,
      userProperties: { 'Hardware-Revision': 'x' },
    });
    await agent.cut();
  });

  test('fails with the reason that the broker gives in PUBACK', async () => {
    const { agent } = setUp(
      {},
      {
        publish: ({ messageId }) => ({
          cmd: 'puback',
          messageId,
          reasonCode: 0x87,
          properties: { reasonString: 'no statement allows it' },
        }),
      },
    );
    await agent.connect();

    await expect(agent.publish('a', 'b')).rejects.toMatchObject({
      code: 'OPERATION_REFUSED',
      message: 'the broker refused a message to a with reason code 135 (0x87, Not authorized): no statement allows it',
    });
    await agent.cut();
  });

  test('fails on a topic with a wildcard', async () => {
    const { agent } = setUp();

    await expect(agent.publish('a/#', 'b')).rejects.toThrow(
      "topic must be a topic name without the wildcards + and #, got 'a/#'",
    );
  });

  test('fails on properties that MQTT 3.1.1 does not have', async () => {
    const { agent } = setUp({ protocolVersion: 4 });

    await expect(agent.publish('a', 'b', { contentType: 'text/plain' })).rejects.toThrow(
      'contentType must be left out with protocolVersion 4: MQTT 3.1.1 has no such property',
    );
  });

  test('keeps the receive maximum of the server [MQTT-3.3.4-7]', async () => {
    const { agent, broker } = setUp(
      {},
      { ...noPuback, connect: () => accepted({ properties: { receiveMaximum: 2 } }) },
    );
    await agent.connect();
    const connection = last(broker);
    const published = ['1', '2', '3'].map((payload) => agent.publish('a', payload));
    const first = await connection.next('publish');
    await connection.next('publish');

    expect(connection.all('publish')).toHaveLength(2);
    connection.send({ cmd: 'puback', messageId: first.messageId, reasonCode: 0 });
    await published[0];
    const third = await connection.next('publish');

    expect(String(third.payload)).toBe('3');
    const ended = Promise.allSettled(published);
    await agent.cut();
    await ended;
  });
});

describe('a message that was not acknowledged', () => {
  test('MQTT_Publish_Retry_No_Puback: is sent again with DUP and its identifier when the session goes on [MQTT-4.4.0-1]', async () => {
    let connects = 0;
    const set = setUp(
      { cleanStart: false, sessionExpirySeconds: 300, acknowledgementTimeoutSeconds: 5 },
      {
        connect: () => accepted({ sessionPresent: connects++ > 0 }),
        publish: ({ messageId }) => (connects > 1 ? { cmd: 'puback', messageId, reasonCode: 0 } : undefined),
      },
    );
    await set.agent.connect();
    const published = set.agent.publish('a', 'b');
    const first = await last(set.broker).next('publish');

    const connected = once(set.agent, 'connect');
    set.clock.advance(5_000);
    set.clock.advance(200_000);
    await connected;

    await published;
    const again = await last(set.broker).next('publish');
    expect([first.dup, again.dup]).toEqual([false, true]);
    expect(again.messageId).toBe(first.messageId);
    await set.agent.cut();
  });

  test('is sent anew, without DUP, when the session is gone', async () => {
    let connects = 0;
    const set = setUp(
      {},
      {
        connect: () => accepted({ sessionPresent: connects++ > 99 }),
        publish: ({ messageId }) => (connects > 1 ? { cmd: 'puback', messageId, reasonCode: 0 } : undefined),
      },
    );
    await set.agent.connect();
    const published = set.agent.publish('a', 'b');
    await last(set.broker).next('publish');

    const connection = await reconnect(set);
    await published;

    expect(connection.all('publish')).toMatchObject([{ topic: 'a', dup: false }]);
    await set.agent.cut();
  });

  test('fails when the agent is ended', async () => {
    const { agent } = setUp({}, noPuback);
    await agent.connect();
    const published = agent.publish('a', 'b');
    const rejected = expect(published).rejects.toMatchObject({
      code: 'DELIVERY_FAILED',
      message: 'a message to a was not delivered: the agent was ended',
    });

    await agent.cut();

    await rejected;
  });
});

describe('without a connection', () => {
  test('messages wait and go out in their order', async () => {
    const { agent, broker } = setUp();
    const published = [agent.publish('a', '1'), agent.publish('a', '2', { qos: 0 }), agent.publish('a', '3')];

    await agent.connect();
    await Promise.all(published);

    expect(
      last(broker)
        .all('publish')
        .map(({ payload }) => String(payload)),
    ).toEqual(['1', '2', '3']);
    await agent.cut();
  });

  test('fails the message for which the queue has no room', async () => {
    const { agent } = setUp({ offlineQueue: { maximumMessages: 1 } });
    const first = agent.publish('a', '1');

    await expect(agent.publish('a', '2')).rejects.toMatchObject({
      code: 'DELIVERY_FAILED',
      message: 'a message to a is refused: 1 messages wait for a connection already',
    });
    await agent.connect();
    await first;
    await agent.cut();
  });

  test('fails a message that has waited for longer than the queue allows', async () => {
    const { agent, clock } = setUp({ offlineQueue: { expirySeconds: 30 } });
    const published = agent.publish('a', '1');

    clock.advance(30_000);

    await expect(published).rejects.toThrow('a message to a expired after 30 s without a connection');
  });

  test('a message that waited goes out with the rest of its expiry', async () => {
    const { agent, broker, clock } = setUp();
    const published = agent.publish('a', '1', { messageExpirySeconds: 100 });
    clock.advance(40_000);

    await agent.connect();
    await published;

    expect(last(broker).all('publish')[0]?.properties?.messageExpiryInterval).toBe(60);
    await agent.cut();
  });
});

describe('birth', () => {
  test('is published with every connection, before what waited', async () => {
    const set = setUp({ birth: { topic: 'state', payload: 'online', retain: true } });
    const waiting = set.agent.publish('a', '1');
    await set.agent.connect();
    await waiting;
    expect(
      last(set.broker)
        .all('publish')
        .map(({ topic, retain }) => [topic, retain]),
    ).toEqual([
      ['state', true],
      ['a', false],
    ]);

    const connection = await reconnect(set);
    await connection.next('publish');

    expect(connection.all('publish').map(({ topic }) => topic)).toEqual(['state']);
    await set.agent.cut();
  });

  test('carries the id of the session that the will carries', async () => {
    const { agent, broker } = setUp({
      will: { topic: 'state', payload: '{"online":false}', stampSession: true },
      birth: { topic: 'state', payload: '{"online":true}', stampSession: true },
    });
    const info = await agent.connect();
    const birth = await last(broker).next('publish');

    const session = { id: info.session.sessionId, connected_at: info.session.connectedAt };
    expect(JSON.parse(String(birth.payload))).toEqual({ online: true, session });
    expect(JSON.parse(String(last(broker).all('connect')[0]?.will?.payload))).toEqual({ online: false, session });
    await agent.cut();
  });
});

describe('subscribe', () => {
  test('MQTT_Subscribe: resolves with SUBACK', async () => {
    const { agent, broker } = setUp();
    await agent.connect();

    await agent.subscribe('clients/+/status', 1);

    expect(last(broker).all('subscribe')).toMatchObject([{ subscriptions: [{ topic: 'clients/+/status', qos: 1 }] }]);
    await agent.cut();
  });

  test('MQTT_Subscribe_Retry_No_Suback: subscribes again when SUBACK does not come', async () => {
    let asked = 0;
    const set = setUp(
      { acknowledgementTimeoutSeconds: 5 },
      { subscribe: ({ messageId }) => (++asked === 1 ? undefined : { cmd: 'suback', messageId, granted: [1] }) },
    );
    await set.agent.connect();
    const subscribed = set.agent.subscribe('a');
    await last(set.broker).next('subscribe');

    set.clock.advance(5_000);
    set.clock.advance(200_000);

    await subscribed;
    expect(asked).toBe(2);
    await set.agent.cut();
  });

  test('MQTT_Expired_Persistent_Session: subscribes again when the session is gone', async () => {
    const set = setUp({ cleanStart: false, sessionExpirySeconds: 60 });
    await set.agent.connect();
    await set.agent.subscribe('a');

    const connection = await reconnect(set);

    expect(await connection.next('subscribe')).toMatchObject({ subscriptions: [{ topic: 'a' }] });
    await set.agent.cut();
  });

  test('MQTT_Persistent_Session_Happy_Case: does not subscribe again when the session goes on', async () => {
    let connects = 0;
    const set = setUp(
      { cleanStart: false, sessionExpirySeconds: 60 },
      { connect: () => accepted({ sessionPresent: connects++ > 0 }) },
    );
    await set.agent.connect();
    await set.agent.subscribe('a');

    const connection = await reconnect(set);
    await set.agent.publish('fence', '');

    expect(connection.all('subscribe')).toEqual([]);
    await set.agent.cut();
  });

  test('fails with the reason that the broker gives in SUBACK, and the connection stands', async () => {
    const { agent } = setUp({}, { subscribe: ({ messageId }) => ({ cmd: 'suback', messageId, granted: [0x87] }) });
    await agent.connect();

    await expect(agent.subscribe('secret/#')).rejects.toMatchObject({
      code: 'OPERATION_REFUSED',
      message: 'the broker refused the subscription to secret/# with reason code 135 (0x87, Not authorized)',
    });
    expect(agent.connected).toBe(true);
    await agent.cut();
  });

  test('fails on a filter in which + does not stand alone', async () => {
    await expect(setUp().agent.subscribe('a+')).rejects.toMatchObject({ code: 'OPTION_INVALID' });
  });

  test('MQTT_Client_Puback_QoS1: acknowledges a message with QoS 1', async () => {
    const { agent, broker } = setUp();
    await agent.connect();
    const message = once(agent, 'message');

    last(broker).send({
      cmd: 'publish',
      topic: 'a',
      payload: 'b',
      qos: 1,
      messageId: 77,
      dup: true,
      retain: true,
      properties: { messageExpiryInterval: 9, userProperties: { k: ['v', 'w'] } },
    });

    expect((await message)[0]).toEqual({
      topic: 'a',
      payload: Buffer.from('b'),
      qos: 1,
      retain: true,
      duplicate: true,
      messageExpirySeconds: 9,
      userProperties: { k: ['v', 'w'] },
    });
    expect(await last(broker).next('puback')).toMatchObject({ messageId: 77 });
    await agent.cut();
  });
});

describe('topic aliases', () => {
  const aliases: Answers = { connect: () => accepted({ properties: { topicAliasMaximum: 2 } }) };

  test('replace the topic from the second message on, within the maximum of the server', async () => {
    const { agent, broker } = setUp({ topicAliases: true }, aliases);
    await agent.connect();

    await agent.publish('a/long/topic', '1');
    await agent.publish('a/long/topic', '2');

    const sent = last(broker)
      .all('publish')
      .map(({ topic, properties }) => [topic, properties?.topicAlias]);
    expect(sent).toEqual([
      ['a/long/topic', 1],
      ['', 1],
    ]);
    await agent.cut();
  });

  test('are not used unless asked for', async () => {
    const { agent, broker } = setUp({}, aliases);
    await agent.connect();

    await agent.publish('a', '1');

    expect(last(broker).all('publish')[0]?.properties?.topicAlias).toBeUndefined();
    await agent.cut();
  });

  test('an alias of one’s own is sent as it is, also above the maximum of the server', async () => {
    const { agent, broker } = setUp({}, aliases);
    await agent.connect();

    await agent.publish('a', '1', { topicAlias: 14 });

    expect(last(broker).all('publish')).toMatchObject([{ topic: 'a', properties: { topicAlias: 14 } }]);
    await agent.cut();
  });
});

describe('what cannot outlive a connection', () => {
  test('a QoS 2 message that was under way fails, for sending it anew could deliver it twice', async () => {
    const set = setUp();
    await set.agent.connect();
    const failed = expect(set.agent.publish('a', 'b', { qos: 2 })).rejects.toMatchObject({
      code: 'DELIVERY_FAILED',
      message: 'the connection ended while a message to a was under way',
    });
    await last(set.broker).next('publish');

    await reconnect(set);

    await failed;
    await set.agent.cut();
  });

  test('a message that stands for its topic by an alias fails', async () => {
    const set = setUp({}, { ...noPuback, connect: () => accepted({ properties: { topicAliasMaximum: 2 } }) });
    await set.agent.connect();
    const first = set.agent.publish('a', '1', { topicAlias: 1 });
    const failed = expect(set.agent.publish('', '2', { topicAlias: 1 })).rejects.toThrow(
      'the connection ended while a message to topic alias 1 was under way',
    );
    await last(set.broker).next('publish');
    await last(set.broker).next('publish');

    const connection = await reconnect(set);
    await failed;

    const again = await connection.next('publish');
    expect([again.topic, again.properties?.topicAlias]).toEqual(['a', undefined]);
    connection.send({ cmd: 'puback', messageId: again.messageId, reasonCode: 0 });
    await first;
    await set.agent.cut();
  });

  test('fails a message without topic while there is no connection', async () => {
    await expect(setUp().agent.publish('', '1', { topicAlias: 1 })).rejects.toThrow(
      'a message without topic is refused: a topic alias stands for a topic only while the connection lasts',
    );
  });
});

describe('what the broker has said that it does not take', () => {
  test.each([
    [{ maximumQoS: 1 }, { qos: 2 }, 'a message to a is not sent: the broker takes QoS 1 at most, got 2'],
    [{ maximumQoS: 0 }, {}, 'a message to a is not sent: the broker takes QoS 0 at most, got 1'],
    [{ retainAvailable: false }, { retain: true }, 'a message to a is not sent: the broker retains no messages'],
  ] as const)('%j: a message with %j is not sent', async (properties, options, message) => {
    const { agent, broker } = setUp({}, { connect: () => accepted({ properties }) });
    await agent.connect();

    await expect(agent.publish('a', 'b', options)).rejects.toMatchObject({ code: 'OPERATION_REFUSED', message });

    expect(last(broker).all('publish')).toEqual([]);
    expect(agent.connected).toBe(true);
    await agent.cut();
  });
});
