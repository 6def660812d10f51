import { actionBench, allow, ROLE_ARN, ruleRole } from './bench';

const role = ruleRole(allow('iot:Publish', 'arn:aws:iot:us-east-1:123456789012:topic/*'));

function republish(properties: Record<string, unknown> = {}): Record<string, unknown> {
  return { Topic: '/lwt/executed', RoleArn: ROLE_ARN, ...properties };
}

// https://docs.aws.amazon.com/iot/latest/developerguide/republish-rule-action.html
describe('republish', () => {
  test('publishes the payload at QoS 0, not retained, one step deeper than the message that led to it', async () => {
    const bench = actionBench({ Role: role });

    await bench.run('Republish', republish(), { a: 1 }, { depth: 2 });

    expect(bench.published).toEqual([
      {
        message: { topic: '/lwt/executed', payload: Buffer.from('{"a":1}'), qos: 0, retain: false, properties: {} },
        origin: { kind: 'republish', principal: ROLE_ARN, depth: 3 },
      },
    ]);
  });

  test.each([[1], ['1']])('publishes at QoS 1 when Qos is %p', async (qos) => {
    const bench = actionBench({ Role: role });

    await bench.run('Republish', republish({ Qos: qos }), {});

    expect(bench.published[0]?.message.qos).toBe(1);
  });

  test('fills the topic from the message', async () => {
    const bench = actionBench({ Role: role });

    await bench.run('Republish', republish({ Topic: 'out/${clientid()}' }), {}, { substitute: () => 'out/pump7' });

    expect(bench.published[0]?.message.topic).toBe('out/pump7');
  });

  test('writes a reserved topic with $$, and the role needs the topic with one $', async () => {
    const allowed = ruleRole(
      allow('iot:Publish', 'arn:aws:iot:us-east-1:123456789012:topic/$aws/things/pump7/shadow/update'),
    );
    const bench = actionBench({ Role: allowed });

    await bench.run('Republish', republish({ Topic: '$$aws/things/pump7/shadow/update' }), {});

    expect(bench.published[0]?.message.topic).toBe('$aws/things/pump7/shadow/update');
  });

  test('fills every header', async () => {
    const bench = actionBench({ Role: role });
    const headers = {
      PayloadFormatIndicator: 'UTF8_DATA',
      ContentType: 'application/json',
      ResponseTopic: '$$aws/things/${x}/answer',
      CorrelationData: 'SGk=',
      MessageExpiry: '60',
      UserProperties: [
        { Key: 'a', Value: '${x}' },
        { Key: 'a', Value: 'twice' },
      ],
    };

    await bench.run(
      'Republish',
      republish({ Headers: headers }),
      {},
      { substitute: (text) => text.replace('${x}', 'pump7') },
    );

    expect(bench.published[0]?.message.properties).toEqual({
      payloadFormatIndicator: true,
      contentType: 'application/json',
      responseTopic: '$aws/things/pump7/answer',
      correlationData: Buffer.from('Hi'),
      messageExpirySeconds: 60,
      userProperties: [
        ['a', 'pump7'],
        ['a', 'twice'],
      ],
    });
  });

  test.each<[string, string, string]>([
    ['a wildcard', 'a/+', "topic must be a topic name without the wildcards + and #, got 'a/+'"],
    ['more than 7 slashes', 'a/b/c/d/e/f/g/h/i', 'at most 8 levels deep'],
    ['nothing', '', 'at least one character long'],
    ['a topic of Jobs', '$$aws/things/t/jobs/notify', 'no reserved topic of AWS IoT Jobs'],
  ])('fails when the filled topic has %s', async (_, filled, message) => {
    const bench = actionBench({ Role: role });

    await expect(bench.run('Republish', republish(), {}, { substitute: () => filled })).rejects.toThrow(message);
    expect(bench.published).toEqual([]);
  });

  test('fails when the role may not publish on the topic', async () => {
    const bench = actionBench({
      Role: ruleRole(allow('iot:Publish', 'arn:aws:iot:us-east-1:123456789012:topic/other')),
    });

    await expect(bench.run('Republish', republish(), {})).rejects.toMatchObject({
      failedAction: 'RepublishAction',
      failedResource: 'arn:aws:iot:us-east-1:123456789012:topic//lwt/executed',
    });
  });

  test.each<[string, Record<string, unknown>, string]>([
    ['no topic', { Topic: undefined }, 'Topic must be a text, got nothing'],
    ['QoS 2', { Qos: 2 }, "Qos must be one of 0, 1, got '2'"],
    [
      'a user property without value',
      { Headers: { UserProperties: [{ Key: 'a' }] } },
      'Headers.UserProperties[0].Value must be a text, got nothing',
    ],
  ])('is refused with %s', (_, properties, message) => {
    const bench = actionBench({ Role: role });

    expect(() =>
      bench.actions.create('Republish', republish(properties), {
        name: 'r',
        arn: '',
        region: '',
        account: '',
        partition: '',
      }),
    ).toThrow(message);
  });
});
