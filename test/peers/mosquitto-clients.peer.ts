import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ensureAwsKeys } from '../../bin/store/keys';
import { readCsr } from '../../bin/store/store';
import { temporaryFolders } from '../temporary-folder';
import { caughtEmails, eventually, firstLine, loggedEvents, type RunningCommand, startCommand } from './local-command';

const temporaryFolder = temporaryFolders();
const template = join(__dirname, '..', 'fixtures', 'foreign-presence.yaml');

let state: string;
let cloud: RunningCommand;
let server: readonly string[];
let credentials: readonly string[];

beforeAll(async () => {
  const folder = temporaryFolder();
  state = join(folder, '.lastwill');
  await ensureAwsKeys(join(folder, 'certificates'), ['pump']);
  const csr = readCsr(join(folder, 'certificates'), 'pump');
  const ports = ['--aws-port', '0', '--aws-ws-port', '0'];
  cloud = await startCommand(['local', '--aws', template, '--parameter', `PumpCsr=${csr}`, ...ports], folder);
  const directory = join(state, 'aws', 'pump-dev');
  const { port } = new URL(cloud.urls.aws ?? '');
  server = ['-h', 'localhost', '-p', port, '--cafile', join(directory, 'AmazonRootCA1.pem')];
  credentials = ['--cert', join(directory, 'client-cert.pem'), '--key', join(directory, 'private-key.pem')];
});

afterAll(async () => {
  expect(await cloud.stop()).toBe(0);
});

const subscribe = (...arguments_: string[]) =>
  // Without stdbuf it would keep its lines to itself when its output is a pipe.
  spawn('stdbuf', ['-oL', 'mosquitto_sub', ...server, ...credentials, ...arguments_], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });

test('the state folder holds what a device needs, its key for its owner alone', () => {
  const running = JSON.parse(readFileSync(join(state, 'local.json'), 'utf8'));

  expect(statSync(join(state, 'aws', 'pump-dev', 'private-key.pem')).mode & 0o777).toBe(0o600);
  expect(running.aws.identities['pump-dev'].clientId).toBe('pump-dev');
});

test.each([
  ['mqttv311', 7],
  ['mqttv5', 8],
])(
  'a killed mosquitto_sub (%s) has its will published, the rule runs, the e-mail is written',
  async (version, pump) => {
    const watcher = subscribe('-i', `watcher-${pump}`, '-t', 'pumps/#', '-d', '-F', 'GOT %t %p');
    await firstLine(watcher, 'Subscribed');
    const arrived = firstLine(watcher, `GOT pumps/${pump}/status`);
    const emailsBefore = caughtEmails(state).length;
    const will = ['--will-topic', `pumps/${pump}/status`, '--will-payload', '{"state":"gone"}', '--will-qos', '1'];
    const device = subscribe('-i', 'pump-dev', '-V', version, '-d', '-t', 'pumps/none', ...will);
    await firstLine(device, 'Subscribed');

    device.kill('SIGKILL');

    expect(await arrived).toBe(`GOT pumps/${pump}/status {"state":"gone"}`);
    const email = await eventually(() => caughtEmails(state).slice(emailsBefore)[0]);
    expect(email).toContain('To: hall3@example.org');
    expect(email).toContain(`{"pump":"${pump}","state":"GONE"}`);
    await eventually(() =>
      loggedEvents(state).find(({ type, topic }) => type === 'publish' && topic === `alarms/${pump}`),
    );
    watcher.kill();
    await once(watcher, 'exit');
  },
);

test('mosquitto_sub with a will that the policy does not cover is refused, and the log says why', async () => {
  const device = subscribe('-i', 'pump-dev', '-t', 'pumps/none', '--will-topic', 'elsewhere', '--will-payload', 'x');

  const refusal = await eventually(() =>
    loggedEvents(state).find(({ type, action }) => type === 'refused' && action === 'iot:Publish'),
  );

  device.kill();
  expect(refusal).toMatchObject({
    clientId: 'pump-dev',
    decision: 'denied',
    resource: 'arn:aws:iot:us-east-1:123456789012:topic/elsewhere',
  });
  expect(refusal.reason).toContain('no statement');
});

test('mosquitto_sub with a client id that the policy does not cover is refused, and the log names the ARN', async () => {
  const device = subscribe('-i', 'stranger', '-t', 'pumps/none');

  const refusal = await eventually(() =>
    loggedEvents(state).find(({ type, clientId }) => type === 'refused' && clientId === 'stranger'),
  );

  device.kill();
  expect(refusal).toMatchObject({
    action: 'iot:Connect',
    resource: 'arn:aws:iot:us-east-1:123456789012:client/stranger',
  });
});

test('mosquitto_sub without a certificate is refused', async () => {
  const device = spawn('mosquitto_sub', [...server, '-i', 'pump-dev', '-t', 'x'], { stdio: 'ignore' });

  await eventually(() =>
    loggedEvents(state).find(({ reason }) => String(reason).includes('the client sent no certificate')),
  );

  device.kill();
});
