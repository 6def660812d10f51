import { Testing } from 'cdktf';
import { LocalCloud } from 'lastwill/testing';
import 'lastwill/testing/matchers';
import { willOf } from '../lib/presence';
import { PresenceStack } from '../lib/presence-stack';

const THUMBPRINT = 'A'.repeat(64);
const stack = new PresenceStack(Testing.app(), 'presence', {
  devices: { here: [THUMBPRINT], there: [THUMBPRINT] },
  watchers: { desk: [THUMBPRINT] },
});

test('a watcher hears at once when a device is cut off', async () => {
  const cloud = await LocalCloud.deploy(stack);
  const desk = await cloud.connect('desk');
  await desk.subscribe('clients/+/status');
  const device = await cloud.connect('here', { will: willOf('here') });

  await device.cut();

  expect(desk).toHaveReceived('clients/here/status', { status: 'offline' });
});

test('a watcher hears nothing when a device disconnects properly', async () => {
  const cloud = await LocalCloud.deploy(stack);
  const desk = await cloud.connect('desk');
  await desk.subscribe('clients/+/status');
  const device = await cloud.connect('here', { will: willOf('here') });

  await device.disconnect();

  expect(desk).not.toHaveReceived('clients/here/status');
});

test('no device can say that another one is gone', async () => {
  const cloud = await LocalCloud.deploy(stack);
  const device = await cloud.connect('here');

  await expect(device.publish(willOf('there').topic, willOf('there').payload)).rejects.toThrow('refused');
});
