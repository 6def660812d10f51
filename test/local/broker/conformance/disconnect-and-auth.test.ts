import type { Authentication, Authenticator } from '../../../../local/broker/ports';
import { brokerKit, settled, type TestClient } from '../broker-kit';

async function disconnectedWith(client: TestClient, reasonCode: number): Promise<void> {
  expect((await client.next('disconnect')).reasonCode).toBe(reasonCode);
  await client.closed();
}

test('PINGREQ is answered with PINGRESP [MQTT-3.12.4-1]', async () => {
  const client = await brokerKit().connect();

  client.send({ cmd: 'pingreq' });

  expect(await client.next('pingresp')).toEqual({ cmd: 'pingresp' });
});

test.each([
  ['PUBREL with other flags than 0010 [MQTT-3.6.1-1]', [0x60, 2, 0, 1]],
  ['DISCONNECT with flags [MQTT-3.14.1-1]', [0xe1, 0]],
  ['AUTH with flags [MQTT-3.15.1-1]', [0xf1, 0]],
  ['PUBACK with flags [MQTT-2.1.3-1]', [0x41, 2, 0, 1]],
  ['PINGREQ with flags [MQTT-2.1.3-1]', [0xc1, 0]],
  ['packet type 0', [0x00, 0]],
  ['a PUBACK with a reason code that it does not have', [0x40, 4, 0, 1, 0x8e, 0]],
  ['a remaining length of five bytes', [0x30, 0xff, 0xff, 0xff, 0xff, 0x01]],
])('%s is malformed [MQTT-4.13.1-1]', async (_case, bytes) => {
  const client = await brokerKit().connect();

  client.sendBytes(...bytes);

  await disconnectedWith(client, 0x81);
});

test.each([
  ['CONNACK', [0x20, 3, 0, 0, 0]],
  ['SUBACK', [0x90, 4, 0, 1, 0, 0]],
  ['UNSUBACK', [0xb0, 4, 0, 1, 0, 0]],
  ['PINGRESP', [0xd0, 0]],
])('%s from a client is a protocol error [MQTT-4.13.1-1]', async (_case, bytes) => {
  const client = await brokerKit().connect();

  client.sendBytes(...bytes);

  await disconnectedWith(client, 0x82);
});

describe('DISCONNECT', () => {
  test('from the broker carries a reason code and no session expiry, is the last packet, and closes [MQTT-3.14.2-1] [MQTT-3.14.2-2] [MQTT-3.14.4-1] [MQTT-3.14.4-2] [MQTT-4.13.2-1]', async () => {
    const kit = brokerKit();
    const client = await kit.connect({ properties: { sessionExpiryInterval: 60 } });
    await client.subscribe('a', 1);

    kit.broker.disconnect('client', { cause: 'administrativeAction', detail: 'by hand' });
    kit.broker.publish(
      { topic: 'a', payload: Buffer.from('late'), qos: 0, retain: false, properties: {} },
      { kind: 'cloud', depth: 0 },
    );

    expect(await client.next('disconnect')).toEqual({
      cmd: 'disconnect',
      reasonCode: 0x98,
      properties: { reasonString: 'by hand' },
    });
    await client.closed();
  });

  test('from a client closes the connection, and what comes after it is not processed', async () => {
    const kit = brokerKit();
    const client = await kit.connect();

    client.disconnect();
    client.publish({ topic: 'a', payload: 'late', retain: true });

    await client.closed();
    expect(kit.broker.retainedMessages()).toEqual([]);
  });

  test('with reason code 0x00 discards the will [MQTT-3.14.4-3] [MQTT-3.1.2-10]', async () => {
    const kit = brokerKit();
    const client = await kit.connect({ will: { topic: 'w', retain: true } });

    client.disconnect();
    await client.closed();

    expect(kit.broker.retainedMessages()).toEqual([]);
  });

  test('with a reason code that it does not have is malformed', async () => {
    const client = await brokerKit().connect();

    client.sendBytes(0xe0, 1, 0x01);

    await disconnectedWith(client, 0x81);
  });

  test('to a 3.1.1 client is a closed connection', async () => {
    const kit = brokerKit();
    const client = await kit.connect({ protocolVersion: 4 });

    kit.broker.disconnect('client', { cause: 'administrativeAction' });

    await client.closed();
  });
});

