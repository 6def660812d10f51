import { EventEmitter } from 'node:events';
import { brokerKit, settled, type TestClient } from '../broker-kit';

/** Stops reading, as a client does whose network has stalled. */
function stall(client: TestClient): void {
  client.stream.pause();
}

const message = (payload: Buffer, qos: 0 | 1 = 0) =>
  ({ topic: 'a', payload, qos, retain: false, properties: {} }) as const;
const cloud = { kind: 'cloud', depth: 0 } as const;

test('QoS 0 to a client that does not read is dropped from a bound on, and reported', async () => {
  const kit = brokerKit({ slowReaderBytes: 100_000 });
  const client = await kit.connect();
  await client.subscribe('a');
  stall(client);

  for (let index = 0; index < 100; index++) {
    kit.broker.publish(message(Buffer.alloc(10_000)), cloud);
    await settled();
  }

  const drops = kit.eventsOf('drop');
  expect(drops.length).toBeGreaterThan(50);
  expect(drops[0]).toMatchObject({ clientId: 'client', reason: 'slowReader' });
});

test('QoS 1 to a client that does not read waits in its queue and comes when it reads again', async () => {
  const kit = brokerKit({ slowReaderBytes: 100_000 });
  const client = await kit.connect();
  await client.subscribe('a', 1);
  stall(client);
  for (let index = 0; index < 100; index++) {
    kit.broker.publish(message(Buffer.alloc(10_000, String(index % 10)), 1), cloud);
    await settled();
  }
  expect(kit.broker.session('client')?.queuedMessages).toBeGreaterThan(50);

  client.stream.resume();
  for (let index = 0; index < 100; index++) {
    expect((await client.nextPayload())[0]).toBe(String(index % 10));
  }

  expect(kit.eventsOf('drop')).toEqual([]);
});

test('nothing is read from a client that does not take its answers', async () => {
  const kit = brokerKit({ slowReaderBytes: 10_000 });
  const client = await kit.connect();
  stall(client);
  const pings = Buffer.alloc(200_000, Buffer.from([0xc0, 0]));
  let taken = 0;

  for (let index = 0; index < 20; index++) {
    client.stream.write(pings, () => taken++);
    await settled();
  }

  expect(taken).toBeLessThan(20);
});

test.each([
  ['by its keep alive', 15_000],
  ['by the broker', 0],
])(
  'a client that does not close its side after its connection was ended %s is cut two seconds later',
  async (_case, wait) => {
    const kit = brokerKit();
    const client = await kit.connect({ keepalive: 10 });
    stall(client);
    kit.clock.advance(wait);
    if (wait === 0) kit.broker.disconnect('client', { cause: 'administrativeAction' });
    await settled();
    expect(client.stream.destroyed).toBe(false);

    kit.clock.advance(2_000);
    await settled();

    expect(client.stream.destroyed).toBe(true);
  },
);

test('a connection leaves no listener, timer or session behind', async () => {
  const kit = brokerKit();
  const client = await kit.connect({ keepalive: 60, will: { topic: 'w' } });
  client.cut();
  await settled();

  kit.clock.advance(10_000);

  expect(kit.clock.nextDueAt).toBeUndefined();
  expect(kit.broker.sessions()).toEqual([]);
  expect(EventEmitter.listenerCount(client.stream, 'drain')).toBe(0);
});

test('a sink that fails stops neither the message nor the broker', async () => {
  const sink = {
    accept: () => {
      throw new Error('rule engine down');
    },
  };
  const kit = brokerKit({ sink });
  const client = await kit.connect();
  await client.subscribe('a');

  client.publish({ topic: 'a', payload: 'x' });

  expect(await client.nextPayload()).toBe('x');
  expect(kit.eventsOf('warning')).toMatchObject([{ detail: expect.stringContaining('rule engine down') }]);
});

test.each([0, 30])(
  'access control that fails on a will (delay %d s) is reported and stops nothing',
  async (willDelayInterval) => {
    const permissions = {
      publish: () => ({ allowed: true }) as const,
      subscribe: () => ({ allowed: true }) as const,
      receive: () => {
        throw new Error('policy store down');
      },
    };
    const kit = brokerKit({
      authenticator: { authenticate: () => ({ accepted: true, principal: 'p', owner: 'o', permissions }) as const },
    });
    const watcher = await kit.connect({ clientId: 'watcher' });
    await watcher.subscribe('w');
    const will = { topic: 'w', properties: { willDelayInterval } };
    (await kit.connect({ will, properties: { sessionExpiryInterval: 60 } })).cut();
    await settled();

    kit.clock.advance(willDelayInterval * 1000);

    expect(kit.eventsOf('warning')).toMatchObject([{ detail: expect.stringContaining('policy store down') }]);
    await watcher.expectNothing();
  },
);

test('an authenticator that fails closes that connection only', async () => {
  const permissions = { publish: () => ({ allowed: true }) as const, subscribe: () => ({ allowed: true }) as const };
  const authenticator = {
    authenticate: ({ clientId }: { clientId: string }) => {
      if (clientId === 'bad') throw new Error('registry down');
      return { accepted: true, principal: 'p', owner: 'o', permissions } as const;
    },
  };
  const kit = brokerKit({ authenticator });
  const good = await kit.connect({ clientId: 'good' });

  const bad = kit.open();
  bad.sendConnect({ clientId: 'bad' });
  await bad.closed();

  await good.expectNothing();
  expect(kit.eventsOf('warning')).toMatchObject([{ detail: expect.stringContaining('registry down') }]);
});
