import { isJsonObject, type JsonObject } from '../json-value';
import type { Action, ActionInvocation } from '../rule-action';
import type { ActionIdentity } from './action-context';
import { ActionProperties } from './action-properties';

/** An action that is recorded, not executed. */
interface RecordedKind {
  /** Properties that AWS requires. */
  readonly required: readonly string[];
  /** The property that names what is acted on. */
  readonly resource: string;
  /** What the role must be allowed to do on {@link RecordedKind.arn}. */
  readonly permission?: string;
  /** The resource of the permission after `arn:PARTITION:`; `{}` stands for the named resource. @default 'service:region:account:{}' cannot be told; not checked */
  readonly arn?: string;
}

/** @see https://docs.aws.amazon.com/iot/latest/developerguide/iot-rule-actions.html */
const RECORDED_KINDS: Readonly<Record<string, RecordedKind>> = {
  CloudwatchAlarm: {
    required: ['AlarmName', 'StateReason', 'StateValue', 'RoleArn'],
    resource: 'AlarmName',
    permission: 'cloudwatch:SetAlarmState',
    arn: 'cloudwatch:{region}:{account}:alarm:{}',
  },
  Timestream: {
    required: ['DatabaseName', 'TableName', 'Dimensions', 'RoleArn'],
    resource: 'TableName',
    permission: 'timestream:WriteRecords',
    arn: 'timestream:{region}:{account}:database/{DatabaseName}/table/{}',
  },
  Http: { required: ['Url'], resource: 'Url' },
  StepFunctions: {
    required: ['StateMachineName', 'RoleArn'],
    resource: 'StateMachineName',
    permission: 'states:StartExecution',
    arn: 'states:{region}:{account}:stateMachine:{}',
  },
  S3: {
    required: ['BucketName', 'Key', 'RoleArn'],
    resource: 'BucketName',
    permission: 's3:PutObject',
    arn: 's3:::{}/{Key}',
  },
  Kinesis: {
    required: ['StreamName', 'RoleArn'],
    resource: 'StreamName',
    permission: 'kinesis:PutRecord',
    arn: 'kinesis:{region}:{account}:stream/{}',
  },
  Firehose: {
    required: ['DeliveryStreamName', 'RoleArn'],
    resource: 'DeliveryStreamName',
    permission: 'firehose:PutRecord',
    arn: 'firehose:{region}:{account}:deliverystream/{}',
  },
  Kafka: { required: ['DestinationArn', 'Topic', 'ClientProperties'], resource: 'Topic' },
  OpenSearch: { required: ['Endpoint', 'Index', 'Type', 'Id', 'RoleArn'], resource: 'Endpoint' },
  Elasticsearch: { required: ['Endpoint', 'Index', 'Type', 'Id', 'RoleArn'], resource: 'Endpoint' },
  Location: { required: ['TrackerName', 'DeviceId', 'Latitude', 'Longitude', 'RoleArn'], resource: 'TrackerName' },
  IotSiteWise: { required: ['PutAssetPropertyValueEntries', 'RoleArn'], resource: 'PutAssetPropertyValueEntries' },
  IotEvents: { required: ['InputName', 'RoleArn'], resource: 'InputName' },
  IotAnalytics: { required: ['ChannelName', 'RoleArn'], resource: 'ChannelName' },
};

/**
 * An action that AWS has and that is only recorded here, with the parameters and the payload that it would have had.
 * @returns `undefined` when AWS has no action of that type.
 * @throws ActionPropertyProblem when a required property is missing.
 */
export function recordedAction(properties: JsonObject, identity: ActionIdentity): Action | undefined {
  const kind = Object.hasOwn(RECORDED_KINDS, identity.type) ? RECORDED_KINDS[identity.type] : undefined;
  if (kind === undefined) return undefined;
  const reader = new ActionProperties(properties);
  for (const name of kind.required) {
    if (!isStructured(properties[name])) reader.text(name);
  }
  return {
    type: identity.type,
    prepare: (invocation) => {
      const details = filled(properties, invocation) as JsonObject;
      const resource = textOf(details[kind.resource]) ?? identity.type;
      authorize(kind, details, resource, identity);
      return { resource, recorded: true, details };
    },
  };
}

function authorize(kind: RecordedKind, details: JsonObject, name: string, identity: ActionIdentity): void {
  const roleArn = textOf(details.RoleArn);
  if (kind.permission === undefined || kind.arn === undefined || roleArn === undefined) return;
  const { region, account, partition } = identity.rule;
  const values: JsonObject = { ...details, region, account, '': name };
  const arn = kind.arn.replace(/\{(\w*)\}/g, (_, key: string) => textOf(values[key]) ?? '');
  identity.authorize(
    { roleArn, action: kind.permission, resource: `arn:${partition}:${arn}` },
    `run the ${identity.type} action`,
  );
}

/** A copy of the properties with every substitution template filled. */
function filled(value: unknown, invocation: ActionInvocation): unknown {
  if (typeof value === 'string') return invocation.substitute(value);
  if (Array.isArray(value)) return value.map((item: unknown) => filled(item, invocation));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, filled(item, invocation)]));
}

function isStructured(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}
