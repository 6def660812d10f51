import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { actionBench, allow, ROLE_ARN, ruleRole } from './bench';

const TOPIC_ARN = 'arn:aws:sns:us-east-1:123456789012:lwtSNSTopic';
const WILL = { state: { reported: { last_will: 'yes', trigger_action: 'on', client_id: 'lwtThing' } } };

function topic(properties: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    Type: 'AWS::SNS::Topic',
    Properties: {
      TopicName: 'lwtSNSTopic',
      DisplayName: 'lwtSNSTopic',
      Subscription: [{ Protocol: 'email', Endpoint: 'support@example.com' }],
      ...properties,
    },
  };
}

const role = ruleRole(allow('sns:Publish', TOPIC_ARN));
const sns = { TargetArn: TOPIC_ARN, RoleArn: ROLE_ARN };

// https://docs.aws.amazon.com/iot/latest/developerguide/sns-rule-action.html
describe('RAW, the default message format', () => {
  test('sends the payload as it is to an e-mail subscription of the topic', async () => {
    const bench = actionBench({ Topic: topic(), Role: role });

    const effect = await bench.run('Sns', sns, WILL);

    expect(effect.resource).toBe(TOPIC_ARN);
    expect(bench.emails.map(({ to, subject }) => [to, subject])).toEqual([
      ['support@example.com', 'AWS Notification Message'],
    ]);
    expect(bench.emails[0]?.rfc822.toString()).toContain(`\r\n\r\n${JSON.stringify(WILL)}\r\n`);
  });

  test('sends to subscriptions that are resources of their own, one e-mail each', async () => {
    const subscription = (endpoint: string) => ({
      Type: 'AWS::SNS::Subscription',
      Properties: { TopicArn: { Ref: 'Topic' }, Protocol: 'email', Endpoint: endpoint },
    });
    const bench = actionBench({
      Topic: topic({ Subscription: undefined }),
      Role: role,
      A: subscription('a@example.com'),
      B: subscription('b@example.com'),
    });

    await bench.run('Sns', sns, WILL);

    expect(bench.emails.map(({ to }) => to)).toEqual(['a@example.com', 'b@example.com']);
  });

  test('sends once to an endpoint that is subscribed twice', async () => {
    const twice = { Protocol: 'email', Endpoint: 'support@example.com' };
    const bench = actionBench({ Topic: topic({ Subscription: [twice, twice] }), Role: role });

    await bench.run('Sns', sns, WILL);

    expect(bench.emails).toHaveLength(1);
  });

  test('says at the start that a subscription is confirmed at once', () => {
    const bench = actionBench({ Topic: topic(), Role: role });

    expect(bench.log).toEqual([
      expect.objectContaining({
        action: 'sns:ConfirmSubscription',
        reason:
          'the subscription of support@example.com is confirmed at once; in AWS its owner must confirm it first and gets nothing before',
      }),
    ]);
  });

  test('fails on an empty message', async () => {
    const bench = actionBench({ Topic: topic(), Role: role });

    await expect(bench.run('Sns', sns, Buffer.alloc(0))).rejects.toThrow('Invalid parameter: Empty message');
  });

  test('fails on a FIFO topic, which the action does not support', async () => {
    const arn = `${TOPIC_ARN}.fifo`;
    const bench = actionBench({
      Topic: topic({ TopicName: 'lwtSNSTopic.fifo', FifoTopic: true }),
      Role: ruleRole(allow('sns:Publish', arn)),
    });

    await expect(bench.run('Sns', { ...sns, TargetArn: arn }, WILL)).rejects.toThrow('MessageGroupId');
  });

  test('a topic of another template is only recorded, with a warning', async () => {
    const bench = actionBench({ Role: role });

    const effect = await bench.run('Sns', sns, WILL);

    expect(effect.recorded).toBe(true);
    expect(bench.log.map(({ reason }) => reason)).toEqual([
      `SNS topic ${TOPIC_ARN} is in no given template: messages to it are recorded, not delivered`,
    ]);
  });
});

// https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
describe('JSON, the message format with a text per protocol', () => {
  const json = { ...sns, MessageFormat: 'JSON' };

  test.each<[string, unknown, string]>([
    ['without default', WILL, 'Invalid parameter: Message Structure - No default entry in JSON message body'],
    [
      'with a default that is no text',
      { default: 1 },
      'Invalid parameter: Message Structure - No default entry in JSON message body',
    ],
    ['that is a list', ['default'], 'Invalid parameter: Message Structure - No default entry in JSON message body'],
    ['that is not JSON', Buffer.from('x'), 'Invalid parameter: Message Structure - JSON message body failed to parse'],
  ])('fails on a payload %s and delivers nothing', async (_, payload, message) => {
    const bench = actionBench({ Topic: topic(), Role: role });

    await expect(bench.run('Sns', json, payload)).rejects.toMatchObject({
      failedAction: 'SnsAction',
      failedResource: TOPIC_ARN,
      message: `Failed to publish to the SNS topic. The error received was ${message}`,
    });
    expect(bench.emails).toEqual([]);
  });

  test('sends the text under email, else the one under default', async () => {
    const bench = actionBench({ Topic: topic(), Role: role });

    await bench.run('Sns', json, { default: 'for all', email: 'for mail' });
    await bench.run('Sns', json, { default: 'for all', sms: 'for sms', email: 7 });

    const bodies = bench.emails.map(({ rfc822 }) => rfc822.toString().split('\r\n\r\n')[1]);
    expect(bodies).toEqual(['for mail', 'for all']);
  });

  test('fails at the start on a format that AWS does not have', () => {
    const bench = actionBench({ Topic: topic(), Role: role });

    expect(() => bench.actions.create('Sns', { ...sns, MessageFormat: 'XML' }, { ...ruleIdentity })).toThrow(
      "MessageFormat must be one of RAW, JSON, got 'XML'",
    );
  });
});