test('a will is kept with its session [MQTT-3.1.2-7], is published once and is gone then [MQTT-3.1.2-10], not retained unless it says so [MQTT-3.1.2-14]', async () => {
  const kit = brokerKit();
  const watcher = await kit.connect({ clientId: 'watcher' });
  await watcher.subscribe('w');
  const lasting = { clientId: 'device', properties: { sessionExpiryInterval: 60 } };
  (await kit.connect({ ...lasting, will: { topic: 'w' } })).cut();
  expect(await watcher.nextPayload()).toBe('gone');

  (await kit.connect({ ...lasting, clean: false })).cut();
  await settled();

  await watcher.expectNothing();
  expect(kit.broker.retainedMessages()).toEqual([]);
});

describe('AUTH', () => {
  const permissions = { publish: () => ({ allowed: true }) as const, subscribe: () => ({ allowed: true }) as const };
  const decide = (data: Buffer | undefined): Authentication =>
    data?.toString() === 'good'
      ? { accepted: true, principal: 'p', owner: 'o', permissions }
      : { accepted: false, situation: 'notAuthorized', explanation: { reason: 'the token has expired' } };
  const authenticator: Authenticator = {
    authenticate: (request) => decide(request.authenticationData),
    reauthenticate: (request) => decide(request.authenticationData),
  };
  const method = { authenticationMethod: 'TOKEN', authenticationData: Buffer.from('good') };

  test('is a protocol error from a client without an authentication method [MQTT-4.12.0-7]', async () => {
    const client = await brokerKit({ authenticator }).open();
    await client.connect({ properties: {} });

    await client.closed();

    const other = await brokerKit().connect();
    other.send({ cmd: 'auth', reasonCode: 0x19, properties: {} });
    await disconnectedWith(other, 0x82);
  });

  test('the method is repeated in CONNACK [MQTT-4.12.0-5]', async () => {
    const client = await brokerKit({ authenticator }).connect({ properties: method });

    expect(client.connack?.properties.authenticationMethod).toBe('TOKEN');
  });

  test('with 0x19 and the same method re-authenticates [MQTT-4.12.1-1] [MQTT-3.15.2-1] [MQTT-4.12.0-5]', async () => {
    const client = await brokerKit({ authenticator }).connect({ properties: method });

    client.send({ cmd: 'auth', reasonCode: 0x19, properties: method });

    expect(await client.next('auth')).toMatchObject({ reasonCode: 0, properties: { authenticationMethod: 'TOKEN' } });
  });

  test('that fails ends the connection [MQTT-4.12.1-2]', async () => {
    const client = await brokerKit({ authenticator }).connect({ properties: method });

    client.send({
      cmd: 'auth',
      reasonCode: 0x19,
      properties: { ...method, authenticationData: Buffer.from('bad') },
    });

    await disconnectedWith(client, 0x87);
  });

  test('with another method or reason code is a protocol error [MQTT-4.12.1-1]', async () => {
    for (const packet of [
      { reasonCode: 0x19, properties: { ...method, authenticationMethod: 'OTHER' } },
      { reasonCode: 0x18, properties: method },
    ]) {
      const client = await brokerKit({ authenticator }).connect({ properties: method });
      client.send({ cmd: 'auth', ...packet });
      await disconnectedWith(client, 0x82);
    }
  });

  test('does not exist in 3.1.1', async () => {
    const client = await brokerKit().connect({ protocolVersion: 4 });

    client.sendBytes(0xf0, 0);

    await client.closed();
  });
});
