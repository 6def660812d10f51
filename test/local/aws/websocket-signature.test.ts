import { type AwsCredentials, signWebSocketUrl } from '../../../device/aws-signature';
import { AwsAuthenticator } from '../../../local/aws/authenticator';
import { memoryCertificateStore } from '../../../local/aws/certificate-store';
import { openIamIdentity } from '../../../local/aws/iam-identity';
import { Registry } from '../../../local/aws/registry';
import { webSocketIdentity } from '../../../local/aws/websocket-signature';
import { ManualClock } from '../../../presence/clock';
import { connectRequest, permissionsOf, reasonOf } from './account';

const KEY = {
  userName: 'console',
  userId: 'AIDAEXAMPLEEXAMPLE01',
  accessKeyId: 'AKIAEXAMPLEEXAMPLE01',
  secretAccessKey: 'not/a/secret+of/anybody',
};
const TEMPORARY = { ...KEY, userId: 'AROAEXAMPLE:s', accessKeyId: 'ASIAEXAMPLEEXAMPLE01', sessionToken: 'a/b+c==' };

interface Signing {
  readonly credentials?: AwsCredentials;
  readonly region?: string;
  readonly host?: string;
  readonly signedHost?: string;
  readonly afterMilliseconds?: number;
  readonly change?: (url: string) => string;
}

/** Signs as the device does, and asks who it was. */
async function identify(signing: Signing = {}) {
  const clock = new ManualClock();
  const { credentials = KEY, region = 'us-east-1', host = 'localhost:8443', change = (url) => url } = signing;
  const [name = '', port = '443'] = (signing.signedHost ?? host).split(':');
  const endpoint = { scheme: 'wss' as const, host: name, port: Number(port), path: '/mqtt' };
  const url = new URL(await signWebSocketUrl(endpoint, credentials, region, clock.now()));
  clock.advance(signing.afterMilliseconds ?? 0);
  const upgrade = { url: change(`${url.pathname}${url.search}`), headers: { host } };
  return webSocketIdentity(upgrade, { clock, region: 'us-east-1', identities: [KEY, TEMPORARY] });
}

// https://docs.aws.amazon.com/iot/latest/developerguide/protocols.html
test('a WebSocket signed with a known key is that IAM identity', async () => {
  expect(await identify()).toEqual({ principal: 'AIDAEXAMPLEEXAMPLE01' });
});

test('the session token is appended after signing', async () => {
  expect(await identify({ credentials: TEMPORARY })).toEqual({ principal: 'AROAEXAMPLE:s' });
});

test('the host may be signed without the port of the embedded endpoint', async () => {
  expect(await identify({ signedHost: 'localhost:443' })).toEqual({ principal: 'AIDAEXAMPLEEXAMPLE01' });
});

test('a signature is good for the time that it names, 300 seconds here', async () => {
  expect(await identify({ afterMilliseconds: 300_000 })).toMatchObject({ principal: 'AIDAEXAMPLEEXAMPLE01' });
  expect(await identify({ afterMilliseconds: 300_001 })).toEqual({
    code: 'SECURITY_TOKEN_EXPIRED',
    reason: 'the signature of 20260101T000000Z was good for 300 seconds',
  });
});

test.each<[string, Signing, string, RegExp]>([
  [
    'another secret',
    { credentials: { ...KEY, secretAccessKey: 'x' } },
    'SECURITY_TOKEN_SIGNATURE_MISMATCH',
    /is not the one of this request/,
  ],
  [
    'an unknown key',
    { credentials: { ...KEY, accessKeyId: 'AKIANOBODY' } },
    'SECURITY_TOKEN_INVALID',
    /access key AKIANOBODY is not known/,
  ],
  [
    'a temporary key without its token',
    { credentials: { ...TEMPORARY, sessionToken: undefined } },
    'SECURITY_TOKEN_INVALID',
    /the session token is not known/,
  ],
  [
    'another region',
    { region: 'eu-west-1' },
    'SECURITY_TOKEN_SIGNATURE_MISMATCH',
    /the scope must be 20260101\/us-east-1\/iotdevicegateway\/aws4_request, got 20260101\/eu-west-1\//,
  ],
  [
    'another host',
    { signedHost: 'example.test:8443' },
    'SECURITY_TOKEN_SIGNATURE_MISMATCH',
    /is not the one of this request/,
  ],
  [
    'a time that is yet to come',
    { afterMilliseconds: -900_001 },
    'SECURITY_TOKEN_SIGNATURE_MISMATCH',
    /is yet to come/,
  ],
  [
    'a longer time than was signed',
    { change: (url) => url.replace('X-Amz-Expires=300', 'X-Amz-Expires=301') },
    'SECURITY_TOKEN_SIGNATURE_MISMATCH',
    /is not the one/,
  ],
  [
    'no signature',
    { change: () => '/mqtt' },
    'NOT_AUTHENTICATED',
    /the request for \/mqtt has no AWS4-HMAC-SHA256 signature/,
  ],
  ['a broken escape', { change: (url) => `${url}&%` }, 'SECURITY_TOKEN_SIGNATURE_MISMATCH', /is not the one/],
])('fails with %s', async (_, signing, code, reason) => {
  expect(await identify(signing)).toEqual({ code, reason: expect.stringMatching(reason) });
});

test('an identity that signed a WebSocket may do everything, one that did not is refused', () => {
  const registry = new Registry({ partition: 'aws', region: 'us-east-1', account: '123456789012' });
  const upgrade = { url: '/mqtt', headers: {} };
  const peer = { transport: 'websocket', remoteAddress: '127.0.0.1', certificates: [], upgrade } as const;
  const known = new AwsAuthenticator({ registry, webSocketIdentity: () => ({ principal: 'AIDA1' }) });
  const refusing = new AwsAuthenticator({
    registry,
    webSocketIdentity: () => ({ code: 'SECURITY_TOKEN_INVALID', reason: 'r' }),
  });

  const accepted = known.authenticate(connectRequest({ clientId: 'observer' }), peer);

  expect(accepted).toMatchObject({ accepted: true, principal: 'AIDA1' });
  expect(permissionsOf(accepted).subscribe('#')).toEqual({ allowed: true });
  expect(reasonOf(refusing.authenticate(connectRequest(), peer))).toBe('SECURITY_TOKEN_INVALID: r');
});

test('the identity is made once, kept as a secret, and made anew from a broken file', () => {
  const store = memoryCertificateStore();
  const secrets: boolean[] = [];
  const watched = {
    load: store.load,
    save: (name: string, text: string, options: { readonly secret: boolean }) => {
      secrets.push(options.secret);
      store.save(name, text, options);
    },
  };

  const first = openIamIdentity(watched);
  const second = openIamIdentity(watched);
  store.save('aws/iam.json', '{"userName":', { secret: true });
  const third = openIamIdentity(watched);

  expect(first).toMatchObject({
    userId: expect.stringMatching(/^AIDA[A-Z0-9]{16}$/),
    accessKeyId: expect.stringMatching(/^AKIA[A-Z0-9]{16}$/),
    secretAccessKey: expect.stringMatching(/^[A-Za-z0-9+/]{40}$/),
  });
  expect(second).toEqual(first);
  expect(third.accessKeyId).not.toBe(first.accessKeyId);
  expect(secrets).toEqual([true, true]);
});
