import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { LocalCloud } from 'lastwill/testing';
import 'lastwill/testing/matchers';
import { GreenhouseStack } from '../lib/greenhouse-stack';

// A signing request whose key was thrown away: devices of a test need no key.
const CSR = readFileSync(join(__dirname, 'device.csr'), 'utf8');
const stack = new GreenhouseStack(new App(), 'Greenhouse', { devices: { vent1: CSR, pump1: CSR } });

/** The will that the monitor's rule looks for. */
function willOf(name: string) {
  const reported = { last_will: 'yes', trigger_action: 'on', client_id: name };
  return { topic: `greenhouse/${name}/will`, payload: { state: { reported } } };
}

test('the gardener gets an e-mail when a device is cut off', async () => {
  const cloud = await LocalCloud.deploy(stack);
  const vent = await cloud.connect('vent1', { will: willOf('vent1') });

  await vent.cut();

  expect(cloud).toHaveEmailed('gardener@example.com', { text: '"client_id":"vent1"' });
});

test('the gardener gets it 45 seconds after a device with a keep alive of 30 seconds has fallen silent', async () => {
  const cloud = await LocalCloud.deploy(stack);
  const pump = await cloud.connect('pump1', { will: willOf('pump1'), keepAliveSeconds: 30 });

  pump.goSilent();
  await cloud.advance(44);
  expect(cloud).not.toHaveEmailed('gardener@example.com');
  await cloud.advance(1);

  expect(cloud).toHaveEmailed('gardener@example.com', { text: '"client_id":"pump1"' });
});

test('no e-mail is sent when a device disconnects properly', async () => {
  const cloud = await LocalCloud.deploy(stack);
  const vent = await cloud.connect('vent1', { will: willOf('vent1') });

  await vent.disconnect();

  expect(cloud).not.toHaveEmailed('gardener@example.com');
});

test('no device can report the death of another', async () => {
  const cloud = await LocalCloud.deploy(stack);

  await expect(cloud.connect('vent1', { will: willOf('pump1') })).rejects.toThrow('with reason code 0x87');

  expect(cloud).toHaveRefused({ clientId: 'vent1', action: 'iot:Publish', topic: 'greenhouse/pump1/will' });
});
