import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { IoTClient, ListPrincipalThingsCommand, ListThingsCommand } from '@aws-sdk/client-iot';
import { GetRetainedMessageCommand, IoTDataPlaneClient, PublishCommand } from '@aws-sdk/client-iot-data-plane';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { temporaryDirectory } from '../../bin/temporary-directory';
import { iotArn, startAccount } from './embedded-account';

const directory = temporaryDirectory();
let account: Awaited<ReturnType<typeof startAccount>>;
let key: { readonly accessKeyId: string; readonly secretAccessKey: string };

beforeEach(async () => {
  account = await startAccount({ stateDirectory: directory.path });
  key = JSON.parse(readFileSync(join(directory.path, 'aws', 'iam.json'), 'utf8'));
});
afterEach(() => account.engine.stop());

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
test('what the account’s own key signed is taken, whatever stands in path, query, header and body', async () => {
  const client = { ...account.client, credentials: key };
  const data = new IoTDataPlaneClient(client);

  await data.send(
    new PublishCommand({
      topic: "/a b/ü$&'()*~%41",
      payload: Buffer.from('{"a":1}'),
      retain: true,
      qos: 1,
      contentType: 'a+b c/d',
    }),
  );
  const { payload } = await data.send(new GetRetainedMessageCommand({ topic: "/a b/ü$&'()*~%41" }));
  const { things } = await new IoTClient(client).send(
    new ListThingsCommand({ attributeName: 'kind', attributeValue: 'a b+c' }),
  );
  await new IoTClient(client).send(new ListPrincipalThingsCommand({ principal: certificateArn() }));
  const { Stacks } = await new CloudFormationClient(client).send(new DescribeStacksCommand({ StackName: 'Presence' }));

  expect(Buffer.from(payload ?? []).toString()).toBe('{"a":1}');
  expect(things).toEqual([]);
  expect(Stacks).toHaveLength(1);
});

test('the account’s own key with another secret is refused in the words of each protocol', async () => {
  const client = { ...account.client, credentials: { ...key, secretAccessKey: 'wrong' } };
  const message =
    'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.';

  await expect(new IoTClient(client).send(new ListThingsCommand({}))).rejects.toMatchObject({
    name: 'InvalidSignatureException',
    message,
    $metadata: { httpStatusCode: 403 },
  });
  await expect(new STSClient(client).send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({
    name: 'SignatureDoesNotMatch',
    message,
    $metadata: { httpStatusCode: 403 },
  });
});

test('the account’s own key with a session token that it does not have is refused', async () => {
  const client = { ...account.client, credentials: { ...key, sessionToken: 'old' } };

  await expect(new IoTClient(client).send(new ListThingsCommand({}))).rejects.toMatchObject({
    name: 'UnrecognizedClientException',
    message: 'The security token included in the request is invalid.',
  });
  await expect(new STSClient(client).send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({
    name: 'InvalidClientTokenId',
  });
});

// As AWS IoT's own clients signed before 2021.
test('a request for AWS IoT that is signed for execute-api is answered', async () => {
  expect((await signedFor('execute-api', '/endpoint')).status).toBe(200);
});

test('a request that is signed for another service is refused with the right one', async () => {
  const rest = await signedFor('lambda', '/endpoint');
  const query = await signedFor('iam', '/?Action=GetCallerIdentity&Version=2011-06-15');

  expect([rest.status, rest.headers.get('x-amzn-errortype'), await rest.json()]).toEqual([
    403,
    'InvalidSignatureException',
    {
      __type: 'InvalidSignatureException',
      message: "Credential should be scoped to correct service: 'iot'.",
    },
  ]);
  expect([query.status, await query.text()]).toEqual([
    403,
    expect.stringContaining(
      '<Code>SignatureDoesNotMatch</Code><Message>Credential should be scoped to correct service: &apos;sts&apos;.</Message>',
    ),
  ]);
});

test('a query call may come as GET', async () => {
  const response = await signedFor('sts', '/?Action=GetCallerIdentity&Version=2011-06-15');

  expect(await response.text()).toContain('<Account>123456789012</Account>');
});

function signedFor(service: string, path: string): Promise<Response> {
  const scope = `AKIA1/20260102/us-east-1/${service}/aws4_request`;
  return fetch(`${account.control}${path}`, {
    headers: {
      authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host;x-amz-date, Signature=${'0'.repeat(64)}`,
      'x-amz-date': '20260102T030405Z',
    },
  });
}

function certificateArn(): string {
  return iotArn(`cert/${[...(account.engine.aws?.registry.certificates.keys() ?? [])][0]}`);
}
