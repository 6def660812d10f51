import type { Authenticator } from '../../../../local/broker/ports';
import { AWS_PROFILE } from '../../../../local/broker/profiles/aws';
import { MQTT_PROFILE } from '../../../../local/broker/profiles/mqtt';
import { changeProfile } from '../../../../local/broker/profiles/profile';
import { brokerKit, settled, type TestClient } from '../broker-kit';

const NAME = [0, 4, ...Buffer.from('MQTT')];
/** CONNECT with a variable header and payload written out. */
const connectBytes = (...body: readonly number[]): number[] => [0x10, body.length, ...body];

async function refusedSilently(client: TestClient, ...bytes: readonly number[]): Promise<void> {
  client.sendBytes(...bytes);
  await client.closed();
}

describe('CONNECT', () => {
  test('must be the first packet; anything else closes the connection without an answer [MQTT-3.1.0-1] [MQTT-3.14.0-1] [MQTT-3.2.0-1]', async () => {
    const kit = brokerKit();

    for (const bytes of [
      [0xc0, 0],
      [0x30, 3, 0, 1, 0x61],
      [0xe0, 0],
    ])
      await refusedSilently(kit.open(), ...bytes);
  });

  test('sent twice is a protocol error [MQTT-3.1.0-2] [MQTT-3.2.0-2] [MQTT-4.13.1-1]', async () => {
    const client = await brokerKit().connect();

    client.sendConnect();

    expect((await client.next('disconnect')).reasonCode).toBe(0x82);
    await client.closed();
  });

  test('with another protocol name or version is answered with return code 1 and closed [MQTT-3.1.2-1] [MQTT-3.1.2-2]', async () => {
    const kit = brokerKit();
    for (const bytes of [
      connectBytes(0, 4, ...Buffer.from('MQTX'), 5, 2, 0, 0, 0, 0, 1, 0x61),
      connectBytes(...NAME, 6, 2, 0, 0, 0, 0, 1, 0x61),
      connectBytes(0, 6, ...Buffer.from('MQIsdp'), 3, 2, 0, 0, 0, 1, 0x61),
    ]) {
      const client = kit.open();
      client.protocolVersion = 4;
      client.sendBytes(...bytes);

      expect(await client.next('connack')).toMatchObject({ reasonCode: 1, sessionPresent: false });
      await client.closed();
    }
  });

  test.each([
    ['the reserved flag set [MQTT-3.1.2-3]', [...NAME, 5, 3, 0, 0, 0, 0, 1, 0x61]],
    ['a will QoS but no will [MQTT-3.1.2-11]', [...NAME, 5, 0x0a, 0, 0, 0, 0, 1, 0x61]],
    ['will QoS 3 [MQTT-3.1.2-12]', [...NAME, 5, 0x1e, 0, 0, 0, 0, 1, 0x61, 0, 0, 1, 0x77, 0, 0]],
    ['will retain but no will [MQTT-3.1.2-13]', [...NAME, 5, 0x22, 0, 0, 0, 0, 1, 0x61]],
    ['a will flag but no will fields [MQTT-3.1.2-9]', [...NAME, 5, 6, 0, 0, 0, 0, 1, 0x61]],
    ['a user name but no flag for it [MQTT-3.1.2-16]', [...NAME, 5, 2, 0, 0, 0, 0, 1, 0x61, 0, 1, 0x75]],
    ['a flag for a user name but none [MQTT-3.1.2-17]', [...NAME, 5, 0x82, 0, 0, 0, 0, 1, 0x61]],
    ['a password but no flag for it [MQTT-3.1.2-18]', [...NAME, 5, 0x82, 0, 0, 0, 0, 1, 0x61, 0, 1, 0x75, 0, 1, 0x70]],
    ['a flag for a password but none [MQTT-3.1.2-19]', [...NAME, 5, 0xc2, 0, 0, 0, 0, 1, 0x61, 0, 1, 0x75]],
    ['no client id [MQTT-3.1.3-3]', [...NAME, 5, 2, 0, 0, 0]],
    ['no property length [MQTT-2.2.2-1]', [...NAME, 5, 2, 0, 0]],
    ['a client id that is not UTF-8 [MQTT-3.1.3-4]', [...NAME, 5, 2, 0, 0, 0, 0, 1, 0xff]],
    ['a will topic that is not UTF-8 [MQTT-3.1.3-11]', [...NAME, 5, 6, 0, 0, 0, 0, 1, 0x61, 0, 0, 1, 0xff, 0, 0]],
    ['a user name that is not UTF-8 [MQTT-3.1.3-12]', [...NAME, 5, 0x82, 0, 0, 0, 0, 1, 0x61, 0, 1, 0xff]],
    [
      'a user property whose value is not UTF-8 [MQTT-1.5.7-1]',
      [...NAME, 5, 2, 0, 0, 7, 38, 0, 1, 0x61, 0, 1, 0xff, 0, 1, 0x61],
    ],
    ['flags in the fixed header [MQTT-2.1.3-1]', undefined],
  ])('with %s closes the connection [MQTT-3.1.4-1]', async (_case, body) => {
    await refusedSilently(brokerKit().open(), ...(body === undefined ? [0x12, 0] : connectBytes(...body)));
  });

  test('takes its fields in their order [MQTT-3.1.3-1]', async () => {
    let request: unknown;
    const authenticator: Authenticator = {
      authenticate: (asked) => {
        request = asked;
        return { accepted: false, situation: 'notAuthorized', explanation: { reason: 'no' } };
      },
    };

    await brokerKit({ authenticator })
      .open()
      .connect({
        clientId: 'c',
        username: 'u',
        password: Buffer.from('p'),
        will: { topic: 't', payload: Buffer.from('w') },
      });

    const will = { topic: 't', payload: Buffer.from('w') };
    expect(request).toMatchObject({ clientId: 'c', username: 'u', password: Buffer.from('p'), will });
  });

  test('with a client id of letters and digits up to 23 bytes is accepted [MQTT-3.1.3-5] [MQTT-3.1.4-5]', async () => {
    const connack = await brokerKit().open().connect({ clientId: '0123456789abcdefghijXYZ' });

    expect(connack).toMatchObject({ reasonCode: 0, sessionPresent: false });
  });

  test('with an empty client id is given a new one each time [MQTT-3.1.3-6] [MQTT-3.1.3-7] [MQTT-3.2.2-16]', async () => {
    const kit = brokerKit();

    const [one, other] = [await kit.open().connect({ clientId: '' }), await kit.open().connect({ clientId: '' })];

    const [first, second] = [one.properties.assignedClientIdentifier, other.properties.assignedClientIdentifier];
    expect(first).toMatch(/^[0-9a-f-]{36}$/);
    expect(second).not.toBe(first);
    expect(kit.broker.connection(first ?? '')).toMatchObject({ clientId: first });
  });

  test('with a client id that the profile does not take is refused and closed [MQTT-3.1.3-8] [MQTT-3.2.2-7] [MQTT-4.13.2-1]', async () => {
    const client = brokerKit({ profile: AWS_PROFILE }).open();

    expect((await client.connect({ clientId: 'x'.repeat(129) })).reasonCode).toBe(0x85);
    await client.closed();
  });

  test('of a 3.1.1 client with an empty client id and clean session 0 is refused with 2 [MQTT-3.1.3-8]', async () => {
    const client = brokerKit().open();
    client.protocolVersion = 4;

    client.sendBytes(...connectBytes(...NAME, 4, 0, 0, 0, 0, 0));

    expect((await client.next('connack')).reasonCode).toBe(2);
    await client.closed();
  });

  test('that fails a check is refused, and nothing after it is processed [MQTT-3.1.4-2] [MQTT-3.1.4-6] [MQTT-3.2.2-6] [MQTT-3.2.2-8] [MQTT-4.12.0-4]', async () => {
    const authenticator: Authenticator = {
      authenticate: () => ({ accepted: false, situation: 'badUserNameOrPassword', explanation: { reason: 'no' } }),
    };
    const kit = brokerKit({ authenticator });
    const client = kit.open();

    client.sendConnect();
    client.publish({ topic: 'a', payload: 'x', retain: true });

    expect(await client.next('connack')).toMatchObject({ reasonCode: 0x86, sessionPresent: false });
    await client.closed();
    expect(kit.broker.retainedMessage('a')).toBeUndefined();
  });

  test('takes the session over and tells the earlier client so [MQTT-3.1.4-3] [MQTT-3.1.3-2]', async () => {
    const kit = brokerKit();
    const earlier = await kit.connect({ clientId: 'same' });

    await kit.connect({ clientId: 'same' });

    expect((await earlier.next('disconnect')).reasonCode).toBe(0x8e);
    await earlier.closed();
  });

  test('with an authentication method that is not known is refused with 0x8C [MQTT-4.12.0-1]', async () => {
    const client = brokerKit().open();

    expect((await client.connect({ properties: { authenticationMethod: 'X' } })).reasonCode).toBe(0x8c);
    await client.closed();
  });

  test('with authentication data but no method is a protocol error (3.1.2.11.10)', async () => {
    const client = brokerKit().open();

    expect((await client.connect({ properties: { authenticationData: Buffer.from('x') } })).reasonCode).toBe(0x82);
  });

  test.each([
    ['receive maximum 0', [33, 0, 0]],
    ['maximum packet size 0', [39, 0, 0, 0, 0]],
    ['session expiry twice', [17, 0, 0, 0, 1, 17, 0, 0, 0, 1]],
    ['request problem information 2', [23, 2]],
  ])('with %s is a protocol error (3.1.2.11)', async (_case, properties) => {
    const client = brokerKit().open();

    await refusedSilently(client, ...connectBytes(...NAME, 5, 2, 0, 0, properties.length, ...properties, 0, 1, 0x61));
  });
});

