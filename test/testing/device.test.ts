import { LocalCloud } from '../../testing';
import { LWT_TEMPLATE } from './lwt-template';

const WILL = { topic: 'things/pump7/gone', payload: { status: 'gone' } };

let cloud: LocalCloud;
beforeEach(async () => {
  cloud = await LocalCloud.deploy(LWT_TEMPLATE);
});

test('a device receives what it subscribed to, as text, JSON and bytes', async () => {
  const valve = await cloud.connect('valve1');
  await valve.subscribe('things/+/level');
  const pump = await cloud.connect('pump7');

  await pump.publish('things/pump7/level', { level: 3 });

  expect(valve.received).toMatchObject([
    {
      topic: 'things/pump7/level',
      text: '{"level":3}',
      json: { level: 3 },
      payload: Buffer.from('{"level":3}'),
      qos: 1,
    },
  ]);
});

test('fails to publish what the policy does not allow, with the reason', async () => {
  const pump = await cloud.connect('pump7');

  await expect(pump.publish('things/valve1/level', 'x')).rejects.toThrow(
    /the broker refused a message to things\/valve1\/level with reason code 0x87: .*iot:Publish/,
  );
});

test('fails to subscribe to what the policy does not allow, with the reason', async () => {
  const pump = await cloud.connect('pump7');

  await expect(pump.subscribe('secrets/#')).rejects.toThrow(
    /the broker refused the subscription to secrets\/# with reason code 0x87: .*iot:Subscribe/,
  );
});

// https://docs.aws.amazon.com/iot/latest/developerguide/mqtt.html
test('an MQTT 3.1.1 device that publishes what it may not loses its connection, and its will is published', async () => {
  const pump = await cloud.connect('pump7', { will: WILL, protocolVersion: 4 });

  await expect(pump.publish('things/valve1/level', 'x')).rejects.toThrow('iot:Publish');

  expect(pump.isConnected).toBe(false);
  expect(cloud.messages('things/pump7/gone')).toHaveLength(1);
});

test('a second device with the same client id takes over, and the will of the first is published [MQTT-3.1.4-3]', async () => {
  const first = await cloud.connect('pump7', { will: WILL });

  await cloud.connect('pump7');

  expect([first.isConnected, first.disconnectReasonCode]).toEqual([false, 0x8e]);
  expect(cloud.messages('things/pump7/gone').map(({ origin }) => origin)).toEqual(['will']);
});

test('DISCONNECT 0x04 has the will published [MQTT-3.14.4-3]', async () => {
  const pump = await cloud.connect('pump7', { will: WILL });

  await pump.disconnect(4);

  expect(cloud.messages('things/pump7/gone')).toHaveLength(1);
});

test('an observer may see and say everything', async () => {
  const observer = await cloud.observe('things/#');

  await observer.publish('things/anything/at-all', 'hello');

  expect(observer.received.map(({ topic, text }) => [topic, text])).toEqual([['things/anything/at-all', 'hello']]);
});

test('an observer sees the cause before its consequence: will, then republished message', async () => {
  const observer = await cloud.observe('things/#', 'lwt/executed');
  const pump = await cloud.connect('pump7', { will: WILL });

  await pump.cut();

  expect(observer.received.map(({ topic }) => topic)).toEqual(['things/pump7/gone', 'lwt/executed']);
});
