import { actionBench, allow, ROLE_ARN, RULE, ruleRole } from './bench';

const FUNCTION_ARN = 'arn:aws:lambda:us-east-1:123456789012:function:onWill';
const onWill = { Type: 'AWS::Lambda::Function', Properties: { FunctionName: 'onWill' } };
const permission = (properties: Record<string, unknown> = {}) => ({
  Type: 'AWS::Lambda::Permission',
  Properties: {
    FunctionName: { 'Fn::GetAtt': ['OnWill', 'Arn'] },
    Action: 'lambda:InvokeFunction',
    Principal: 'iot.amazonaws.com',
    SourceArn: RULE.arn,
    SourceAccount: '123456789012',
    ...properties,
  },
});
const lambda = { FunctionArn: FUNCTION_ARN };

// https://docs.aws.amazon.com/iot/latest/developerguide/lambda-rule-action.html
describe('Lambda', () => {
  test.each([['OnWill'], ['onWill'], [FUNCTION_ARN]])(
    'calls the handler given for %s with the parsed payload',
    async (name) => {
      const events: unknown[] = [];
      const bench = actionBench(
        { OnWill: onWill, P: permission() },
        { lambda: new Map([[name, (event) => events.push(event)]]) },
      );

      await bench.run('Lambda', lambda, { a: 1 });

      expect(events).toEqual([{ a: 1 }]);
    },
  );

  test('is recorded when there is no handler', async () => {
    const bench = actionBench({ OnWill: onWill, P: permission() });

    const effect = await bench.run('Lambda', lambda, { a: 1 });

    expect(effect).toMatchObject({ resource: FUNCTION_ARN, recorded: true });
  });

  test('an error of the handler is not a failure of the action', async () => {
    const bench = actionBench(
      { OnWill: onWill, P: permission() },
      {
        lambda: new Map([
          [
            'onWill',
            () => {
              throw new Error('boom');
            },
          ],
        ]),
      },
    );

    await bench.run('Lambda', lambda, {});

    expect(bench.log.at(-1)).toEqual({
      type: 'warning',
      resource: FUNCTION_ARN,
      reason: 'the Lambda function failed: boom',
    });
  });

  test.each<[string, Record<string, unknown>]>([
    ['there is none', {}],
    ['it is for another rule', { P: permission({ SourceArn: 'arn:aws:iot:us-east-1:123456789012:rule/other' }) }],
    ['it is for another account', { P: permission({ SourceAccount: '210987654321' }) }],
    ['it is for another service', { P: permission({ Principal: 'sns.amazonaws.com' }) }],
  ])('fails on its permission when %s', async (_, resources) => {
    const bench = actionBench({ OnWill: onWill, ...resources });

    await expect(bench.run('Lambda', lambda, {})).rejects.toMatchObject({
      failedAction: 'LambdaAction',
      failedResource: FUNCTION_ARN,
      message: expect.stringContaining('is not authorized to perform: lambda:InvokeFunction'),
    });
  });
});

// https://docs.aws.amazon.com/sns/latest/dg/sns-lambda-as-subscriber.html
test('a function that is subscribed to a topic gets the notification as a record', async () => {
  const events: unknown[] = [];
  const topicArn = 'arn:aws:sns:us-east-1:123456789012:alarms';
  const bench = actionBench(
    {
      Topic: {
        Type: 'AWS::SNS::Topic',
        Properties: { TopicName: 'alarms', Subscription: [{ Protocol: 'lambda', Endpoint: FUNCTION_ARN }] },
      },
      OnWill: onWill,
      P: permission({ Principal: 'sns.amazonaws.com', SourceArn: topicArn, SourceAccount: undefined }),
      Role: ruleRole(allow('sns:Publish', topicArn)),
    },
    { lambda: new Map([['onWill', (event) => events.push(event)]]) },
  );

  await bench.run('Sns', { TargetArn: topicArn, RoleArn: ROLE_ARN }, { a: 1 });

  expect(events).toEqual([
    {
      Records: [
        expect.objectContaining({
          EventSource: 'aws:sns',
          Sns: expect.objectContaining({ Message: '{"a":1}', TopicArn: topicArn }),
        }),
      ],
    },
  ]);
});