describe('a session', () => {
  const session = { properties: { sessionExpiryInterval: 60 } };

  test('begins anew with clean start 1 [MQTT-3.1.2-4] [MQTT-3.2.2-2] [MQTT-3.1.4-4]', async () => {
    const kit = brokerKit();
    const first = await kit.connect(session);
    await first.subscribe('a', 1);
    first.disconnect();
    await settled();

    const second = await kit.connect({ ...session, clean: true });

    expect(second.connack?.sessionPresent).toBe(false);
    expect(kit.broker.session('client')?.subscriptions).toEqual([]);
  });

  test('is resumed with clean start 0, with its subscriptions and queue [MQTT-3.1.2-5] [MQTT-3.1.2-23] [MQTT-3.2.2-3] [MQTT-4.5.0-1]', async () => {
    const kit = brokerKit();
    const first = await kit.connect(session);
    await first.subscribe('a', 1);
    first.disconnect();
    await settled();
    const publisher = await kit.connect({ clientId: 'publisher' });
    publisher.publish({ topic: 'a', payload: 'kept', qos: 1 });
    await publisher.next('puback');

    const second = await kit.connect({ ...session, clean: false });

    expect(second.connack?.sessionPresent).toBe(true);
    expect(await second.nextPayload()).toBe('kept');
  });

  test('begins anew with clean start 0 when there is none [MQTT-3.1.2-6] [MQTT-3.2.2-3]', async () => {
    expect((await brokerKit().connect({ ...session, clean: false })).connack?.sessionPresent).toBe(false);
  });

  test('ends with the connection without an expiry, and when its expiry has passed [MQTT-4.1.0-2]', async () => {
    const kit = brokerKit();
    (await kit.connect({ clientId: 'short' })).cut();
    (await kit.connect({ clientId: 'long', ...session })).cut();
    await settled();

    expect(kit.broker.session('short')).toBeUndefined();
    kit.clock.advance(59_999);
    expect(kit.broker.session('long')).toMatchObject({ connected: false });
    kit.clock.advance(1);
    expect(kit.broker.session('long')).toBeUndefined();
  });

  test('does not expire while its connection is open [MQTT-4.1.0-1]', async () => {
    const kit = brokerKit();
    await kit.connect(session);

    kit.clock.advance(3_600_000);

    expect(kit.broker.session('client')).toMatchObject({ connected: true });
  });

  test('gets another expiry at DISCONNECT, but not when it had none (3.14.2.2.2)', async () => {
    const kit = brokerKit();
    const lasting = await kit.connect({ clientId: 'lasting', ...session });
    lasting.disconnect(0, { sessionExpiryInterval: 10 });
    await settled();
    kit.clock.advance(10_000);
    expect(kit.broker.session('lasting')).toBeUndefined();

    const fleeting = await kit.connect({ clientId: 'fleeting' });
    fleeting.disconnect(0, { sessionExpiryInterval: 10 });

    expect((await fleeting.next('disconnect')).reasonCode).toBe(0x82);
  });

  test('never expires with 0xFFFFFFFF (3.1.2.11.2)', async () => {
    const kit = brokerKit();
    (await kit.connect({ properties: { sessionExpiryInterval: 0xffffffff } })).cut();
    await settled();

    kit.clock.advance(200 * 365 * 86_400_000);

    expect(kit.broker.session('client')).toBeDefined();
  });

  test('of a 3.1.1 client with clean session 0 is kept, and resumed by either version', async () => {
    const kit = brokerKit();
    (await kit.connect({ protocolVersion: 4, clean: false })).cut();
    await settled();

    expect((await kit.connect({ protocolVersion: 5, clean: false })).connack?.sessionPresent).toBe(true);
  });
});

