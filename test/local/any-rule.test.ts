import fc from 'fast-check';
import { createActions } from '../../local/actions/actions';
import { createRuleEngine } from '../../local/rules/rule-engine';
import { resolveTemplate } from '../../local/template/cloudformation';
import { ManualClock } from '../../presence/clock';
import { LastwillError } from '../../presence/errors';
import { seededRandomness } from '../../presence/randomness';

const text = fc.constantFrom(
  '',
  'a',
  '${topic()}',
  '${a.b}',
  '${',
  '1',
  'JSON',
  "SELECT * FROM 'a'",
  'arn:aws:iam::123456789012:role/r',
);
const anything = fc.oneof(text, fc.jsonValue({ maxDepth: 2 }));
const properties = fc.dictionary(
  fc.constantFrom(
    'TargetArn',
    'RoleArn',
    'MessageFormat',
    'Topic',
    'Qos',
    'Headers',
    'QueueUrl',
    'UseBase64',
    'PutItem',
    'FunctionArn',
    'LogGroupName',
    'BatchMode',
    'MetricName',
    'MetricNamespace',
    'MetricUnit',
    'MetricValue',
    'TableName',
    'HashKeyField',
    'HashKeyValue',
    'BucketName',
    'Key',
    'Url',
  ),
  anything,
);
const action = fc.oneof(
  anything,
  fc
    .tuple(
      fc.constantFrom(
        'Sns',
        'Republish',
        'Lambda',
        'Sqs',
        'DynamoDB',
        'DynamoDBv2',
        'CloudwatchLogs',
        'CloudwatchMetric',
        'S3',
        'Http',
        'Pigeon',
        '__proto__',
        'constructor',
      ),
      fc.oneof(properties, anything),
    )
    .map(([type, value]) => Object.fromEntries([[type, value]])),
);
const rule = fc.record({
  Sql: fc.oneof({ weight: 5, arbitrary: fc.constant("SELECT * FROM 'a'") }, { weight: 1, arbitrary: anything }),
  AwsIotSqlVersion: fc.constantFrom<unknown>(undefined, '2016-03-23', 'x', 7),
  Actions: fc.oneof({ weight: 5, arbitrary: fc.array(action, { maxLength: 3 }) }, { weight: 1, arbitrary: anything }),
  ErrorAction: fc.option(action, { nil: undefined }),
});

function engineFor(payload: unknown) {
  const templates = [
    resolveTemplate({
      name: 'any.json',
      json: { Resources: { R: { Type: 'AWS::IoT::TopicRule', Properties: { TopicRulePayload: payload } } } },
    }),
  ];
  const clock = new ManualClock();
  const randomness = seededRandomness(1);
  const actions = createActions({
    templates,
    outbox: { deliver: () => undefined },
    publish: () => undefined,
    log: { write: () => undefined },
    clock,
    randomness,
  });
  return createRuleEngine({ templates, actions, clock, randomness, observer: { observe: () => undefined } });
}

test('whatever a rule and a message are made of, they are run or refused in words', async () => {
  await fc.assert(
    fc.asyncProperty(rule, fc.oneof(fc.json(), fc.string()), async (payload, message) => {
      try {
        const engine = engineFor(payload);
        engine.accept(
          { topic: 'a', payload: Buffer.from(message), qos: 0, retain: false, properties: {} },
          { kind: 'client', depth: 0 },
        );
        await engine.whenIdle();
      } catch (error) {
        if (!(error instanceof LastwillError)) throw error;
      }
    }),
    { numRuns: 2_000 },
  );
});
