import { AWS_PROFILE } from '../../../local/broker/profiles/aws';
import { brokerKit, type ConnectFields, settled, type TestClient } from './broker-kit';

const will = { topic: 'lwt', payload: Buffer.from('gone'), qos: 1 } as const;

async function watched(fields: ConnectFields = {}, kit = brokerKit()) {
  const watcher = await kit.connect({ clientId: 'watcher' });
  await watcher.subscribe('lwt', 1);
  const device = await kit.connect({ clientId: 'device', will, ...fields });
  return { kit, watcher, device };
}

async function expectWill(watcher: TestClient, payload = 'gone') {
  const publish = await watcher.next('publish');
  expect(publish.payload.toString()).toBe(payload);
  watcher.send({ cmd: 'puback', messageId: publish.messageId, reasonCode: 0, properties: {} });
  return publish;
}

describe('a will', () => {
  test('is published when the connection is cut without DISCONNECT [MQTT-3.1.2-8]', async () => {
    const { watcher, device } = await watched();

    device.cut();

    const publish = await expectWill(watcher);
    expect(publish).toMatchObject({ topic: 'lwt', qos: 1, retain: false });
  });

  test('is published when the client closes the connection in order but without DISCONNECT [MQTT-3.1.2-8]', async () => {
    const { watcher, device } = await watched();

    device.stream.end();

    await expectWill(watcher);
  });

  test.each([4, 5] as const)(
    'is published once after 1.5 times the keep alive of a silent client (version %d)',
    async (protocolVersion) => {
      const { kit, watcher } = await watched({ keepalive: 30, protocolVersion });

      kit.clock.advance(44_999);
      await watcher.expectNothing();
      kit.clock.advance(1);
      await expectWill(watcher);
      kit.clock.advance(60_000);
      await watcher.expectNothing();
    },
  );

  test('any packet puts the keep alive off', async () => {
    const { kit, watcher, device } = await watched({ keepalive: 30 });

    kit.clock.advance(40_000);
    device.send({ cmd: 'pingreq' });
    await device.next('pingresp');
    kit.clock.advance(44_000);
    await watcher.expectNothing();
    kit.clock.advance(1_000);

    await expectWill(watcher);
    expect((await device.next('disconnect')).reasonCode).toBe(0x8d);
  });

  test.each([4, 5] as const)(
    'is not published after DISCONNECT (version %d) [MQTT-3.14.4-3]',
    async (protocolVersion) => {
      const { kit, watcher, device } = await watched({ protocolVersion });

      device.disconnect();
      await device.closed();

      await watcher.expectNothing();
      expect(kit.eventsOf('will')).toMatchObject([{ outcome: 'cancelled' }]);
    },
  );

  test.each([0x04, 0x80, 0x81, 0x98])(
    'is published after DISCONNECT with reason code %d (3.14.2.1)',
    async (reasonCode) => {
      const { watcher, device } = await watched();

      device.disconnect(reasonCode);

      await expectWill(watcher);
    },
  );

  test('is published when the client breaks the protocol', async () => {
    const { watcher, device } = await watched();

    device.sendConnect({ clientId: 'device' });

    await expectWill(watcher);
    expect((await device.next('disconnect')).reasonCode).toBe(0x82);
  });

  test('is published when a packet is larger than the broker takes', async () => {
    const { watcher, device } = await watched();

    device.sendBytes(0x30, 0xff, 0xff, 0xff, 0x7f);

    await expectWill(watcher);
    expect((await device.next('disconnect')).reasonCode).toBe(0x95);
  });

  test('is published when the broker ends the connection, unless told not to', async () => {
    const { kit, watcher, device } = await watched();

    kit.broker.disconnect('device', { cause: 'administrativeAction' });
    await expectWill(watcher);
    expect((await device.next('disconnect')).reasonCode).toBe(0x98);

    await kit.connect({ clientId: 'device', will });
    kit.broker.disconnect('device', { cause: 'administrativeAction', publishWill: false });
    await watcher.expectNothing();
  });

  test('is kept as the retained message of its topic when it says so [MQTT-3.1.2-15]', async () => {
    const { kit, watcher, device } = await watched({ will: { ...will, retain: true } });

    device.cut();

    expect((await expectWill(watcher)).retain).toBe(false);
    const late = await kit.connect({ clientId: 'late' });
    await late.subscribe('lwt', 1);
    expect((await expectWill(late)).retain).toBe(true);
  });

  test('without a payload is published with a zero-length payload', async () => {
    const { watcher, device } = await watched({ will: { ...will, payload: Buffer.alloc(0) } });

    device.cut();

    await expectWill(watcher, '');
  });

  test('carries its properties to MQTT 5 subscribers, user properties in order', async () => {
    const properties = {
      payloadFormatIndicator: true,
      contentType: 'text/plain',
      responseTopic: 'answer',
      correlationData: Buffer.from([1, 2]),
      messageExpiryInterval: 60,
      userProperties: [
        ['b', '1'],
        ['a', '2'],
        ['b', '3'],
      ] as const,
    };
    const { watcher, device } = await watched({ will: { ...will, properties } });

    device.cut();

    expect((await expectWill(watcher)).properties).toEqual(properties);
  });

  test('is not published for a client that was never accepted', async () => {
    const kit = brokerKit();
    const watcher = await kit.connect({ clientId: 'watcher' });
    await watcher.subscribe('#');
    const refused = kit.open();

    const connack = await refused.connect({ clientId: 'device', will: { topic: 'lwt/#' } });

    expect(connack.reasonCode).toBe(0x90);
    await watcher.expectNothing();
  });

  test('is not published when the broker is closed, unless asked for', async () => {
    const { kit } = await watched();

    await kit.broker.close();

    expect(kit.eventsOf('will')).toMatchObject([{ outcome: 'cancelled' }]);
  });
});

