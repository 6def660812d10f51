import { MINTING_CODE } from '../../../constructs/aws/minting-function';

const CERTIFICATE_ID = '0123456789abcdef'.repeat(4);
const PRIVATE_KEY = 'the private key';

/** AWS as the function sees it: what it was asked, and what it answers. */
class FakeAws {
  readonly calls: { readonly name: string; readonly input: Record<string, unknown> }[] = [];
  readonly answers: string[] = [];
  readonly failures = new Map<string, Error>();
  /** Versions of the secret by id, with their stages. */
  stages: Readonly<Record<string, readonly string[]>> = {};
  /** Status of the answers of CloudFormation, the first one first; then 200. */
  readonly statuses: number[] = [];

  async run(event: object): Promise<Record<string, unknown>> {
    const module: { handler?: (event: object) => Promise<void> } = {};
    new Function('require', 'exports', 'fetch', MINTING_CODE)(() => this.#sdk(), module, this.#fetch);
    await module.handler?.({
      ResponseURL: 'https://cloudformation.example.com/answer',
      StackId: 'stack',
      RequestId: 'request',
      LogicalResourceId: 'Certificate',
      ResourceProperties: { SecretArn: 'secret-arn', Generation: '1' },
      ...event,
    });
    return JSON.parse(this.answers.at(-1) as string);
  }

  #sdk(): Record<string, unknown> {
    const send = async (command: { name: string; input: Record<string, unknown> }): Promise<unknown> => {
      this.calls.push(command);
      const failure = this.failures.get(command.name);
      if (failure !== undefined) throw failure;
      return {
        certificateId: CERTIFICATE_ID,
        certificateArn: 'arn',
        certificatePem: 'pem',
        keyPair: { PrivateKey: PRIVATE_KEY },
        VersionIdsToStages: this.stages,
      };
    };
    const client = class {
      send = send;
    };
    const command = (name: string): unknown =>
      class {
        readonly name = name;
        constructor(readonly input: Record<string, unknown>) {}
      };
    return {
      IoTClient: client,
      SecretsManagerClient: client,
      CreateKeysAndCertificateCommand: command('CreateKeysAndCertificate'),
      UpdateCertificateCommand: command('UpdateCertificate'),
      DeleteCertificateCommand: command('DeleteCertificate'),
      DescribeSecretCommand: command('DescribeSecret'),
      PutSecretValueCommand: command('PutSecretValue'),
      UpdateSecretVersionStageCommand: command('UpdateSecretVersionStage'),
    };
  }

  readonly #fetch = async (_url: string, request: { readonly body: Buffer }): Promise<object> => {
    const failure = this.failures.get('fetch');
    this.failures.delete('fetch');
    if (failure !== undefined) throw failure;
    const status = this.statuses.shift() ?? 200;
    if (status === 200) this.answers.push(request.body.toString());
    return { ok: status === 200, status };
  };
}

let aws: FakeAws;
beforeEach(() => {
  aws = new FakeAws();
});

const named = (name: string): Error => Object.assign(new Error('it went wrong'), { name });

test('creating mints an active certificate, stores certificate and key, and answers with id and ARN alone', async () => {
  const answer = await aws.run({ RequestType: 'Create' });

  expect(aws.calls).toEqual([
    { name: 'CreateKeysAndCertificate', input: { setAsActive: true } },
    {
      name: 'PutSecretValue',
      input: {
        SecretId: 'secret-arn',
        SecretString: JSON.stringify({ certificateId: CERTIFICATE_ID, certificatePem: 'pem', privateKey: PRIVATE_KEY }),
        ClientRequestToken: CERTIFICATE_ID,
      },
    },
  ]);
  expect(answer).toEqual({
    Status: 'SUCCESS',
    PhysicalResourceId: CERTIFICATE_ID,
    Data: { Arn: 'arn' },
    StackId: 'stack',
    RequestId: 'request',
    LogicalResourceId: 'Certificate',
  });
  expect(aws.answers.join()).not.toContain(PRIVATE_KEY);
});

test('a change mints another certificate, whose id tells CloudFormation to delete the old one', async () => {
  const answer = await aws.run({ RequestType: 'Update', PhysicalResourceId: 'f'.repeat(64) });

  expect(answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: CERTIFICATE_ID });
});

