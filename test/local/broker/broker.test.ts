import type { Message, MessageSink, Origin } from '../../../local/broker/ports';
import { brokerKit, settled } from './broker-kit';

const message = (topic: string, payload: string): Message => ({
  topic,
  payload: Buffer.from(payload),
  qos: 0,
  retain: false,
  properties: {},
});
const cloud: Origin = { kind: 'cloud', depth: 0 };

describe('publish', () => {
  test('gives the message and who sent it to the sink, once', async () => {
    const seen: [string, Origin][] = [];
    const sink: MessageSink = {
      accept: ({ topic }, origin) => {
        seen.push([topic, origin]);
        return 'deliver';
      },
    };
    const kit = brokerKit({ sink });
    const client = await kit.connect({ clientId: 'c', username: 'u' });
    const will = { topic: 'w', payload: Buffer.from('gone') };
    const device = await kit.connect({ clientId: 'device', will });

    client.publish({ topic: 'a' });
    await client.expectNothing();
    device.cut();
    await settled();

    expect(seen).toEqual([
      ['a', { kind: 'client', clientId: 'c', principal: 'u', remoteAddress: 'memory', depth: 0 }],
      ['w', { kind: 'will', clientId: 'device', principal: 'device', remoteAddress: 'memory', depth: 0 }],
    ]);
  });

  test('delivers a message before what the sink publishes because of it', async () => {
    const kit = brokerKit({
      sink: {
        accept: ({ topic }, { depth }): 'deliver' => {
          if (topic === 'cause') kit.broker.publish(message('effect', '2'), { kind: 'republish', depth: depth + 1 });
          return 'deliver';
        },
      },
    });
    const client = await kit.connect();
    await client.subscribe('#');

    client.publish({ topic: 'cause', payload: '1' });

    expect([await client.nextPayload(), await client.nextPayload()]).toEqual(['1', '2']);
  });

  test('keeps a message that the sink consumes from subscribers and from the retained ones', async () => {
    const kit = brokerKit({ sink: { accept: () => 'consumed' } });
    const client = await kit.connect();
    await client.subscribe('#');

    client.publish({ topic: 'a', payload: 'x', retain: true });

    await client.expectNothing();
    expect(kit.broker.retainedMessages()).toEqual([]);
  });

  test('crosses versions: properties reach MQTT 5 subscribers and not 3.1.1 ones', async () => {
    const kit = brokerKit();
    const [old, current] = [
      await kit.connect({ clientId: 'old', protocolVersion: 4 }),
      await kit.connect({ clientId: 'current' }),
    ];
    for (const client of [old, current]) await client.subscribe('a');

    kit.broker.publish({ ...message('a', 'x'), properties: { contentType: 'text/plain' } }, cloud);

    expect(await old.next('publish')).toMatchObject({ topic: 'a', properties: {} });
    expect((await current.next('publish')).properties).toEqual({ contentType: 'text/plain' });
  });
});

describe('the control plane', () => {
  test('sees a connection and its session', async () => {
    const kit = brokerKit();
    const client = await kit.connect({ keepalive: 30, username: 'u', properties: { sessionExpiryInterval: 60 } });
    await client.subscribe('a', 1);

    expect(kit.broker.connection('client')).toEqual({
      clientId: 'client',
      sessionId: kit.eventsOf('connect')[0]?.sessionId,
      principal: 'u',
      remoteAddress: 'memory',
      protocolVersion: 5,
      cleanStart: true,
      keepAliveSeconds: 30,
      connectedAt: kit.clock.now(),
    });
    expect(kit.broker.sessions()).toEqual([
      {
        clientId: 'client',
        owner: 'u',
        connected: true,
        protocolVersion: 5,
        expirySeconds: 60,
        subscriptions: [{ filter: 'a', qos: 1 }],
        queuedMessages: 0,
        unacknowledgedMessages: 0,
        willPending: false,
      },
    ]);
  });

  test('ends a connection, with or without its session', async () => {
    const kit = brokerKit();
    const lasting = { properties: { sessionExpiryInterval: 60 } };
    await kit.connect({ clientId: 'one', ...lasting });
    await kit.connect({ clientId: 'two', ...lasting });

    expect(kit.broker.disconnect('one', { cause: 'administrativeAction' })).toBe(true);
    expect(kit.broker.disconnect('two', { cause: 'administrativeAction', endSession: true })).toBe(true);

    expect(kit.broker.disconnect('one', { cause: 'administrativeAction' })).toBe(false);
    expect(kit.broker.sessions().map(({ clientId }) => clientId)).toEqual(['one']);
    expect(kit.broker.deleteSession('one')).toBe(true);
    expect(kit.broker.sessions()).toEqual([]);
  });

  test('deleting a session publishes the will that waits in it', async () => {
    const kit = brokerKit();
    const will = { topic: 'w', properties: { willDelayInterval: 30 } };
    (await kit.connect({ will, properties: { sessionExpiryInterval: 60 } })).cut();
    await settled();
    expect(kit.broker.session('client')?.willPending).toBe(true);

    kit.broker.deleteSession('client');

    expect(kit.eventsOf('will')).toMatchObject([{ outcome: 'published' }]);
  });
});

test('what happens is reported before its effect, in order', async () => {
  const kit = brokerKit({});
  const client = await kit.connect({ clientId: 'c', will: { topic: 'w' } });
  await client.subscribe('a');
  client.send({ cmd: 'unsubscribe', messageId: 9, unsubscriptions: ['a'], properties: {} });
  await client.next('unsuback');
  client.cut();
  await settled();

  expect(kit.events.map(({ kind }) => kind)).toEqual([
    'connect',
    'subscribe',
    'unsubscribe',
    'disconnect',
    'will',
    'publish',
    'sessionEnd',
  ]);
});

test('deliveries are reported to an observer that asks for them', async () => {
  const deliveries: string[] = [];
  const kit = brokerKit({
    observer: {
      observesDeliveries: true,
      observe: (event) => {
        if (event.kind === 'deliver') deliveries.push(`${event.message.topic} to ${event.clientId}`);
      },
    },
  });
  const client = await kit.connect();
  await client.subscribe('a');

  client.publish({ topic: 'a' });
  await client.next('publish');

  expect(deliveries).toEqual(['a to client']);
});

test('a broker that closes says 0x8B to MQTT 5 clients, closes the others, and takes nobody new', async () => {
  const kit = brokerKit();
  const [current, old, halfOpen] = [
    await kit.connect({ clientId: 'current' }),
    await kit.connect({ clientId: 'old', protocolVersion: 4 }),
    kit.open(),
  ];

  const closed = kit.broker.close();

  expect((await current.next('disconnect')).reasonCode).toBe(0x8b);
  for (const client of [current, old, halfOpen]) await client.closed();
  await closed;
  await kit.open().closed();
  expect(kit.clock.nextDueAt).toBeUndefined();
});

test('a broker that is told to publishes the wills of its clients when it closes', async () => {
  const kit = brokerKit();
  await kit.connect({ will: { topic: 'w', retain: true } });

  await kit.broker.close({ publishWills: true });

  expect(kit.broker.retainedMessage('w')?.payload.toString()).toBe('gone');
});
