import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { connectAsync } from 'mqtt';
import { runCommandLine } from '../../../bin/command-line';

const root = join(__dirname, '../../..');

test('prints a ready line with its URL, serves, and exits 0 on SIGINT with a client connected', async () => {
  const process_ = spawn(process.execPath, ['--import', 'tsx', 'bin/lastwill.ts', 'broker', '--port', '0'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = new Promise<number | null>((resolve) => process_.once('exit', resolve));
  const line = await new Promise<string>((resolve) => process_.stdout.once('data', (data) => resolve(String(data))));
  const url = /^ready mqtt=(mqtt:\/\/127\.0\.0\.1:\d+)\n$/.exec(line)?.[1] ?? '';

  const client = await connectAsync(url, { reconnectPeriod: 0, protocolVersion: 5 });
  const disconnected = new Promise((resolve) => client.on('disconnect', (packet) => resolve(packet.reasonCode)));
  process_.kill('SIGINT');

  expect(await disconnected).toBe(0x8b);
  expect(await exited).toBe(0);
  await client.endAsync(true);
});

test.each([
  [['broker', '--profile', 'gcp'], 2],
  [['broker', '--port', 'x'], 2],
  [['broker', '--server-keep-alive', '0'], 2],
])('%j is bad usage', async (words, exitCode) => {
  const stderr = jest.spyOn(process.stderr, 'write').mockReturnValue(true);

  expect(await runCommandLine(words)).toBe(exitCode);

  stderr.mockRestore();
});