test('a certificate whose key could not be stored is deleted again, because nobody could use it', async () => {
  aws.failures.set('PutSecretValue', named('AccessDeniedException'));

  const answer = await aws.run({ RequestType: 'Create' });

  expect(aws.calls.map((call) => call.name)).toEqual([
    'CreateKeysAndCertificate',
    'PutSecretValue',
    'UpdateCertificate',
    'DeleteCertificate',
  ]);
  expect(answer).toMatchObject({ Status: 'FAILED', Reason: 'AccessDeniedException: it went wrong' });
});

test('deleting makes the certificate inactive first, as AWS demands', async () => {
  const answer = await aws.run({ RequestType: 'Delete', PhysicalResourceId: CERTIFICATE_ID });

  expect(aws.calls).toEqual([
    { name: 'UpdateCertificate', input: { certificateId: CERTIFICATE_ID, newStatus: 'INACTIVE' } },
    { name: 'DeleteCertificate', input: { certificateId: CERTIFICATE_ID, forceDelete: true } },
    { name: 'DescribeSecret', input: { SecretId: 'secret-arn' } },
  ]);
  expect(answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: CERTIFICATE_ID });
});

// https://docs.aws.amazon.com/secretsmanager/latest/userguide/whats-in-a-secret.html
test('a rollback that deletes the new certificate makes the secret hold the old one again', async () => {
  const before = 'f'.repeat(64);
  aws.stages = { [before]: ['AWSPREVIOUS'], [CERTIFICATE_ID]: ['AWSCURRENT'] };

  await aws.run({ RequestType: 'Delete', PhysicalResourceId: CERTIFICATE_ID });

  expect(aws.calls.at(-1)).toEqual({
    name: 'UpdateSecretVersionStage',
    input: {
      SecretId: 'secret-arn',
      VersionStage: 'AWSCURRENT',
      MoveToVersionId: before,
      RemoveFromVersionId: CERTIFICATE_ID,
    },
  });
});

test('deleting the old certificate after a new one leaves the secret alone', async () => {
  aws.stages = { [CERTIFICATE_ID]: ['AWSPREVIOUS'], [`${'f'.repeat(64)}`]: ['AWSCURRENT'] };

  await aws.run({ RequestType: 'Delete', PhysicalResourceId: CERTIFICATE_ID });

  expect(aws.calls.map(({ name }) => name)).not.toContain('UpdateSecretVersionStage');
});

// After a change of the secret's name the function may use the new secret only.
test.each([
  ['is gone', 'ResourceNotFoundException'],
  ['has been replaced by another one', 'AccessDeniedException'],
])('deleting succeeds when the secret %s', async (_, error) => {
  aws.failures.set('DescribeSecret', named(error));

  expect(await aws.run({ RequestType: 'Delete', PhysicalResourceId: CERTIFICATE_ID })).toMatchObject({
    Status: 'SUCCESS',
  });
});

test('deleting what is gone already succeeds', async () => {
  aws.failures.set('UpdateCertificate', named('ResourceNotFoundException'));

  expect(await aws.run({ RequestType: 'Delete', PhysicalResourceId: CERTIFICATE_ID })).toMatchObject({
    Status: 'SUCCESS',
  });
});

test('deleting what was never minted does nothing', async () => {
  const answer = await aws.run({ RequestType: 'Delete', PhysicalResourceId: 'nothing' });

  expect(aws.calls).toEqual([]);
  expect(answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'nothing' });
});

test('an answer that did not get through is given again, without minting again', async () => {
  aws.failures.set('fetch', named('TypeError'));

  const answer = await aws.run({ RequestType: 'Create' });

  expect(answer).toMatchObject({ Status: 'SUCCESS' });
  expect(aws.calls.filter((call) => call.name === 'CreateKeysAndCertificate')).toHaveLength(1);
});

test('an answer that was refused is given again', async () => {
  aws.statuses.push(503, 403);

  expect(await aws.run({ RequestType: 'Create' })).toMatchObject({ Status: 'SUCCESS' });
  expect(aws.answers).toHaveLength(1);
});

test('the code fits into a template (4096 characters)', () => {
  expect(MINTING_CODE.length).toBeLessThanOrEqual(4096);
});
