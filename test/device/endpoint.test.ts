import { formatEndpoint, parseEndpoint } from '../../device/endpoint';

test.each([
  ['broker.test', {}, 'mqtts://broker.test:8883'],
  ['broker.test', { port: 443 }, 'mqtts://broker.test:443'],
  ['broker.test', { port: 1883 }, 'mqtt://broker.test:1883'],
  ['broker.test:9000', {}, 'mqtts://broker.test:9000'],
  ['broker.test:9000', { port: 9001 }, 'mqtts://broker.test:9001'],
  ['mqtt://127.0.0.1', {}, 'mqtt://127.0.0.1:1883'],
  ['MQTTS://[::1]:8884/', {}, 'mqtts://[::1]:8884'],
  ['::1', {}, 'mqtts://[::1]:8883'],
  ['broker.test', { webSocket: true }, 'wss://broker.test:443/mqtt'],
  ['ws://localhost:8080/other', {}, 'ws://localhost:8080/other'],
])('%s with %j is %s', (text, defaults, url) => {
  const endpoint = parseEndpoint(text, defaults);

  expect('problem' in endpoint ? endpoint.problem : formatEndpoint(endpoint)).toBe(url);
});

test.each(['', 'http://x', 'a b', 'mqtt://', 'user:secret@host', 'mqtts://host?x=1', '-x'])('fails on %j', (text) => {
  expect(parseEndpoint(text)).toEqual({
    problem: `endpoint must be a host name, host:port or an mqtt, mqtts, ws or wss URL, got '${text}'`,
  });
});

test('fails on a port above 65535', () => {
  expect(parseEndpoint('host:65536')).toEqual({ problem: 'port must be an integer from 1 to 65535, got 65536' });
});