describe('CONNACK', () => {
  test('has no flag but session present [MQTT-3.2.2-1]', async () => {
    const client = brokerKit().open();
    const chunk = new Promise<Buffer>((resolve) => client.stream.once('data', resolve));
    client.sendConnect();

    expect([0, 1]).toContain((await chunk)[2]);
  });

  test('says the maximum QoS where it is lower, and subscriptions of any QoS are accepted then [MQTT-3.2.2-9] [MQTT-3.2.2-10]', async () => {
    const client = await brokerKit({ profile: AWS_PROFILE }).connect();

    expect(client.connack?.properties.maximumQoS).toBe(1);
    expect(await client.subscribe('a', 2)).toEqual([1]);
  });

  test('refuses a will above the maximum QoS with 0x9B [MQTT-3.2.2-12]', async () => {
    const client = brokerKit({ profile: AWS_PROFILE }).open();

    expect((await client.connect({ will: { topic: 'w', qos: 2 } })).reasonCode).toBe(0x9b);
    await client.closed();
  });

  test('refuses a retained will with 0x9A where retain is not available [MQTT-3.2.2-13]', async () => {
    const profile = changeProfile(MQTT_PROFILE, { features: { retain: false } });
    const client = brokerKit({ profile }).open();

    expect((await client.connect({ will: { topic: 'w', retain: true } })).reasonCode).toBe(0x9a);
    await client.closed();
  });

  test('leaves out a reason string that the client cannot take [MQTT-3.2.2-19]', async () => {
    const client = brokerKit().open();
    const limited = { authenticationMethod: 'X', maximumPacketSize: 10 };

    expect(await client.connect({ properties: limited })).toMatchObject({ reasonCode: 0x8c, properties: {} });
  });

  test('says no response information when it was not asked for [MQTT-3.1.2-28]', async () => {
    const client = await brokerKit().connect({ properties: { requestResponseInformation: false } });

    expect(client.connack?.properties.responseInformation).toBeUndefined();
  });

  test('has no authentication method for a client without one [MQTT-4.12.0-6]', async () => {
    expect((await brokerKit().connect()).connack?.properties.authenticationMethod).toBeUndefined();
  });
});

