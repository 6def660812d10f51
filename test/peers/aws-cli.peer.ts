import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ensureAwsKeys } from '../../bin/store/keys';
import { readCsr } from '../../bin/store/store';
import { temporaryFolders } from '../temporary-folder';
import { type RunningCommand, startCommand } from './local-command';

const temporaryFolder = temporaryFolders();
const template = join(__dirname, '..', 'fixtures', 'foreign-presence.yaml');

let cloud: RunningCommand;
let folder: string;

beforeAll(async () => {
  folder = temporaryFolder();
  await ensureAwsKeys(join(folder, 'certificates'), ['pump']);
  const csr = readCsr(join(folder, 'certificates'), 'pump');
  const ports = ['--aws-port', '0', '--aws-ws-port', '0', '--control-port', '0'];
  cloud = await startCommand(['local', '--aws', template, '--parameter', `PumpCsr=${csr}`, ...ports], folder);
});

afterAll(async () => {
  expect(await cloud.stop()).toBe(0);
});

/** What AWS's own command line, which is written in Python, answers as JSON. */
const aws = (...arguments_: readonly string[]) => awsAs({}, ...arguments_);

async function awsAs(environment: Readonly<Record<string, string>>, ...arguments_: readonly string[]) {
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
        ...environment,
      },
    },
  );
  return stdout === '' ? undefined : JSON.parse(stdout);
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

test('aws turns the pages of a list', async () => {
  const { things } = await aws('iot', 'list-things', '--page-size', '1');
  const { StackResourceSummaries } = await aws(
    'cloudformation',
    'list-stack-resources',
    '--stack-name',
    'foreign-presence',
  );

  expect(things.map(({ thingName }: { thingName: string }) => thingName)).toEqual(['pump-dev']);
  expect(StackResourceSummaries.length).toBeGreaterThan(3);
});

test('aws asks what a certificate and a role may do', async () => {
  const { principals } = await aws('iot', 'list-thing-principals', '--thing-name', 'pump-dev');
  const authInfos = 'actionType=CONNECT,resources=arn:aws:iot:us-east-1:123456789012:client/pump-dev';
  const asked = ['--principal', principals[0], '--client-id', 'pump-dev', '--auth-infos', authInfos];
  const { authResults } = await aws('iot', 'test-authorization', ...asked);
  const { effectivePolicies } = await aws('iot', 'get-effective-policies', '--principal', principals[0]);

  expect(authResults).toMatchObject([{ authInfo: { actionType: 'CONNECT' }, authDecision: expect.any(String) }]);
  expect(JSON.parse(effectivePolicies[0].policyDocument)).toHaveProperty('Statement');
});

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
test("what Python signs with the account's own key is taken, and refused with another secret", async () => {
  const key = JSON.parse(readFileSync(join(folder, '.lastwill', 'aws', 'iam.json'), 'utf8'));
  const own = { AWS_ACCESS_KEY_ID: key.accessKeyId, AWS_SECRET_ACCESS_KEY: key.secretAccessKey };
  const topic = "/a b/ü$&'()*~%41";

  await awsAs(own, 'iot-data', 'publish', '--topic', topic, '--retain', '--qos', '1', '--payload', 'aGk=');
  const { qos } = await awsAs(own, 'iot-data', 'get-retained-message', '--topic', topic);

  expect(qos).toBe(1);
  await expect(awsAs({ ...own, AWS_SECRET_ACCESS_KEY: 'wrong' }, 'sts', 'get-caller-identity')).rejects.toThrow(
    'An error occurred (SignatureDoesNotMatch) when calling the GetCallerIdentity operation',
  );
});

test('aws words a wrong region, an unknown stack and an operation that is not answered', async () => {
  await expect(
    awsAs({ AWS_REGION: 'eu-west-1', AWS_DEFAULT_REGION: 'eu-west-1' }, 'iot', 'list-things'),
  ).rejects.toThrow(
    "(InvalidSignatureException) when calling the ListThings operation: Credential should be scoped to a valid region, not 'eu-west-1'",
  );
  await expect(aws('cloudformation', 'describe-stacks', '--stack-name', 'Nope')).rejects.toThrow(
    'An error occurred (ValidationError) when calling the DescribeStacks operation: Stack with id Nope does not exist',
  );
  await expect(aws('iot', 'list-jobs')).rejects.toThrow(
    '(UnknownOperationException) when calling the ListJobs operation',
  );
  await expect(aws('sqs', 'list-queues')).rejects.toThrow("the embedded AWS has no service 'sqs'");
});
