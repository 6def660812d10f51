import { IoTClient, ListThingsCommand } from '@aws-sdk/client-iot';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { FaultInjection } from '../../../local/control/ports';
import { startAccount } from './embedded-account';

type Account = Awaited<ReturnType<typeof startAccount>>;

async function withAccount(fault: FaultInjection, use: (account: Account) => Promise<void>): Promise<void> {
  const account = await startAccount({ controlFault: fault });
  try {
    await use(account);
  } finally {
    await account.engine.stop();
  }
}

const never: FaultInjection = () => undefined;
const signature = (scope: string): string =>
  `AWS4-HMAC-SHA256 Credential=AKIA1/${scope}/aws4_request, SignedHeaders=host;x-amz-date, Signature=${'0'.repeat(64)}`;

test('a call that is throttled once succeeds by the retry of the SDK', async () => {
  let calls = 0;
  const once: FaultInjection = () =>
    calls++ === 0 ? { code: 'ThrottlingException', message: 'Rate exceeded' } : undefined;

  await withAccount(once, async ({ client }) => {
    const { things, $metadata } = await new IoTClient(client).send(new ListThingsCommand({}));

    expect(things).toHaveLength(3);
    expect($metadata.attempts).toBe(2);
  });
});

test('a call that is always throttled fails after the attempts of the SDK', async () => {
  const always: FaultInjection = () => ({ code: 'ThrottlingException', message: 'Rate exceeded' });

  await withAccount(always, async ({ client }) => {
    const asked = new IoTClient({ ...client, maxAttempts: 2 }).send(new ListThingsCommand({}));

    await expect(asked).rejects.toMatchObject({
      name: 'ThrottlingException',
      message: 'Rate exceeded',
      $metadata: { httpStatusCode: 400, attempts: 2 },
    });
  });
});

test('a fault is for the operation that it names', async () => {
  const denied: FaultInjection = ({ service, operation }) =>
    service === 'sts' && operation === 'GetCallerIdentity' ? { code: 'ExpiredToken', message: 'expired' } : undefined;

  await withAccount(denied, async ({ client }) => {
    await expect(new STSClient(client).send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({
      name: 'ExpiredToken',
      $metadata: { httpStatusCode: 403 },
    });
    expect((await new IoTClient(client).send(new ListThingsCommand({}))).things).toHaveLength(3);
  });
});

test('a request that is signed for another region is refused with the region that runs', async () => {
  await withAccount(never, async ({ client }) => {
    const asked = new IoTClient({ ...client, region: 'eu-west-1' }).send(new ListThingsCommand({}));

    await expect(asked).rejects.toMatchObject({
      name: 'InvalidSignatureException',
      message: "Credential should be scoped to a valid region, not 'eu-west-1': the embedded AWS runs in 'us-east-1'",
      $metadata: { httpStatusCode: 403 },
    });
    await expect(
      new STSClient({ ...client, region: 'eu-west-1' }).send(new GetCallerIdentityCommand({})),
    ).rejects.toMatchObject({
      name: 'SignatureDoesNotMatch',
      $metadata: { httpStatusCode: 403 },
    });
  });
});

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
test.each([
  ['without a signature', {}, 403, 'MissingAuthenticationTokenException'],
  ['with a signature that is not one', { authorization: 'Bearer x' }, 400, 'IncompleteSignatureException'],
  ['without a date', { authorization: signature('20260102/us-east-1/iot') }, 400, 'IncompleteSignatureException'],
  [
    'to a service that there is not',
    { authorization: signature('20260102/us-east-1/s3'), 'x-amz-date': '20260102T030405Z' },
    404,
    'UnknownOperationException',
  ],
])('a request %s is refused', async (_what, headers, status, code) => {
  await withAccount(never, async ({ control }) => {
    const response = await fetch(`${control}/nowhere`, { headers: headers as Record<string, string> });

    expect([response.status, response.headers.get('x-amzn-errortype')]).toEqual([status, code]);
  });
});

test('the control plane is on loopback and ends with the engine', async () => {
  const { engine, control } = await startAccount();
  await engine.stop();

  expect(control).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  await expect(fetch(control)).rejects.toThrow('fetch failed');
});
