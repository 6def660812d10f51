import { run } from '../capture';
import { withoutAzure } from '../cloud/deployed-namespace';

withoutAzure();

test.each([
  [['--region', 'eu-west-1'], '--region is for doctor aws; leave it out on azure'],
  [['--live', '--as', 'b', '--ws-port', '1'], '--ws-port is for doctor aws; leave it out on azure'],
  [
    ['--live'],
    '--live needs --as NAME on azure: a client that may subscribe to the will and whose key is in the store',
  ],
  [['--live', '--as', 'a'], "--as must be another than --device, got 'a'"],
  [['--as', 'b'], '--as needs --live, which it is for'],
  [['--assume-offline'], '--assume-offline needs --live, which it is for'],
  [['--will-topic', 'a/+'], '--will-topic must be'],
  [['--publish', '#'], '--publish must be'],
  [['--subscribe', 'a+'], '--subscribe must be'],
  [['--will-delay', '-1'], '--will-delay must be an integer from 0 to 4294967295'],
  [['--endpoint', 'wss://x'], "--endpoint must be a host name, host:port or an mqtts URL, got 'wss://x'"],
  [[], 'the Azure subscription is not named: use --subscription or set AZURE_SUBSCRIPTION_ID'],
])('azure %j is bad usage', async (flags, message) => {
  const named = flags[0] === '--endpoint' ? ['--subscription', '11111111-0000-0000-0000-000000000000'] : [];

  const { exitCode, stderr, stdout } = await run('doctor', 'azure', '--device', 'a', ...named, ...flags);

  expect(stderr).toContain(message);
  expect([exitCode, stdout]).toEqual([2, '']);
});

test.each([
  [['--subscription', 'x'], '--subscription is for doctor azure; leave it out on aws'],
  [
    ['--resource-group', 'x', '--namespace', 'y'],
    '--resource-group is for doctor azure; leave it out on aws; --namespace is for doctor azure; leave it out on aws',
  ],
  [['--live', '--assume-offline'], '--assume-offline is for doctor azure; leave it out on aws'],
  [['--will-delay', '1'], '--will-delay is for doctor azure; leave it out on aws'],
  [['--ws-port', '1'], '--ws-port needs --live, which it is for'],
  [['--live', '--as', 'a'], "--as must be another than --device, got 'a'"],
  [['--device', 'a b'], "--device must be 1 to 128 letters, digits, :, _ or -, got 'a b'"],
  [['--will-topic', 'a/#'], '--will-topic must be'],
  [['--endpoint', 'mqtt://x'], "--endpoint must be a host name, host:port or an mqtts URL, got 'mqtt://x'"],
  [['--rootCA', __filename], '--rootCA must be a file of certificates in PEM'],
  [['--port', '0'], "--port must be an integer from 1 to 65535, got '0'"],
  [['--rootCA', 'none.pem'], "--rootCA must be a readable file, got 'none.pem'"],
])('aws %j is bad usage', async (flags, message) => {
  const { exitCode, stderr, stdout } = await run('doctor', 'aws', '--device', 'a', ...flags);

  expect(stderr).toContain(message);
  expect([exitCode, stdout]).toEqual([2, '']);
});
