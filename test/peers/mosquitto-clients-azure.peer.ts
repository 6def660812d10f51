import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { ensureAzureKeys } from '../../bin/store/keys';
import { readThumbprint } from '../../bin/store/store';
import { temporaryFolders } from '../temporary-folder';
import { eventually, firstLine, loggedEvents, type RunningCommand, startCommand } from './local-command';

const temporaryFolder = temporaryFolders();
const configuration = join(__dirname, '..', 'fixtures', 'foreign-event-grid.tf.json');

let state: string;
let cloud: RunningCommand;

beforeAll(async () => {
  const folder = temporaryFolder();
  const store = join(folder, 'certificates');
  state = join(folder, '.lastwill');
  await ensureAzureKeys(store, ['boiler-sensor', 'boiler-valve']);
  const variables = [
    ...['--parameter', `sensor_thumbprint=${readThumbprint(store, 'boiler-sensor')}`],
    ...['--parameter', `actuator_thumbprint=${readThumbprint(store, 'boiler-valve')}`],
  ];
  const ports = ['--azure-port', '0', '--azure-ws-port', '0'];
  cloud = await startCommand(['local', '--azure', configuration, ...variables, ...ports], folder);
});

afterAll(async () => {
  expect(await cloud.stop()).toBe(0);
});

const subscribe = (name: string, ...arguments_: string[]) => {
  const directory = join(state, 'azure', name);
  const { port } = new URL(cloud.urls.azure ?? '');
  const server = ['-h', 'localhost', '-p', port, '--cafile', join(directory, 'AmazonRootCA1.pem')];
  const identity = ['-i', name, '-u', name, '--cert', join(directory, 'client-cert.pem')];
  const key = ['--key', join(directory, 'private-key.pem')];
  // Without stdbuf it would keep its lines to itself when its output is a pipe.
  return spawn('stdbuf', ['-oL', 'mosquitto_sub', ...server, ...identity, ...key, '-d', ...arguments_], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
};

function watch(...flags: readonly string[]): ChildProcess {
  const root = join(__dirname, '..', '..');
  const program = ['--import', 'tsx', 'bin/lastwill.ts', 'watch', 'local', '--json', '--state', state, ...flags];
  return spawn(process.execPath, program, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
}

test('with a configuration alone, only that cloud runs', () => {
  expect(Object.keys(cloud.urls)).toContain('azure');
  expect(Object.keys(cloud.urls)).not.toContain('aws');
});

test.each(['mqttv311', 'mqttv5'])('a killed sensor (%s) has its will delivered to the actuator', async (version) => {
  const valve = subscribe('boiler-valve', '-V', version, '-t', 'plant/+/status', '-q', '1', '-F', 'GOT %t %p');
  await firstLine(valve, 'Subscribed');
  const arrived = firstLine(valve, 'GOT');
  const will = ['--will-topic', 'plant/boiler-sensor/status', '--will-payload', 'offline', '--will-qos', '1'];
  const sensor = subscribe('boiler-sensor', '-V', version, '-t', 'anything', ...will);
  await firstLine(sensor, 'Client boiler-sensor received CONNACK (0)');

  sensor.kill('SIGKILL');

  expect(await arrived).toBe('GOT plant/boiler-sensor/status offline');
  valve.kill();
  await once(valve, 'exit');
});

test('lastwill watch shows that a killed sensor is gone, as a client and from the event log', async () => {
  const asValve = watch('--as', 'boiler-valve', '--topic', 'plant/{device}/status');
  const fromLog = watch();
  await Promise.all([firstLine(asValve, 'watching plant/+/status'), firstLine(fromLog, 'watching the event log')]);
  const will = ['--will-topic', 'plant/boiler-sensor/status', '--will-payload', 'offline', '--will-qos', '1'];
  const sensor = subscribe('boiler-sensor', '-t', 'anything', ...will);
  await firstLine(sensor, 'Client boiler-sensor received CONNACK (0)');
  const gone = [asValve, fromLog].map((child) => firstLine(child, '{"device":"boiler-sensor","state":"disconnected"'));

  sensor.kill('SIGKILL');

  expect((await Promise.all(gone)).map((line) => (JSON.parse(line) as { cause: string }).cause)).toEqual([
    'said to be offline on plant/boiler-sensor/status',
    'ConnectionLost, last will on plant/boiler-sensor/status',
  ]);
  for (const child of [asValve, fromLog]) {
    child.kill('SIGINT');
    const [exitCode] = await once(child, 'exit');
    expect(exitCode).toBe(0);
  }
});

test("a sensor that asks for another one's will topic is refused, and the log names the nearest template", async () => {
  const sensor = subscribe('boiler-sensor', '-t', 'x', '--will-topic', 'plant/other/status', '--will-payload', 'x');

  const refusal = await eventually(() =>
    loggedEvents(state).find(({ type, operation }) => type === 'refused' && operation === 'connect'),
  );

  sensor.kill();
  expect(refusal.reason).toContain("'boiler-sensor' may not publish on 'plant/other/status'");
  expect(refusal.template).toContain('plant/${client.authenticationName}/status');
});

test('a filter that no template covers is refused, and the log says so', async () => {
  const valve = subscribe('boiler-valve', '-V', 'mqttv5', '-t', '#');

  const refusal = await eventually(() =>
    loggedEvents(state).find(
      ({ type, operation, clientId }) => type === 'refused' && operation === 'subscribe' && clientId === 'boiler-valve',
    ),
  );

  valve.kill();
  expect(refusal).toMatchObject({ clientId: 'boiler-valve', topic: '#' });
});
