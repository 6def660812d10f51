import { ArmSession } from '../../../cloud-clients/azure/arm-session';
import { type ArmAnswer, type ArmServer, armErrorBody, serveArm } from './arm-server';

const NAMESPACE = '/subscriptions/s/resourceGroups/rg/providers/Microsoft.EventGrid/namespaces/ns1';

let server: ArmServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function answering(answer: (path: string, call: number) => ArmAnswer): Promise<ArmServer> {
  server = await serveArm(answer);
  return server;
}

test('a resource is asked for with the stable API version and the token', async () => {
  const { session, asked, authorizations } = await answering(() => ({ body: { name: 'ns1' } }));

  expect(await session.find(NAMESPACE)).toEqual({ name: 'ns1' });
  expect(asked).toEqual([`${NAMESPACE}?api-version=2025-02-15`]);
  expect(authorizations).toEqual(['Bearer token']);
});

// https://learn.microsoft.com/en-us/rest/api/eventgrid/controlplane/clients/list-by-namespace
test('a list is read to its last page', async () => {
  const next = `${NAMESPACE}/clients?api-version=2025-02-15&$skiptoken=1`;
  const { session, origin, asked } = await answering((_path, call) => ({
    body: call === 1 ? { value: ['a', 'b'], nextLink: `${origin}${next}` } : { value: ['c'] },
  }));

  expect(await session.list(`${NAMESPACE}/clients`)).toEqual(['a', 'b', 'c']);
  expect(asked[1]).toBe(next);
});

test('an empty nextLink ends a list, and so does a page without entries', async () => {
  const { session, asked } = await answering(() => ({ body: { nextLink: '' } }));

  expect(await session.list(`${NAMESPACE}/clients`)).toEqual([]);
  expect(asked).toHaveLength(1);
});

test('fails on a next page at another host, before the token goes there', async () => {
  const other = await serveArm(() => ({ body: { value: [] } }));
  const { session } = await answering(() => ({ body: { value: ['a'], nextLink: `${other.origin}${NAMESPACE}` } }));

  await expect(session.list(`${NAMESPACE}/clients`)).rejects.toMatchObject({
    code: 'CLOUD_CALL_FAILED',
    message: 'Azure gave a list whose next page leads to another host: check AZURE_ENDPOINT_URL',
  });
  expect(other.asked).toEqual([]);
  await other.close();
});

test('fails on a list that goes round in circles', async () => {
  const { session, origin } = await answering((path) => ({ body: { value: ['a'], nextLink: `${origin}${path}` } }));

  await expect(session.list(`${NAMESPACE}/clients`)).rejects.toThrow(
    'Azure gave a list whose next page goes round in circles',
  );
});

test('what is throttled is asked again when Retry-After says', async () => {
  const { session, asked } = await answering((_path, call) =>
    call === 1
      ? { status: 429, headers: { 'retry-after': '0' }, body: armErrorBody('TooManyRequests', 'slow down') }
      : { body: { name: 'ns1' } },
  );

  expect(await session.find(NAMESPACE)).toEqual({ name: 'ns1' });
  expect(asked).toHaveLength(2);
});

const failures: readonly (readonly [number, string, string, string])[] = [
  [
    429,
    'TooManyRequests',
    'slow down',
    'Azure throttled the request after several attempts: wait a minute and try again',
  ],
  [
    403,
    'AuthorizationFailed',
    'no',
    `Azure does not let you read ${NAMESPACE} (AuthorizationFailed): ask for the role Reader on it, or use another account`,
  ],
  [
    401,
    'ExpiredAuthenticationToken',
    'expired',
    "Azure does not accept the login (ExpiredAuthenticationToken): log in again with 'az login'",
  ],
  [
    401,
    'InvalidAuthenticationTokenTenant',
    'wrong issuer',
    "the login is for another tenant than the subscription's (InvalidAuthenticationTokenTenant): log in there with 'az login --tenant TENANT', or name another with --subscription",
  ],
  [
    404,
    'SubscriptionNotFound',
    "The subscription 's' could not be found.",
    "The subscription 's' could not be found: name another with --subscription, or log in where it is (az login)",
  ],
  [
    404,
    'ResourceGroupNotFound',
    "Resource group 'rg' could not be found.",
    "Resource group 'rg' could not be found: name another with --resource-group, or leave it out",
  ],
  [400, 'Odd', 'strange', `Azure refused to read ${NAMESPACE}: Odd: strange`],
];

test.each(failures)('%i %s is one line that says what to do', async (status, code, message, line) => {
  const { session } = await answering(() => ({
    status,
    headers: { 'retry-after': '0' },
    body: armErrorBody(code, message),
  }));

  await expect(session.find(NAMESPACE)).rejects.toMatchObject({ code: 'CLOUD_CALL_FAILED', message: line });
});

test.each(['ResourceNotFound', 'NotFound', 'ParentResourceNotFound'])('%s means that there is none', async (code) => {
  const { session } = await answering(() => ({ status: 404, body: armErrorBody(code, 'not there') }));

  expect(await session.find(NAMESPACE)).toBeUndefined();
  expect(await session.list(`${NAMESPACE}/clients`)).toEqual([]);
});

test('an answer that is no JSON comes from somebody else', async () => {
  const { session, origin } = await answering(() => ({ body: '<html>a proxy</html>' }));

  await expect(session.find(NAMESPACE)).rejects.toThrow(
    `what answers at ${origin} is not Azure Resource Manager: check AZURE_ENDPOINT_URL and the proxy`,
  );
});

test('an address at which nothing listens is told', async () => {
  const gone = await serveArm(() => ({ body: {} }));
  await gone.close();
  const session = new ArmSession({
    endpoint: gone.origin,
    subscriptionId: '00000000-0000-0000-0000-000000000001',
    localToken: 'token',
    maximumRetries: 0,
  });

  await expect(session.find(NAMESPACE)).rejects.toThrow(`Azure cannot be reached at ${gone.origin} (`);
});

test('a token of Entra ID is never sent without TLS', async () => {
  const { origin, asked } = await answering(() => ({ body: {} }));
  const credential = { getToken: async () => ({ token: 'secret', expiresOnTimestamp: Date.now() + 60_000 }) };
  const session = new ArmSession({ endpoint: origin, subscriptionId: 's', credential, maximumRetries: 0 });

  await expect(session.find(NAMESPACE)).rejects.toMatchObject({ code: 'CLOUD_CALL_FAILED' });
  expect(asked).toEqual([]);
});

test.each([
  [500, { error: { code: 'InternalServerError', message: 'it broke' } }, 'InternalServerError: it broke'],
  [502, '<html>bad gateway</html>', 'HTTP 502'],
])('status %i is one line that says to wait', async (status, body, why) => {
  const { origin } = await answering(() => ({ status, body }));
  const session = new ArmSession({ endpoint: origin, subscriptionId: 's', localToken: 'token', maximumRetries: 0 });

  await expect(session.find(NAMESPACE)).rejects.toThrow(
    `Azure could not answer after several attempts (${why}): wait a minute and try again`,
  );
});

test.each(['""', 'null', '[]', '{"value":{}}', '{"value":[null]}', '{"value":[{"name":"ns1"}]}'])(
  'a list that reads %s comes from somebody else',
  async (body) => {
    const { session } = await answering(() => ({ body }));

    await expect(session.list(`${NAMESPACE}/clients`)).rejects.toThrow(
      /^what answers at \S+ is not Azure Resource Manager/,
    );
  },
);
