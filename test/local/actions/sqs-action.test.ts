import { actionBench, allow, ROLE_ARN, ruleRole } from './bench';

const QUEUE_ARN = 'arn:aws:sqs:us-east-1:123456789012:wills';
const QUEUE_URL = 'https://sqs.us-east-1.amazonaws.com/123456789012/wills';
const queue = (properties: Record<string, unknown> = {}) => ({
  Type: 'AWS::SQS::Queue',
  Properties: { QueueName: 'wills', ...properties },
});
const role = ruleRole(allow('sqs:SendMessage', QUEUE_ARN));
const sqs = { QueueUrl: QUEUE_URL, RoleArn: ROLE_ARN };

// https://docs.aws.amazon.com/iot/latest/developerguide/sqs-rule-action.html
describe('Sqs', () => {
  test('sends the payload as the body of a message that a test can read', async () => {
    const bench = actionBench({ Q: queue(), Role: role });

    await bench.run('Sqs', sqs, { a: 1 });

    expect(bench.actions.queues[0]?.messages.map(({ body, sentAt }) => [body, sentAt])).toEqual([
      ['{"a":1}', Date.UTC(2026, 0, 1)],
    ]);
  });

  test('encodes the payload when UseBase64 is true', async () => {
    const bench = actionBench({ Q: queue(), Role: role });

    await bench.run('Sqs', { ...sqs, UseBase64: true }, Buffer.from([0xff, 0x00]));

    expect(bench.actions.queues[0]?.messages[0]?.body).toBe('/wA=');
  });

  test('a delay queue shows its messages when the delay is over', async () => {
    const bench = actionBench({ Q: queue({ DelaySeconds: 5 }), Role: role });

    await bench.run('Sqs', sqs, { a: 1 });

    bench.clock.advance(4_999);
    expect(bench.actions.queues[0]?.messages).toEqual([]);
    bench.clock.advance(1);
    expect(bench.actions.queues[0]?.messages).toHaveLength(1);
  });

  test('messages are dropped after the retention period', async () => {
    const bench = actionBench({ Q: queue({ MessageRetentionPeriod: 60 }), Role: role });

    await bench.run('Sqs', sqs, { a: 1 });
    bench.clock.advance(60_000);

    expect(bench.actions.queues[0]?.messages).toEqual([]);
  });

  test('taking messages empties the queue', async () => {
    const bench = actionBench({ Q: queue(), Role: role });
    await bench.run('Sqs', sqs, { a: 1 });

    expect(bench.actions.queues[0]?.take()).toHaveLength(1);
    expect(bench.actions.queues[0]?.take()).toEqual([]);
  });

  test.each<[string, Record<string, unknown>, Record<string, unknown>, string]>([
    ['the role may not send', { Q: queue(), Role: ruleRole() }, sqs, 'sqs:SendMessage'],
    [
      'the queue is a FIFO queue',
      { Q: queue({ QueueName: 'wills.fifo' }), Role: ruleRole(allow('sqs:*', '*')) },
      { ...sqs, QueueUrl: `${QUEUE_URL}.fifo` },
      'MessageGroupId',
    ],
    [
      'the role may not use the key of the queue',
      {
        Key: { Type: 'AWS::KMS::Key', Properties: { KeyPolicy: { Statement: [] } } },
        Q: queue({ KmsMasterKeyId: { Ref: 'Key' } }),
        Role: role,
      },
      sqs,
      'kms:GenerateDataKey',
    ],
  ])('fails when %s', async (_, resources, properties, message) => {
    const bench = actionBench(resources);

    await expect(bench.run('Sqs', properties, {})).rejects.toThrow(message);
  });
});

// https://docs.aws.amazon.com/sns/latest/dg/subscribe-sqs-queue-to-sns-topic.html
describe('a queue that is subscribed to a topic', () => {
  const TOPIC_ARN = 'arn:aws:sns:us-east-1:123456789012:alarms';
  const subscribed = (raw: boolean, statement: Record<string, unknown> | undefined) => ({
    Topic: { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'alarms' } },
    Q: queue(),
    Role: ruleRole(allow('sns:Publish', TOPIC_ARN)),
    S: {
      Type: 'AWS::SNS::Subscription',
      Properties: { TopicArn: TOPIC_ARN, Protocol: 'sqs', Endpoint: QUEUE_ARN, RawMessageDelivery: raw },
    },
    P: {
      Type: 'AWS::SQS::QueuePolicy',
      Properties: { Queues: [QUEUE_URL], PolicyDocument: { Statement: statement === undefined ? [] : [statement] } },
    },
  });
  const lets = {
    ...allow('sqs:SendMessage', QUEUE_ARN),
    Principal: { Service: 'sns.amazonaws.com' },
    Condition: { ArnEquals: { 'aws:SourceArn': TOPIC_ARN } },
  };
  const sns = { TargetArn: TOPIC_ARN, RoleArn: ROLE_ARN };

  test('gets the notification as JSON', async () => {
    const bench = actionBench(subscribed(false, lets));

    await bench.run('Sns', sns, { a: 1 });

    const body: unknown = JSON.parse(bench.actions.queues[0]?.messages[0]?.body ?? '');
    expect(body).toMatchObject({ Type: 'Notification', TopicArn: TOPIC_ARN, Message: '{"a":1}' });
  });

  test('gets the message alone with raw message delivery', async () => {
    const bench = actionBench(subscribed(true, lets));

    await bench.run('Sns', sns, { a: 1 });

    expect(bench.actions.queues[0]?.messages[0]?.body).toBe('{"a":1}');
  });

  test('gets nothing, with a warning, when its policy does not let SNS send', async () => {
    const bench = actionBench(subscribed(false, undefined));

    await bench.run('Sns', sns, { a: 1 });

    expect(bench.actions.queues[0]?.messages).toEqual([]);
    expect(bench.log.at(-1)).toEqual({
      type: 'warning',
      resource: QUEUE_ARN,
      reason: `SNS could not deliver: the policy of queue ${QUEUE_ARN} does not let sns.amazonaws.com perform sqs:SendMessage for topic ${TOPIC_ARN}`,
    });
  });
});
