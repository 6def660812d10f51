import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureAwsKeys, ensureAzureKeys } from '../../bin/store/keys';
import { readCsr, readThumbprints } from '../../bin/store/store';
import { synthesizeAwsLwtStack } from '../../lib/aws-app';
import { synthesizeAzureLwtStack } from '../../lib/azure-app';
import { type RunningCommand, startCommand } from './local-command';

// Every connect of a client id waits a second for the one before, as the real clouds want it.
jest.setTimeout(120_000);

const root = join(__dirname, '../..');
const directory = mkdtempSync(join(tmpdir(), 'lastwill-smoke-peer-'));
const [store, state] = [join(directory, 'certificates'), join(directory, 'state')];
const [awsTemplate, azureTemplate] = [join(directory, 'LwtStack.template.json'), join(directory, 'cdk.tf.json')];
let local: RunningCommand;

beforeAll(async () => {
  const clients = ['sensor1', 'sensor2', 'actuator1', 'actuator2'];
  await ensureAwsKeys(store, ['lwtThing']);
  await ensureAzureKeys(store, clients);
  const device = { name: 'lwtThing', certificateSigningRequest: readCsr(store, 'lwtThing') };
  writeFileSync(awsTemplate, JSON.stringify(synthesizeAwsLwtStack({ devices: [device], notify: ['a@example.com'] })));
  const thumbprints = readThumbprints(store, clients);
  const client = (name: string) => ({ name, thumbprints: [thumbprints[name] as string] });
  const { template } = synthesizeAzureLwtStack({
    sensors: [client('sensor1'), client('sensor2')],
    actuators: [client('actuator1'), client('actuator2')],
  });
  writeFileSync(azureTemplate, JSON.stringify(template));
  const ports = ['aws-port', 'aws-ws-port', 'azure-port', 'azure-ws-port', 'control-port'];
  const words = ['local', '--aws', awsTemplate, '--azure', azureTemplate, '--store', store, '--state', state];
  local = await startCommand([...words, ...ports.flatMap((port) => [`--${port}`, '0'])], directory);
});

afterAll(async () => {
  await local.stop();
  rmSync(directory, { recursive: true });
});

/** Runs a smoke test as a person would, in a process of its own. */
async function smoke(cloud: 'aws' | 'azure', ...words: readonly string[]) {
  const child = spawn(process.execPath, ['--import', 'tsx', `smoke/${cloud}.ts`, ...words], {
    cwd: root,
    env: {
      ...process.env,
      AWS_ENDPOINT_URL: local.urls.control,
      AZURE_ENDPOINT_URL: local.urls.control,
      AWS_EC2_METADATA_DISABLED: 'true',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const written = { stdout: '', stderr: '' };
  child.stdout.on('data', (data: Buffer) => {
    written.stdout += data.toString();
  });
  child.stderr.on('data', (data: Buffer) => {
    written.stderr += data.toString();
  });
  const [exitCode] = await once(child, 'close');
  return { exitCode, ...written };
}

test.each([
  ['aws', awsTemplate, ['device is not connected', 'certificates pull', 'doctor', 'story', 'probes']],
  ['azure', azureTemplate, ['doctor', 'story', 'probes']],
] as const)(
  'examines what is deployed, over the ports and the control plane, and finds both clouds the same: %s',
  async (cloud, template, steps) => {
    const place = ['--store', store, '--state', state, '--template', template];
    const asked = ['--probes', 'CONNACK', '--patience', '1', '--json'];

    const { exitCode, stdout, stderr } = await smoke(cloud, '--yes', '--skip-deploy', ...place, ...asked);

    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: expect.stringContaining('probes: ok') });
    const report = JSON.parse(stdout);
    expect(report.steps.map(({ name }: { readonly name: string }) => name)).toEqual(steps);
    expect(report.comparison.observations.length).toBeGreaterThan(10);
    expect(report.ok).toBe(true);
  },
);

test.each(['aws', 'azure'] as const)('does nothing without --yes, in one line: %s', async (cloud) => {
  const { exitCode, stdout, stderr } = await smoke(cloud);

  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  expect(stderr.trim().split('\n')).toHaveLength(1);
});
