import { LocalCloud } from '../../testing';
import { LWT_TEMPLATE } from './lwt-template';

const WILL = { topic: 'things/pump7/gone', payload: { status: 'gone' } };

let cloud: LocalCloud;
beforeEach(async () => {
  cloud = await LocalCloud.deploy(LWT_TEMPLATE);
});

test('a half-open device is gone at once, and the broker notices when the keep alive has run out', async () => {
  const pump = await cloud.connect('pump7', { will: WILL, keepAliveSeconds: 30 });

  await pump.goHalfOpen();
  const atOnce = cloud.messages('things/#').length;
  await cloud.advance(45);

  expect([pump.isConnected, atOnce, cloud.messages('things/#').length]).toEqual([false, 0, 1]);
});

test('a silent device still has its socket open, and finds out that it was given up', async () => {
  const pump = await cloud.connect('pump7', { will: WILL, keepAliveSeconds: 30 });

  pump.goSilent();
  await cloud.advance(44);
  const before = pump.isConnected;
  await cloud.advance(1);

  expect([before, pump.isConnected, pump.disconnectReasonCode]).toEqual([true, false, 0x8d]);
});

test('a device that is frozen for less than its keep alive loses nothing', async () => {
  const pump = await cloud.connect('pump7', { will: WILL, keepAliveSeconds: 30 });
  await pump.subscribe('things/valve1/level');
  const valve = await cloud.connect('valve1');
  pump.freeze();
  await valve.publish('things/valve1/level', '5');
  const frozen = pump.received.length;

  await cloud.advance(20);
  await pump.thaw();
  await cloud.advance(40);

  expect([frozen, pump.received.map(({ text }) => text), pump.isConnected]).toEqual([0, ['5'], true]);
});

test('a device that is frozen for too long is given up, and learns it when it thaws', async () => {
  const pump = await cloud.connect('pump7', { will: WILL, keepAliveSeconds: 30 });

  pump.freeze();
  await cloud.advance(60);
  const frozen = pump.isConnected;
  await pump.thaw();

  expect([frozen, pump.isConnected, cloud.emails.length]).toEqual([true, false, 1]);
});

test('a partition that is shorter than the keep alive delays messages and loses none', async () => {
  const pump = await cloud.connect('pump7', { will: WILL, keepAliveSeconds: 30 });
  const valve = await cloud.connect('valve1', { keepAliveSeconds: 30 });
  await valve.subscribe('things/pump7/level');

  cloud.faults.partition(pump);
  await pump.publish('things/pump7/level', '5');
  const during = valve.received.length;
  await cloud.advance(20);
  await cloud.faults.heal();

  expect([during, valve.received.map(({ text }) => text), cloud.emails.length]).toEqual([0, ['5'], 0]);
});

test('a device that thaws during a partition stays cut off until the partition heals', async () => {
  const pump = await cloud.connect('pump7', { keepAliveSeconds: 30 });
  const valve = await cloud.connect('valve1');
  await valve.subscribe('things/pump7/level');
  cloud.faults.partition(pump);

  pump.freeze();
  await pump.thaw();
  await pump.publish('things/pump7/level', '5');
  const during = valve.received.length;
  await cloud.faults.heal();

  expect([during, valve.received.map(({ text }) => text)]).toEqual([0, ['5']]);
});

test('a partition that lasts has every device given up', async () => {
  await cloud.connect('pump7', { will: WILL, keepAliveSeconds: 30 });
  await cloud.connect('valve1', { will: { ...WILL, topic: 'things/valve1/gone' }, keepAliveSeconds: 30 });

  cloud.faults.partition();
  await cloud.advance(46);

  expect(cloud.messages('things/+/gone').map(({ clientId }) => clientId)).toEqual(['pump7', 'valve1']);
});

test('nobody can connect through a partition', async () => {
  cloud.faults.partition();

  await expect(cloud.connect('pump7')).rejects.toThrow('pump7 cannot reach the broker: the network is partitioned');
});

test('a cut is not noticed through a partition before it heals', async () => {
  const pump = await cloud.connect('pump7', { will: WILL, keepAliveSeconds: 1200 });
  cloud.faults.partition();
  await pump.cut();
  const during = cloud.messages('things/#').length;

  await cloud.faults.heal();

  expect([during, cloud.messages('things/#').length]).toEqual([0, 1]);
});

// https://docs.aws.amazon.com/iot/latest/developerguide/mqtt.html
test('QoS 1 may bring a message twice: to a subscriber, and to a rule', async () => {
  const valve = await cloud.connect('valve1');
  await valve.subscribe('things/pump7/gone');
  const pump = await cloud.connect('pump7');
  cloud.faults.duplicate();

  await pump.publish('things/pump7/gone', { status: 'gone' });

  expect([cloud.emails.length, valve.received.length]).toEqual([2, 4]);
});

test('deliveries may overtake each other; none is lost', async () => {
  const valve = await cloud.connect('valve1');
  await valve.subscribe('things/pump7/level', { qos: 0 });
  cloud.faults.reorder(8);

  const levels = ['1', '2', '3', '4', '5', '6', '7', '8'];
  const pump = await cloud.connect('pump7');
  await Promise.all(levels.map((level) => pump.publish('things/pump7/level', level)));

  const arrived = valve.received.map(({ text }) => text);
  expect(arrived).not.toEqual(levels);
  expect([...arrived].sort()).toEqual(levels);
});

test('a restart of the broker ends every connection, publishes the wills and keeps sessions', async () => {
  const pump = await cloud.connect('pump7', { will: WILL });
  const valve = await cloud.connect('valve1', { cleanStart: false, sessionExpirySeconds: 300 });
  await valve.subscribe('things/pump7/gone');

  await cloud.faults.restartBroker();
  const back = await cloud.connect('valve1', { cleanStart: false, sessionExpirySeconds: 300 });

  expect([pump.isConnected, pump.disconnectReasonCode]).toEqual([false, 0x8b]);
  expect(back.received.map(({ topic }) => topic)).toEqual(['things/pump7/gone']);
});

test('faults stop when they are told to', async () => {
  cloud.faults.duplicate();
  await cloud.faults.stop();

  await cloud.publish('things/pump7/gone', { status: 'gone' });

  expect(cloud.emails).toHaveLength(1);
});
