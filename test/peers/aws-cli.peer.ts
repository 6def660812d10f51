import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ensureAwsKeys } from '../../bin/store/keys';
import { readCsr } from '../../bin/store/store';
import { temporaryFolders } from '../temporary-folder';
import { type RunningCommand, startCommand } from './local-command';

const temporaryFolder = temporaryFolders();
const template = join(__dirname, '..', 'fixtures', 'foreign-presence.yaml');

let cloud: RunningCommand;

beforeAll(async () => {
  const folder = temporaryFolder();
  await ensureAwsKeys(join(folder, 'certificates'), ['pump']);
  const csr = readCsr(join(folder, 'certificates'), 'pump');
  const ports = ['--aws-port', '0', '--aws-ws-port', '0', '--control-port', '0'];
  cloud = await startCommand(['local', '--aws', template, '--parameter', `PumpCsr=${csr}`, ...ports], folder);
});

afterAll(async () => {
  expect(await cloud.stop()).toBe(0);
});

/** What AWS's own command line, which is written in Python, answers as JSON. */
async function aws(...arguments_: readonly string[]) {
  const { stdout } = await promisify(execFile)(
    'aws',
    [...arguments_, '--endpoint-url', cloud.urls.control ?? '', '--output', 'json'],
    {
      env: {
        ...process.env,
        AWS_DEFAULT_REGION: 'us-east-1',
        AWS_REGION: 'us-east-1',
        AWS_ACCESS_KEY_ID: 'any',
        AWS_SECRET_ACCESS_KEY: 'any',
      },
    },
  );
  return JSON.parse(stdout);
}

test('aws iot finds endpoint, thing, certificate and policy', async () => {
  const { endpointAddress } = await aws('iot', 'describe-endpoint', '--endpoint-type', 'iot:Data-ATS');
  const { principals } = await aws('iot', 'list-thing-principals', '--thing-name', 'pump-dev');
  const { policies } = await aws('iot', 'list-attached-policies', '--target', principals[0]);

  expect(endpointAddress).toBe('localhost');
  expect(principals).toEqual([expect.stringMatching(/^arn:aws:iot:us-east-1:123456789012:cert\/[0-9a-f]{64}$/)]);
  expect(policies).toHaveLength(1);
});

test('aws cloudformation and aws sts know stack and account', async () => {
  const { Stacks } = await aws('cloudformation', 'describe-stacks');
  const { Account } = await aws('sts', 'get-caller-identity');

  expect(Stacks).toMatchObject([{ StackName: 'foreign-presence', StackStatus: 'CREATE_COMPLETE' }]);
  expect(Account).toBe('123456789012');
});

test('aws tells its user in the words of the error', async () => {
  await expect(aws('iot', 'describe-thing', '--thing-name', 'nobody')).rejects.toThrow(
    'An error occurred (ResourceNotFoundException) when calling the DescribeThing operation: Thing nobody not found',
  );
});
