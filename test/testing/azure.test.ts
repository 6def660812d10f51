import { join } from 'node:path';
import { App, Testing } from 'cdktf';
import { AzureLwtStack } from '../../lib/azure-lwt-stack';
import { LocalCloud } from '../../testing';
import '../../testing/matchers';
import { temporaryDirectory } from '../bin/temporary-directory';
import { LWT_TEMPLATE } from './lwt-template';

const directory = temporaryDirectory();

const THUMBPRINT = 'A'.repeat(64);

function stack(app = Testing.app()): AzureLwtStack {
  const client = (name: string) => ({ name, thumbprints: [THUMBPRINT] });
  return new AzureLwtStack(app, 'lwt', {
    namespaceName: 'lastwill-test',
    sensors: [client('sensor1'), client('sensor2')],
    actuators: [client('actuator1')],
  });
}

const willOf = (name: string) => ({ topic: `clients/${name}/status`, payload: 'offline' });

test('a stack of cdktf runs: an actuator hears of a sensor that is cut off, not of one that disconnects', async () => {
  const cloud = await LocalCloud.deploy(stack());
  const actuator = await cloud.connect('actuator1');
  await actuator.subscribe('clients/+/status');
  const [first, second] = [
    await cloud.connect('sensor1', { will: willOf('sensor1') }),
    await cloud.connect('sensor2', { will: willOf('sensor2') }),
  ];

  await first.cut();
  await second.disconnect();

  expect(actuator.received.map(({ topic, text }) => `${topic} ${text}`)).toEqual(['clients/sensor1/status offline']);
});

test('the template of a stack runs as Terraform JSON too, by its text', async () => {
  const cloud = await LocalCloud.deploy(Testing.synth(stack()));

  expect((await cloud.connect('sensor1')).clientId).toBe('sensor1');
});

test('an app of cdktf and the folder that it synthesizes run', async () => {
  const app = new App({ outdir: join(directory.path, 'cdktf.out') });
  stack(app);
  app.synth();

  const ofApp = await LocalCloud.deploy(app);
  const ofFolder = await LocalCloud.deploy(join(directory.path, 'cdktf.out'));

  expect((await ofApp.connect('sensor1')).clientId).toBe('sensor1');
  expect((await ofFolder.connect('sensor1')).clientId).toBe('sensor1');
});

// https://learn.microsoft.com/en-us/azure/event-grid/mqtt-support
test('a sensor whose will no binding covers is refused, and the refusal names the nearest template', async () => {
  const cloud = await LocalCloud.deploy(stack());

  await expect(cloud.connect('sensor1', { will: willOf('sensor2') })).rejects.toMatchObject({
    code: 'CONNECTION_REFUSED',
  });

  expect(cloud).toHaveRefused({ clientId: 'sensor1', topic: 'clients/sensor2/status' });
  expect(cloud.refusals[0]?.template).toContain('clients/${client.authenticationName}/status');
});

test('a will waits for its delay, as long as the session lives', async () => {
  const cloud = await LocalCloud.deploy(stack());
  const sensor = await cloud.connect('sensor1', {
    will: { ...willOf('sensor1'), delaySeconds: 60 },
    sessionExpirySeconds: 300,
  });
  await sensor.cut();

  await cloud.advance(59);
  expect(cloud).not.toHavePublished('clients/sensor1/status');
  await cloud.advance(1);

  expect(cloud).toHavePublished('clients/sensor1/status', 'offline');
});

test('fails to observe a cloud without AWS: Event Grid has no identity that may do everything', async () => {
  const cloud = await LocalCloud.deploy(stack());

  await expect(cloud.observe('#')).rejects.toThrow('this needs a CloudFormation template, and none was deployed');
});

test('both clouds run side by side, on one clock', async () => {
  const cloud = await LocalCloud.deploy([LWT_TEMPLATE, stack()]);
  const pump = await cloud.connect('pump7', { will: { topic: 'things/pump7/gone', payload: { status: 'gone' } } });
  const sensor = await cloud.connect('sensor1', { will: willOf('sensor1') });

  await pump.cut();
  await sensor.cut();

  expect(cloud.messages().map(({ cloud: where, topic }) => [where, topic])).toEqual([
    ['aws', 'things/pump7/gone'],
    ['aws', 'lwt/executed'],
    ['azure', 'clients/sensor1/status'],
  ]);
});

test('fails on two stacks that make the same namespace', async () => {
  await expect(LocalCloud.deploy([stack(), stack()])).rejects.toThrow('name must be unique in its namespace');
});