const ruleIdentity = {
  name: 'r',
  arn: 'arn:aws:iot:us-east-1:123456789012:rule/r',
  region: 'us-east-1',
  account: '123456789012',
  partition: 'aws',
};

// https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html
describe('filter policies', () => {
  test.each<[string, Record<string, unknown>, number]>([
    [
      'on the message body that matches lets it through',
      { FilterPolicyScope: 'MessageBody', FilterPolicy: { state: { reported: { last_will: ['yes'] } } } },
      1,
    ],
    [
      'on the message body that does not match keeps it back',
      { FilterPolicyScope: 'MessageBody', FilterPolicy: { state: { reported: { last_will: ['no'] } } } },
      0,
    ],
    ['on attributes keeps everything back, for AWS IoT sends none', { FilterPolicy: { last_will: ['yes'] } }, 0],
    ['on the absence of an attribute lets it through', { FilterPolicy: { last_will: [{ exists: false }] } }, 1],
  ])('a policy %s', async (_, properties, count) => {
    const bench = actionBench({
      Topic: topic({ Subscription: undefined }),
      Role: role,
      S: {
        Type: 'AWS::SNS::Subscription',
        Properties: { TopicArn: TOPIC_ARN, Protocol: 'email', Endpoint: 'a@example.com', ...properties },
      },
    });

    await bench.run('Sns', sns, WILL);

    expect(bench.emails).toHaveLength(count);
  });
});

// https://docs.aws.amazon.com/sns/latest/dg/sns-http-https-endpoint-as-subscriber.html
describe('HTTP subscriptions', () => {
  const subscribed = (endpoint: string, raw = false) => ({
    Topic: topic({ Subscription: undefined }),
    Role: role,
    S: {
      Type: 'AWS::SNS::Subscription',
      Properties: { TopicArn: TOPIC_ARN, Protocol: 'http', Endpoint: endpoint, RawMessageDelivery: raw },
    },
  });

  test('on this machine get the notification as JSON', async () => {
    const posts: { url: string; headers: Record<string, string>; body: string }[] = [];
    const bench = actionBench(subscribed('http://127.0.0.1:8080/alarm'), {
      post: async (url, headers, body) => {
        posts.push({ url, headers, body });
        return { status: 200 };
      },
    });

    await bench.run('Sns', sns, WILL);

    expect(posts).toHaveLength(1);
    expect(posts[0]?.headers['x-amz-sns-message-type']).toBe('Notification');
    expect(JSON.parse(posts[0]?.body ?? '')).toMatchObject({
      Type: 'Notification',
      TopicArn: TOPIC_ARN,
      Message: JSON.stringify(WILL),
      Timestamp: '2026-01-01T00:00:00.000Z',
    });
  });

  test('with raw message delivery get the message alone', async () => {
    const bodies: string[] = [];
    const bench = actionBench(subscribed('http://localhost/x', true), {
      post: async (_, __, body) => {
        bodies.push(body);
        return { status: 200 };
      },
    });

    await bench.run('Sns', sns, WILL);

    expect(bodies).toEqual([JSON.stringify(WILL)]);
  });

  test('are tried again at once, three times, then every 20 s three times', async () => {
    let attempts = 0;
    const bench = actionBench(subscribed('http://[::1]/x'), {
      post: async () => {
        attempts += 1;
        return { status: 500 };
      },
    });

    await bench.run('Sns', sns, WILL);
    for (let step = 0; step < 70; step++) {
      bench.clock.advance(1_000);
      for (let turn = 0; turn < 5; turn++) await Promise.resolve();
    }

    expect(attempts).toBe(7);
    expect(bench.log.at(-1)).toEqual({
      type: 'warning',
      resource: 'http://[::1]/x',
      reason: 'SNS gave up: status 500',
    });
  });

  test('are posted to over HTTP', async () => {
    const bodies: string[] = [];
    const server = createServer((request, response) => {
      request.on('data', (chunk: Buffer) => bodies.push(chunk.toString())).on('end', () => response.end());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const bench = actionBench(subscribed(`http://127.0.0.1:${port}/alarm`, true));

    await bench.run('Sns', sns, WILL);
    await new Promise((resolve) => server.close(resolve));

    expect(bodies).toEqual([JSON.stringify(WILL)]);
  });

  test('elsewhere are recorded, not called', async () => {
    const bench = actionBench(subscribed('http://example.com/alarm'), {
      post: async () => {
        throw new Error('called');
      },
    });

    await bench.run('Sns', sns, WILL);

    expect(bench.log.at(-1)?.details).toMatchObject({ endpoint: 'http://example.com/alarm', outcome: 'recorded' });
  });
});
