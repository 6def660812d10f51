import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { certificateHosts, reachableHost, urlHost } from '../../local/broker-hosts';
import { Engine } from '../../local/engine';
import { temporaryFolders } from '../temporary-folder';

const temporaryFolder = temporaryFolders();
const csr = readFileSync('test/fixtures/store/aws/lwtThing/client.csr', 'utf8');
const json = {
  Resources: {
    Certificate: { Type: 'AWS::IoT::Certificate', Properties: { Status: 'ACTIVE', CertificateSigningRequest: csr } },
  },
};
const machine = () => ({ hostname: 'desk', addresses: ['127.0.0.1', '192.0.2.7', '2001:db8::7'] });

test.each(['0.0.0.0', '::'])('a certificate for %s is for the name and every address of the machine', (host) => {
  expect(certificateHosts(host, machine)).toEqual(['desk', '127.0.0.1', '192.0.2.7', '2001:db8::7']);
});

test('a machine’s name that no certificate can hold is left out', () => {
  expect(certificateHosts('0.0.0.0', () => ({ hostname: 'Büro 1', addresses: ['192.0.2.7'] }))).toEqual(['192.0.2.7']);
});

test('a certificate for one address is for no other', () => {
  expect(certificateHosts('192.0.2.7', machine)).toEqual(['192.0.2.7']);
});

test.each([
  ['127.0.0.1', 'localhost'],
  ['0.0.0.0', 'localhost'],
  ['::', 'localhost'],
  ['::1', '::1'],
  ['127.0.0.2', '127.0.0.2'],
  ['desk', 'desk'],
])('what listens on %s is reached by %s', (host, name) => {
  expect(reachableHost(host)).toBe(name);
});

test('an IPv6 address stands in brackets in a URL [RFC 3986, 3.2.2]', () => {
  expect(urlHost('::1')).toBe('[::1]');
  expect(urlHost('127.0.0.2')).toBe('127.0.0.2');
});

test.each([
  ['127.0.0.2', '127.0.0.2'],
  ['0.0.0.0', 'localhost'],
  ['0.0.0.0', '127.0.0.1'],
])('a client that verifies names accepts an engine on %s as %s', async (host, name) => {
  const stateDirectory = temporaryFolder();
  const engine = await Engine.start({ aws: { templates: [{ name: 't.json', json }] }, stateDirectory, host });
  const { aws } = await engine.listen();
  try {
    const socket = connect({ host: name, port: aws?.port ?? 0, ca: engine.rootCertificatePem });

    await once(socket, 'secureConnect');

    expect(socket.authorized).toBe(true);
    socket.destroy();
  } finally {
    await engine.stop();
  }
});

test('local.json names the address that the certificate is for', async () => {
  const stateDirectory = temporaryFolder();
  const host = '127.0.0.2';
  const engine = await Engine.start({ aws: { templates: [{ name: 't.json', json }] }, stateDirectory, host });
  await engine.listen();
  const running = JSON.parse(readFileSync(join(stateDirectory, 'local.json'), 'utf8'));
  await engine.stop();

  expect(running.aws).toMatchObject({
    host: '127.0.0.2',
    endpoint: `mqtts://127.0.0.2:${running.aws.port}`,
    webSocketEndpoint: `wss://127.0.0.2:${running.aws.webSocketPort}/mqtt`,
  });
});