describe('keep alive', () => {
  test.each([4, 5] as const)(
    'without a packet for one and a half times it ends the connection (version %d) [MQTT-3.1.2-22] [MQTT-3.2.2-22]',
    async (protocolVersion) => {
      const kit = brokerKit();
      const client = await kit.connect({ keepalive: 10, protocolVersion });

      kit.clock.advance(14_999);
      await client.expectNothing();
      kit.clock.advance(15_000);

      if (protocolVersion === 5) expect((await client.next('disconnect')).reasonCode).toBe(0x8d);
      await client.closed();
    },
  );

  test('of 0 is no limit (3.1.2.10)', async () => {
    const kit = brokerKit();
    const client = await kit.connect({ keepalive: 0 });

    kit.clock.advance(86_400_000);

    await client.expectNothing();
  });

  test('of the server counts when there is one, and is said (3.2.2.3.14)', async () => {
    const kit = brokerKit({ serverKeepAliveSeconds: 60 });
    const client = await kit.connect({ keepalive: 120 });

    expect(client.connack?.properties.serverKeepAlive).toBe(60);
    kit.clock.advance(90_000);
    expect((await client.next('disconnect')).reasonCode).toBe(0x8d);
  });
});

test('a connection that sends no CONNECT is closed after five seconds (3.1)', async () => {
  const kit = brokerKit();
  const client = kit.open();
  await settled();

  kit.clock.advance(5_000);

  await client.closed();
});

test('above the limit of connections without CONNECT the oldest is closed', async () => {
  const kit = brokerKit({ maximumHalfOpenConnections: 2 });
  const [oldest, next] = [kit.open(), kit.open()];
  kit.open();

  await oldest.closed();
  expect((await next.connect()).reasonCode).toBe(0);
});

test('a client may send packets before CONNACK has come (3.1.4)', async () => {
  const client = brokerKit().open();

  client.sendConnect();
  client.sendSubscribe([{ topic: 'a' }]);
  client.publish({ topic: 'a', payload: 'early' });

  await client.next('connack');
  await client.next('suback');
  expect(await client.nextPayload()).toBe('early');
});
