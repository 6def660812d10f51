import { App } from 'aws-cdk-lib';
import { LocalCloud } from 'lastwill/testing';
import 'lastwill/testing/matchers';
import { NOTIFY, willOf } from '../lib/presence';
import { PresenceStack } from '../lib/presence-stack';
import { SIGNING_REQUEST } from './signing-request';

const [someone] = NOTIFY as [string];
const devices = { here: [SIGNING_REQUEST], there: [SIGNING_REQUEST] };
const stack = new PresenceStack(new App(), 'Presence', { devices });

test('an e-mail is sent when a device is cut off', async () => {
  const cloud = await LocalCloud.deploy(stack);
  const device = await cloud.connect('here', { will: willOf('here') });

  await device.cut();

  expect(cloud).toHaveEmailed(someone, { text: '"client_id":"here"' });
});

test('it is sent 45 seconds after a device with a keep alive of 30 seconds has fallen silent', async () => {
  const cloud = await LocalCloud.deploy(stack);
  const device = await cloud.connect('here', { will: willOf('here'), keepAliveSeconds: 30 });

  device.goSilent();
  await cloud.advance(44);
  expect(cloud).not.toHaveEmailed(someone);
  await cloud.advance(1);

  expect(cloud).toHaveEmailed(someone);
});

test('no e-mail is sent when a device disconnects properly', async () => {
  const cloud = await LocalCloud.deploy(stack);
  const device = await cloud.connect('here', { will: willOf('here') });

  await device.disconnect();

  expect(cloud).not.toHaveEmailed(someone);
});

test('no device can report the death of another', async () => {
  const cloud = await LocalCloud.deploy(stack);

  await expect(cloud.connect('here', { will: willOf('there') })).rejects.toThrow('with reason code 0x87');
});
