import { Testing } from 'cdktf';
import { LocalCloud } from 'lastwill/testing';
import 'lastwill/testing/matchers';
import { WarehouseStack } from '../lib/warehouse-stack';

const WILL = { topic: 'warehouse/thermo1/status', payload: 'offline' };

const stack = new WarehouseStack(Testing.app(), 'warehouse', {
  thermometers: { thermo1: 'A'.repeat(64) },
  coolers: { cooler1: 'B'.repeat(64) },
});

test('a cooler hears at once when a thermometer is cut off', async () => {
  const cloud = await LocalCloud.deploy(stack);
  const cooler = await cloud.connect('cooler1');
  await cooler.subscribe('warehouse/+/status');
  const thermometer = await cloud.connect('thermo1', { will: WILL });

  await thermometer.cut();

  expect(cooler).toHaveReceived('warehouse/thermo1/status', 'offline');
});

test('a cooler cannot pretend that a thermometer is gone', async () => {
  const cloud = await LocalCloud.deploy(stack);
  const cooler = await cloud.connect('cooler1');

  await expect(cooler.publish(WILL.topic, WILL.payload)).rejects.toThrow('refused');

  expect(cloud).toHaveRefused({ clientId: 'cooler1', operation: 'publish', topic: WILL.topic });
});
