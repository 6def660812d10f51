import type { RuleAction } from './ports';

/** What an action's role must be allowed. */
export interface NeededPermission {
  readonly roleArn: string;
  readonly action: string;
  readonly resource: string;
}

/** Where a rule lives, and for whom it acts. */
interface Place {
  readonly region: string;
  readonly account: string;
  readonly device: string;
}

type Properties = RuleAction['properties'];
type Needs = (
  properties: Properties,
  place: Place & { readonly partition: string },
) => readonly [action: string, resource: string];

const table = (name: unknown, { partition, region, account }: Parameters<Needs>[1]): string =>
  `arn:${partition}:dynamodb:${region}:${account}:table/${String(name)}`;

/** A substitution template stands for the device as a rule. */
const substituted = (text: unknown, device: string): string => String(text).replace(/\$\{[^}]*\}/g, device);

const NEEDS: Readonly<Record<string, Needs>> = {
  sns: ({ targetArn }) => ['sns:Publish', String(targetArn)],
  republish: ({ topic }, { partition, region, account, device }) => {
    // $$ is how a rule writes $.
    const name = substituted(String(topic).replace(/^\$\$/, '$'), device);
    return ['iot:Publish', `arn:${partition}:iot:${region}:${account}:topic/${name}`];
  },
  dynamoDB: ({ tableName }, place) => ['dynamodb:PutItem', table(tableName, place)],
  dynamoDBv2: ({ putItem }, place) => [
    'dynamodb:PutItem',
    table((putItem as { tableName?: unknown } | undefined)?.tableName, place),
  ],
  // A role may be allowed the group's streams alone.
  cloudwatchLogs: ({ logGroupName }, { partition, region, account, device }) => [
    'logs:PutLogEvents',
    `arn:${partition}:logs:${region}:${account}:log-group:${String(logGroupName)}:log-stream:${device}`,
  ],
  cloudwatchMetric: () => ['cloudwatch:PutMetricData', '*'],
  sqs: ({ queueUrl }, { partition, region, account }) => {
    const [owner = account, queue = ''] = String(queueUrl).split('/').slice(-2);
    return ['sqs:SendMessage', `arn:${partition}:sqs:${region}:${owner}:${queue}`];
  },
  s3: ({ bucketName, key }, { partition, device }) => [
    's3:PutObject',
    `arn:${partition}:s3:::${String(bucketName)}/${substituted(key, device)}`,
  ],
  kinesis: ({ streamName }, { partition, region, account }) => [
    'kinesis:PutRecord',
    `arn:${partition}:kinesis:${region}:${account}:stream/${String(streamName)}`,
  ],
  firehose: ({ deliveryStreamName }, { partition, region, account }) => [
    'firehose:PutRecord',
    `arn:${partition}:firehose:${region}:${account}:deliverystream/${String(deliveryStreamName)}`,
  ],
};

/**
 * What an action's role must be allowed; `undefined` for an action whose needs are not known here.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/iot-create-role.html
 */
export function neededPermission({ kind, properties }: RuleAction, place: Place): NeededPermission | undefined {
  const needs = Object.hasOwn(NEEDS, kind) ? NEEDS[kind] : undefined;
  if (needs === undefined || typeof properties.roleArn !== 'string') return undefined;
  const { roleArn } = properties;
  const [action, resource] = needs(properties, { ...place, partition: roleArn.split(':')[1] ?? 'aws' });
  return { roleArn, action, resource };
}
