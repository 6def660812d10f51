import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ListThingsCommand } from '@aws-sdk/client-iot';
import { awsError } from '../../../cloud-clients/aws/aws-errors';
import { AwsSession } from '../../../cloud-clients/aws/aws-session';

test('an endpoint where nobody listens is named with what to check', async () => {
  const session = new AwsSession({
    region: 'us-east-1',
    endpoint: 'http://127.0.0.1:9',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    maximumAttempts: 1,
  });

  const asked = session.call('iot:ListThings', () => session.iot.send(new ListThingsCommand({})));

  await expect(asked).rejects.toThrow(
    'AWS cannot be reached for iot:ListThings in region us-east-1 (connect ECONNREFUSED 127.0.0.1:9): check the network, the region and AWS_ENDPOINT_URL',
  );
  session.close();
});

test('a region that there is not has no address', () => {
  const error = Object.assign(new Error('getaddrinfo ENOTFOUND iot.eu-west-99.amazonaws.com'), { code: 'ENOTFOUND' });

  expect(awsError(error, { action: 'iot:DescribeEndpoint', region: 'eu-west-99' }).message).toBe(
    'AWS cannot be reached for iot:DescribeEndpoint in region eu-west-99 (getaddrinfo ENOTFOUND iot.eu-west-99.amazonaws.com): check the network, the region and AWS_ENDPOINT_URL',
  );
});

test('an error that nobody foresaw keeps its name and words', () => {
  const error = Object.assign(new Error('what is this'), { name: 'StrangeException' });

  expect(awsError(error, { action: 'iot:DescribeEndpoint' }).message).toBe(
    'AWS refused iot:DescribeEndpoint: StrangeException: what is this',
  );
});

test('a server that accepts and never answers is given up', async () => {
  const server = createServer(() => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const session = new AwsSession({
    region: 'us-east-1',
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    maximumAttempts: 1,
    timeoutMilliseconds: 50,
  });

  const asked = session.call('iot:ListThings', () => session.iot.send(new ListThingsCommand({})));

  await expect(asked).rejects.toThrow(
    'AWS cannot be reached for iot:ListThings in region us-east-1 (a request has exceeded the configured 50 ms requestTimeout.): check the network, the region and AWS_ENDPOINT_URL',
  );
  session.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

// https://nodejs.org/api/tls.html#x509-certificate-error-codes
test('a proxy whose CA is not trusted is named with how to name its CA', () => {
  const error = Object.assign(new Error('self-signed certificate in certificate chain'), {
    code: 'SELF_SIGNED_CERT_IN_CHAIN',
  });

  expect(awsError(error, { action: 'iot:DescribeEndpoint' }).message).toBe(
    'the TLS certificate that answered iot:DescribeEndpoint cannot be trusted (self-signed certificate in certificate chain): when a proxy stands between, name its CA with NODE_EXTRA_CA_CERTS',
  );
});

test('what the SDK says to programmers is left out', () => {
  const error = new Error('it broke\n  Deserialization error: to see the raw response, inspect the hidden field');

  expect(awsError(error, { action: 'iot:DescribeEndpoint' }).message).toBe(
    'AWS gave no answer to iot:DescribeEndpoint that can be read (HTTP 200: it broke): check the network, its proxies and AWS_ENDPOINT_URL',
  );
});

// https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
test('a server that wants to be asked again in an hour is asked again at once, and then told of', async () => {
  const server = createServer((_request, response) => {
    response.writeHead(429, { 'retry-after': '3600', 'x-amzn-errortype': 'ThrottlingException' });
    response.end('{"message":"Rate exceeded"}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const session = new AwsSession({
    region: 'us-east-1',
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    maximumAttempts: 2,
  });

  const asked = session.call('iot:ListThings', () => session.iot.send(new ListThingsCommand({})));

  await expect(asked).rejects.toThrow('AWS throttled iot:ListThings 2 times: wait a minute and try again');
  session.close();
  await new Promise((resolve) => server.close(resolve));
});