describe('a will delay', () => {
  const delayed = { ...will, properties: { willDelayInterval: 20 } };
  const session = { properties: { sessionExpiryInterval: 60 } };

  test('holds the will back for its seconds [MQTT-3.1.3-9]', async () => {
    const { kit, watcher, device } = await watched({ will: delayed, ...session });

    device.cut();
    await settled();
    kit.clock.advance(19_999);
    await watcher.expectNothing();
    kit.clock.advance(1);

    await expectWill(watcher);
  });

  test('is cut short by a session that ends earlier', async () => {
    const { kit, watcher, device } = await watched({
      will: delayed,
      properties: { sessionExpiryInterval: 5 },
    });

    device.cut();
    await settled();
    kit.clock.advance(4_999);
    await watcher.expectNothing();
    kit.clock.advance(1);

    await expectWill(watcher);
  });

  test('does nothing without a session expiry: the session ends with the connection', async () => {
    const { watcher, device } = await watched({ will: delayed });

    device.cut();

    await expectWill(watcher);
  });

  test('is called off by a reconnect that resumes the session [MQTT-3.1.3-9]', async () => {
    const { kit, watcher, device } = await watched({ will: delayed, ...session });
    device.cut();
    await settled();
    kit.clock.advance(19_000);

    const again = await kit.connect({ clientId: 'device', clean: false, ...session });

    expect(again.connack?.sessionPresent).toBe(true);
    kit.clock.advance(3_600_000);
    await watcher.expectNothing();
    expect(kit.eventsOf('will').map(({ outcome }) => outcome)).toEqual(['cancelled']);
  });

  test('ends at once when a reconnect begins a clean session (3.1.3.2.2)', async () => {
    const { kit, watcher, device } = await watched({ will: delayed, ...session });
    device.cut();
    await settled();

    await kit.connect({ clientId: 'device', clean: true, ...session });

    await expectWill(watcher);
    kit.clock.advance(60_000);
    await watcher.expectNothing();
  });

  test('applies after DISCONNECT with will message, and session expiry 0 there ends it at once', async () => {
    const { kit, watcher, device } = await watched({ will: delayed, ...session });
    device.disconnect(0x04);
    await settled();
    await watcher.expectNothing();
    kit.clock.advance(20_000);
    await expectWill(watcher);

    const again = await kit.connect({ clientId: 'device', will: delayed, ...session });
    again.disconnect(0x04, { sessionExpiryInterval: 0 });

    await expectWill(watcher);
  });

  test('is ignored by AWS IoT Core, which does not list it among the properties it supports', async () => {
    const { watcher, device } = await watched({ will: delayed, ...session }, brokerKit({ profile: AWS_PROFILE }));

    device.cut();

    await expectWill(watcher);
  });
});

describe('on take-over, the will of the connection that is replaced', () => {
  const session = { sessionExpiryInterval: 60 };
  const now = { ...will };
  const later = { ...will, properties: { willDelayInterval: 20 } };

  test.each([
    {
      case: 'without delay, session continued',
      old: { will: now, properties: session },
      clean: false,
      published: true,
    },
    { case: 'without delay, clean start', old: { will: now, properties: session }, clean: true, published: true },
    {
      case: 'with delay, session continued',
      old: { will: later, properties: session },
      clean: false,
      published: false,
    },
    { case: 'with delay, clean start', old: { will: later, properties: session }, clean: true, published: true },
    { case: 'with delay but no session expiry', old: { will: later, properties: {} }, clean: false, published: true },
    {
      case: '3.1.1, clean session 0',
      old: { will: now, protocolVersion: 4, clean: false },
      clean: false,
      published: true,
    },
    { case: '3.1.1, clean session 1', old: { will: now, protocolVersion: 4 }, clean: true, published: true },
  ])('$case: published is $published (3.1.4, non-normative comment)', async ({ old, clean, published }) => {
    const { kit, watcher, device } = await watched(old);

    await kit.connect({ clientId: 'device', clean, properties: session });

    if (published) await expectWill(watcher);
    kit.clock.advance(30_000);
    await watcher.expectNothing();
    if (device.protocolVersion === 5) expect((await device.next('disconnect')).reasonCode).toBe(0x8e);
    await device.closed();
  });
});
