import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { type ServeLocalOptions, serveLocal } from '../../../bin/local/serve';
import { temporaryDirectory } from '../temporary-directory';

const directory = temporaryDirectory();

const options = (listen: ServeLocalOptions['listen'] = {}): ServeLocalOptions => ({
  awsTemplates: [],
  parameters: {},
  stateDirectory: join(directory.path, 'state'),
  store: join(directory.path, 'store'),
  listen: { awsPort: 0, azurePort: 0, ...listen },
  logsDeliveries: false,
  say: () => undefined,
});

test('a state folder with which another embedded cloud runs is refused, and the other stays as it is', async () => {
  const first = await serveLocal(options());
  const running = readFileSync(join(directory.path, 'state', 'local.json'), 'utf8');

  await expect(serveLocal(options())).rejects.toThrow(
    `an embedded cloud (process ${process.pid}) already runs with the state folder ${join(directory.path, 'state')}: end that one, or choose another folder with --state`,
  );

  expect(readFileSync(join(directory.path, 'state', 'local.json'), 'utf8')).toBe(running);
  await first.stop();
});

test('a state folder that was left behind is taken, even when something else has its process id now', async () => {
  const state = join(directory.path, 'state');
  mkdirSync(state);
  writeFileSync(join(state, 'local.json'), JSON.stringify({ pid: process.pid, control: 'http://127.0.0.1:9' }));

  const { readyLine, stop } = await serveLocal(options());
  await stop();

  expect(readyLine).toMatch(/^ready /);
});

test.each([
  ['controlPort', '--control-port'],
  ['awsWebSocketPort', '--aws-ws-port'],
] as const)('a port for %s that is in use is named with the flag that chooses another', async (option, flag) => {
  const other = createServer();
  const port = await new Promise<number>((resolve) => {
    other.listen({ host: '127.0.0.1', port: 0 }, () => resolve((other.address() as { port: number }).port));
  });

  const started = serveLocal(options({ [option]: port }));

  await expect(started).rejects.toThrow(
    `port ${port} is in use, perhaps by another embedded cloud: end that one, or choose another port with ${flag} (0 takes a free one)`,
  );
  await new Promise((resolve) => other.close(resolve));
});

test('an address that is left unconfirmed but that no subscription has is told', async () => {
  const said: string[] = [];

  const { stop } = await serveLocal({
    ...options(),
    unconfirmedEndpoints: ['support@example.com', 'suport@example.com'],
    say: (text) => said.push(text),
  });
  await stop();

  expect(said).toContain(
    'warning: suport@example.com cannot be left unconfirmed: the subscriptions are for support@example.com',
  );
  expect(said.filter((text) => text.includes('unconfirmed'))).toHaveLength(1);
});
