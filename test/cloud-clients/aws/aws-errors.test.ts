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
