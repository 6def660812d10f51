import { connect } from 'node:net';
import { startAccount } from './embedded-account';

let account: Awaited<ReturnType<typeof startAccount>>;
beforeAll(async () => {
  account = await startAccount();
});
afterAll(() => account.engine.stop());

const SIGNED = [
  `authorization: AWS4-HMAC-SHA256 Credential=A/20260102/us-east-1/iot/aws4_request, SignedHeaders=host;x-amz-date, Signature=${'0'.repeat(64)}`,
  'x-amz-date: 20260102T030405Z',
  'connection: close',
];

/** What is answered to bytes as they are. */
function answerTo(...lines: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(account.control).port), '127.0.0.1');
    let answer = '';
    socket.setEncoding('utf8').on('data', (text: string) => {
      answer += text;
    });
    socket.on('error', reject).on('close', () => resolve(answer));
    socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  });
}

const statusOf = async (...lines: readonly string[]): Promise<number> =>
  Number(/^HTTP\/1\.1 (\d{3})/.exec(await answerTo(...lines))?.[1]);

// https://owasp.org/www-community/attacks/DNS_rebinding
test.each(['evil.example', 'evil.example:8080', 'localhost.evil.example', '127.0.0.1.evil.example', '10.0.0.1', ''])(
  'a request to host %p, by which a web page may have come here, is refused',
  async (host) => {
    const answer = await answerTo('GET /endpoint HTTP/1.1', `host: ${host}`, ...SIGNED);

    expect(answer).toMatch(/^HTTP\/1\.1 403 /);
    expect(answer).toContain('the embedded cloud answers this machine only');
  },
);

test.each([
  'localhost',
  'LOCALHOST:1',
  '127.0.0.1:4566',
  '127.1.2.3',
  '[::1]:80',
  'aws.localhost',
  'host.docker.internal:1',
])('a request to host %s is answered', async (host) => {
  expect(await statusOf('GET /endpoint HTTP/1.1', `host: ${host}`, ...SIGNED)).toBe(200);
});

test('a request of a web page is refused, even of one on this machine', async () => {
  const answer = await answerTo(
    'GET /endpoint HTTP/1.1',
    'host: localhost',
    'origin: http://localhost:3000',
    ...SIGNED,
  );

  expect(answer).toMatch(/^HTTP\/1\.1 403 /);
  expect(answer).toContain("does not answer web pages, got a request of the Origin 'http://localhost:3000'");
});

test('a body above 1 MiB is refused', async () => {
  const response = await fetch(`${account.control}/topics/a`, { method: 'POST', body: Buffer.alloc(1_048_577) });

  expect(response.status).toBe(413);
});

test('a body that is announced as too large is refused before it has come', async () => {
  expect(await statusOf('POST /topics/a HTTP/1.1', 'host: localhost', 'content-length: 99999999999', ...SIGNED)).toBe(
    413,
  );
});

test.each([
  ['that is no HTTP', ['\u0016\u0003\u0001'], 400],
  ['without a Host', ['GET /endpoint HTTP/1.1', ...SIGNED], 400],
  ['with a header of 20 KB', ['GET / HTTP/1.1', 'host: localhost', `x: ${'a'.repeat(20_000)}`], 431],
  ['with a broken chunk', ['POST /topics/a HTTP/1.1', 'host: localhost', 'transfer-encoding: chunked', '', 'zz'], 400],
  ['with a broken path', ['GET /things/%zz HTTP/1.1', 'host: localhost', ...SIGNED], 400],
  ['with a slash too many', ['GET //endpoint HTTP/1.1', 'host: localhost', ...SIGNED], 200],
])('a request %s is answered with a status', async (_what, lines, status) => {
  expect(await statusOf(...lines)).toBe(status);
});

test('who goes away in the middle of a request does no harm', async () => {
  await new Promise<void>((resolve) => {
    const socket = connect(Number(new URL(account.control).port), '127.0.0.1', () => {
      socket.write('POST /topics/a HTTP/1.1\r\nhost: localhost\r\ncontent-length: 10\r\n\r\nabc', () =>
        socket.destroy(),
      );
    });
    socket.on('close', () => resolve());
  });

  expect(await statusOf('GET /endpoint HTTP/1.1', 'host: localhost', ...SIGNED)).toBe(200);
});
