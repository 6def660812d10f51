import { Broker } from '../../local/broker/broker';
import { memoryConnection } from '../../local/broker/memory-connection';
import { permissiveAuthenticator } from '../../local/broker/permissive-authenticator';
import { MQTT_PROFILE } from '../../local/broker/profiles/mqtt';
import { InProcessClient, type InProcessConnectOptions } from '../../local/in-process-client';
import { ManualClock } from '../../presence/clock';

const start = () => {
  const broker = new Broker({
    profile: MQTT_PROFILE,
    clock: new ManualClock(),
    authenticator: permissiveAuthenticator(),
  });
  const connect = (options: InProcessConnectOptions) => {
    const { client, server } = memoryConnection();
    broker.accept(server, { transport: 'memory', remoteAddress: '127.0.0.1', certificates: [] });
    return InProcessClient.connect(client, options);
  };
  return { broker, connect };
};

test.each([4, 5] as const)(
  'MQTT protocol level %i: subscribes, publishes and keeps what arrives',
  async (protocolVersion) => {
    const { connect } = start();
    const watcher = await connect({ clientId: 'watcher', protocolVersion });
    const device = await connect({ clientId: 'device', protocolVersion });

    expect(await watcher.subscribe(['a/+', 'b'], { qos: 1 })).toEqual([1, 1]);
    expect((await device.publish({ topic: 'a/1', payload: 'one', qos: 1 })).reasonCode).toBe(0);
    await device.publish({ topic: 'b', payload: 'two' });
    await device.ping();
    await watcher.ping();

    expect(watcher.received.map(({ topic, payload, qos }) => [topic, payload.toString(), qos])).toEqual([
      ['a/1', 'one', 1],
      ['b', 'two', 0],
    ]);
  },
);

test('a cut publishes the will, a disconnect does not [MQTT-3.1.2-8, MQTT-3.14.4-3]', async () => {
  const { connect } = start();
  const watcher = await connect({ clientId: 'watcher' });
  await watcher.subscribe('gone/+');
  const will = (name: string) => ({ topic: `gone/${name}`, payload: 'offline' });
  const graceful = await connect({ clientId: 'graceful', will: will('graceful') });
  const cut = await connect({ clientId: 'cut', will: will('cut') });

  await graceful.disconnect();
  const arrived = new Promise((resolve) => watcher.onMessage(resolve));
  cut.cut();
  await arrived;

  expect(watcher.received.map((message) => message.topic)).toEqual(['gone/cut']);
  expect(cut.isOpen).toBe(false);
});

test('a client that is taken over learns the reason code 0x8E', async () => {
  const { connect } = start();
  const first = await connect({ clientId: 'same' });

  await connect({ clientId: 'same' });
  await first.closed();

  expect(first.disconnectReasonCode).toBe(0x8e);
  await expect(first.publish({ topic: 'a', payload: '', qos: 1 })).rejects.toThrow(
    "the broker disconnected with reason code 0x8e of client id 'same'",
  );
});

test('fails: the refusal names the client id and the reason code', async () => {
  const refusing = new Broker({
    profile: MQTT_PROFILE,
    clock: new ManualClock(),
    authenticator: {
      authenticate: () => ({ accepted: false, situation: 'notAuthorized', explanation: { reason: 'no policy' } }),
    },
  });
  const { client, server } = memoryConnection();
  refusing.accept(server, { transport: 'memory', remoteAddress: '127.0.0.1', certificates: [] });

  await expect(InProcessClient.connect(client, { clientId: 'x' })).rejects.toThrow(
    "the broker refused client id 'x' with reason code 0x87",
  );
});
