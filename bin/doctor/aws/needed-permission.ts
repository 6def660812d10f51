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

const NEEDS: Readonly<Record<string, Needs>> = {
  sns: ({ targetArn }) => ['sns:Publish', String(targetArn)],
  republish: ({ topic }, { partition, region, account, device }) => {
    // A substitution template stands for the device as a rule; $$ is how a rule writes $.
    const name = String(topic)
      .replace(/^\$\$/, '$')
      .replace(/\$\{[^}]*\}/g, device);
    return ['iot:Publish', `arn:${partition}:iot:${region}:${account}:topic/${name}`];
  },
  dynamoDB: ({ tableName }, place) => ['dynamodb:PutItem', table(tableName, place)],
  dynamoDBv2: ({ putItem }, place) => [
    'dynamodb:PutItem',
    table((putItem as { tableName?: unknown } | undefined)?.tableName, place),
  ],
  cloudwatchLogs: ({ logGroupName }, { partition, region, account }) => [
    'logs:PutLogEvents',
    `arn:${partition}:logs:${region}:${account}:log-group:${String(logGroupName)}:*`,
  ],
  cloudwatchMetric: () => ['cloudwatch:PutMetricData', '*'],
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
