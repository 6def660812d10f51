import { actionBench, allow, ROLE_ARN, ruleRole } from './bench';

// https://docs.aws.amazon.com/iot/latest/developerguide/cloudwatch-logs-rule-action.html
describe('CloudwatchLogs', () => {
  const role = ruleRole(
    allow(
      ['logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'],
      'arn:aws:logs:us-east-1:123456789012:log-group:errors:*',
    ),
  );
  const logs = { LogGroupName: 'errors', RoleArn: ROLE_ARN };

  test('writes the payload to the log group', async () => {
    const bench = actionBench({ Role: role });

    await bench.run('CloudwatchLogs', logs, { a: 1 });

    expect(bench.actions.logGroups.get('errors')).toEqual([{ time: Date.UTC(2026, 0, 1), message: '{"a":1}' }]);
  });

  test('in batch mode writes each entry of the list', async () => {
    const bench = actionBench({ Role: role });

    await bench.run('CloudwatchLogs', { ...logs, BatchMode: true }, [
      { timestamp: 1, message: 'a' },
      { timestamp: 2, message: 'b' },
    ]);

    expect(bench.actions.logGroups.get('errors')).toEqual([
      { time: 1, message: 'a' },
      { time: 2, message: 'b' },
    ]);
  });

  test('fails in batch mode on anything but a list of entries', async () => {
    const bench = actionBench({ Role: role });

    await expect(bench.run('CloudwatchLogs', { ...logs, BatchMode: true }, { a: 1 })).rejects.toThrow('in batch mode');
  });

  test('fails when the role may not write to the log group', async () => {
    const bench = actionBench({ Role: ruleRole() });

    await expect(bench.run('CloudwatchLogs', logs, {})).rejects.toThrow('logs:CreateLogStream');
  });
});

// https://docs.aws.amazon.com/iot/latest/developerguide/cloudwatch-metrics-rule-action.html
describe('CloudwatchMetric', () => {
  const role = ruleRole(allow('cloudwatch:PutMetricData', '*'));
  const metric = {
    MetricNamespace: 'lwt',
    MetricName: 'wills',
    MetricUnit: 'Count',
    MetricValue: '1',
    RoleArn: ROLE_ARN,
  };

  test('puts a value at the present time', async () => {
    const bench = actionBench({ Role: role });

    await bench.run('CloudwatchMetric', metric, {});

    expect(bench.actions.metrics).toEqual([
      { namespace: 'lwt', name: 'wills', unit: 'Count', value: 1, time: Date.UTC(2026, 0, 1) },
    ]);
  });

  test('puts a value at the time given in seconds', async () => {
    const bench = actionBench({ Role: role });

    await bench.run('CloudwatchMetric', { ...metric, MetricTimestamp: '1767225000' }, {});

    expect(bench.actions.metrics[0]?.time).toBe(1_767_225_000_000);
  });

  test.each<[string, Record<string, unknown>, string]>([
    ['a value that is no number', { MetricValue: 'x' }, 'Value must be a number'],
    ['a time in milliseconds', { MetricTimestamp: '1767225600000' }, 'must be a time in seconds'],
    ['a time that is no number', { MetricTimestamp: 'now' }, 'must be a time in seconds'],
    ['a time of last year', { MetricTimestamp: '1735689600' }, 'from two weeks ago until in two hours'],
    ['a unit that CloudWatch does not have', { MetricUnit: 'Wills' }, "Unit must be a unit of CloudWatch, got 'Wills'"],
  ])('fails on %s', async (_, properties, message) => {
    const bench = actionBench({ Role: role });

    await expect(bench.run('CloudwatchMetric', { ...metric, ...properties }, {})).rejects.toThrow(message);
  });
});

// https://docs.aws.amazon.com/iot/latest/developerguide/iot-rule-actions.html
describe('actions that are recorded', () => {
  test('carry the parameters and payload that they would have had', async () => {
    const bench = actionBench({ Role: ruleRole(allow('s3:PutObject', 'arn:aws:s3:::wills/pump7.json')) });

    const effect = await bench.run(
      'S3',
      { BucketName: 'wills', Key: '${clientid()}.json', RoleArn: ROLE_ARN },
      { a: 1 },
      { substitute: (text) => text.replace('${clientid()}', 'pump7') },
    );

    expect(effect).toEqual({
      resource: 'wills',
      recorded: true,
      details: { BucketName: 'wills', Key: 'pump7.json', RoleArn: ROLE_ARN },
    });
  });

  test('still need a role that allows them', async () => {
    const bench = actionBench({ Role: ruleRole() });

    await expect(bench.run('Kinesis', { StreamName: 's', RoleArn: ROLE_ARN }, {})).rejects.toMatchObject({
      failedAction: 'KinesisAction',
      failedResource: 'arn:aws:kinesis:us-east-1:123456789012:stream/s',
    });
  });

  test('are refused without a property that AWS requires', () => {
    const bench = actionBench({ Role: ruleRole() });

    expect(() =>
      bench.actions.create(
        'Firehose',
        { RoleArn: ROLE_ARN },
        { name: 'r', arn: '', region: '', account: '', partition: '' },
      ),
    ).toThrow('DeliveryStreamName must be a text, got nothing');
  });

  test('an action that AWS does not have is not made', () => {
    const bench = actionBench({ Role: ruleRole() });

    expect(
      bench.actions.create('Pigeon', {}, { name: 'r', arn: '', region: '', account: '', partition: '' }),
    ).toBeUndefined();
  });
});
