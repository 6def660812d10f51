/** Actions that AWS's own policies allow on every resource, for those that rule roles are given. */
const ACTIONS: Readonly<Record<string, readonly string[]>> = {
  AdministratorAccess: ['*'],
  PowerUserAccess: ['*'],
  AmazonSNSFullAccess: ['sns:*'],
  AmazonSQSFullAccess: ['sqs:*'],
  AmazonDynamoDBFullAccess: ['dynamodb:*'],
  AmazonS3FullAccess: ['s3:*'],
  AmazonKinesisFullAccess: ['kinesis:*'],
  AmazonKinesisFirehoseFullAccess: ['firehose:*'],
  AmazonTimestreamFullAccess: ['timestream:*'],
  AWSStepFunctionsFullAccess: ['states:*'],
  AWSLambda_FullAccess: ['lambda:*'],
  CloudWatchFullAccess: ['cloudwatch:*', 'logs:*', 'sns:*'],
  CloudWatchLogsFullAccess: ['logs:*'],
  AWSIoTFullAccess: ['iot:*', 'iotjobsdata:*'],
  AWSIoTDataAccess: [
    'iot:Connect',
    'iot:Publish',
    'iot:Subscribe',
    'iot:Receive',
    'iot:GetThingShadow',
    'iot:UpdateThingShadow',
    'iot:DeleteThingShadow',
    'iot:ListNamedShadowsForThing',
  ],
  'service-role/AWSIoTLogging': [
    'logs:CreateLogGroup',
    'logs:CreateLogStream',
    'logs:PutLogEvents',
    'logs:PutMetricFilter',
    'logs:PutRetentionPolicy',
    'logs:GetLogEvents',
    'logs:DeleteLogStream',
  ],
  'service-role/AWSIoTRuleActions': [
    'dynamodb:PutItem',
    'kinesis:PutRecord',
    'iot:Publish',
    's3:PutObject',
    'sns:Publish',
    'sqs:SendMessage*',
    'cloudwatch:SetAlarmState',
    'cloudwatch:PutMetricData',
    'es:ESHttpPut',
    'firehose:PutRecord',
  ],
};

/**
 * What a policy that AWS manages allows, as a policy document; `undefined` when it is not known here.
 * @see https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html
 */
export function managedPolicyDocument(arn: string): unknown {
  const name = /^arn:[^:]+:iam::aws:policy\/(.+)$/.exec(arn)?.[1];
  const actions = name !== undefined && Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined;
  return actions === undefined ? undefined : { Statement: { Effect: 'Allow', Action: actions, Resource: '*' } };
}
