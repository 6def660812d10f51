import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Serving, serveBroker } from '../../../local/broker/serve';
import { run } from '../capture';
import { temporaryDirectory } from '../temporary-directory';

const directory = temporaryDirectory();
const profile = (content: unknown): string => {
  const path = join(directory.path, 'profile.json');
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
};
const OUTAGE = {
  durationSeconds: 0.2,
  churn: { cuts: 0, silences: 0, restarts: 0, cleanExits: 0 },
  absenceSeconds: 0,
  outages: [{ atSeconds: 0.1 }],
};

describe('on a broker', () => {
  let serving: Serving;
  beforeEach(async () => {
    serving = await serveBroker({ profile: 'mqtt', host: '127.0.0.1', port: 0 });
  });
  afterEach(() => serving.close());

  test('a mass outage is accounted for in one JSON line', async () => {
    const { exitCode, stdout } = await run(
      ...[
        'fleet',
        '--count',
        '20',
        '-e',
        serving.urls[0]?.[1] as string,
        '--profile',
        profile(OUTAGE),
        '--seed',
        '7',
        '--json',
      ],
    );

    expect(exitCode).toBe(0);
    expect(stdout.trimEnd().split('\n')).toHaveLength(1);
    expect(JSON.parse(stdout)).toMatchObject({
      devices: 20,
      seed: 7,
      wills: { expected: 20, seen: 20, missing: 0, duplicated: 0, late: 0, unexpected: 0 },
    });
  });

  test('a person reads the same account', async () => {
    const { stdout } = await run(
      'fleet',
      '--count',
      '5',
      '-e',
      serving.urls[0]?.[1] as string,
      '--profile',
      profile(OUTAGE),
    );

    expect(stdout).toContain(
      'wills                 expected 5, seen 5, missing 0, duplicated 0, late 0, unexpected 0\n',
    );
  });
});

test.each([
  [['--count', '0', '-e', 'x'], "--count must be an integer from 1 to 100000, got '0'"],
  [['-e', 'x', '-c', 'a.pem'], '--key must be given with --cert: a certificate proves nothing without its private key'],
])('%j is bad usage', async (arguments_, message) => {
  const { exitCode, stderr } = await run('fleet', ...arguments_);

  expect(exitCode).toBe(2);
  expect(stderr).toBe(`lastwill: ${message}\n`);
});

test('a profile that breaks a rule is named with its path', async () => {
  const { exitCode, stderr } = await run('fleet', '-e', 'x', '--profile', profile({ durationSeconds: 'long' }));

  expect(exitCode).toBe(2);
  expect(stderr).toBe("lastwill: profile.durationSeconds must be a number from 0.001 to 604800, got 'long'\n");
});

test('a profile that is not JSON is named', async () => {
  const path = profile('{');

  const { exitCode, stderr } = await run('fleet', '-e', 'x', '--profile', path);

  expect(exitCode).toBe(2);
  expect(stderr).toContain(`lastwill: ${path} is not a profile in JSON`);
});

test('--local without a running cloud starts one with a thing for every device, over TLS and with policies', async () => {
  const { exitCode, stdout, stderr } = await run(
    ...['fleet', '--count', '10', '--local', directory.path, '--profile', profile(OUTAGE), '--json'],
  );

  expect(exitCode).toBe(0);
  expect(stderr).toMatch(/^an embedded AWS with 10 things listens at mqtts:\/\/localhost:\d+\n/);
  expect(JSON.parse(stdout).wills).toEqual({
    expected: 10,
    seen: 10,
    missing: 0,
    duplicated: 0,
    late: 0,
    unexpected: 0,
  });
});

test('without an endpoint it lives in the embedded cloud', async () => {
  const before = process.cwd();
  process.chdir(directory.path);
  try {
    const { exitCode, stderr } = await run('fleet', '--count', '3', '--profile', profile(OUTAGE), '--json');

    expect(exitCode).toBe(0);
    expect(stderr).toContain('an embedded AWS with 3 things listens at mqtts://localhost:');
  } finally {
    process.chdir(before);
  }
});
