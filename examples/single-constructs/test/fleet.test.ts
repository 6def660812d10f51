import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { LocalCloud } from 'lastwill/testing';
import 'lastwill/testing/matchers';
import { FleetStack } from '../lib/fleet-stack';

// A signing request whose key was thrown away: devices of a test need no key.
const CSR = readFileSync(join(__dirname, 'device.csr'), 'utf8');
const stack = new FleetStack(new App(), 'Fleet', { csr: CSR });
const WILL = { topic: 'trucks/truck42/state', payload: { state: 'lost' } };

test('the table knows that a truck was lost, and since when', async () => {
  const cloud = await LocalCloud.deploy(stack);
  const truck = await cloud.connect('truck42', { will: WILL });

  await truck.cut();

  expect(cloud.tables[0]?.items).toEqual([{ truck: 'truck42', state: 'lost', since: cloud.clock.now() }]);
});

test('the table keeps the last state only', async () => {
  const cloud = await LocalCloud.deploy(stack);
  const truck = await cloud.connect('truck42', { will: WILL });

  await truck.publish('trucks/truck42/state', { state: 'parked' });
  await truck.cut();

  expect(cloud.tables[0]?.items).toMatchObject([{ truck: 'truck42', state: 'lost' }]);
});

test('a truck may not say where another one is', async () => {
  const cloud = await LocalCloud.deploy(stack);
  const truck = await cloud.connect('truck42');

  await expect(truck.publish('trucks/truck7/position', [48.2, 16.4])).rejects.toThrow('iot:Publish');

  expect(cloud).not.toHavePublished('trucks/truck7/position');
});
