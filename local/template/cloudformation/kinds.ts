/**
 * What `Ref` and `Fn::GetAtt` give for a resource type. Texts may hold `{name}`, `{arn}`, `{ref}`, `{region}`,
 * `{account}`, `{partition}`, `{suffix}` (URL suffix), `{id}` (12 characters), `{uuid}`, `{hex}` (64 digits), `{path}`
 * (the IAM path) and `{.Property}` (a property of the resource).
 */
export interface ResourceKind {
  /** The property that holds the physical name. @default - the name is always generated */
  readonly named?: string;
  /** The ARN after `arn:PARTITION:`. */
  readonly arn?: string;
  /** @default '{name}' */
  readonly ref?: string;
  /** @default { Arn: '{arn}' } when the kind has an ARN */
  readonly attributes?: Readonly<Record<string, string>>;
  /** Whether the type has no attributes other than those listed, so that another one is a mistake. @default false */
  readonly closed?: true;
  /** Most characters of a generated name. @default 64 */
  readonly maximumName?: number;
  /** How a generated name must look. @default - as generated */
  readonly generated?: 'withoutHyphens' | 'lowerCase';
}

const ARN_AND_ID = { Arn: '{arn}', Id: '{uuid}' } as const;

const iot = (kind: string): string => `iot:{region}:{account}:${kind}/{name}`;

/** A custom resource that makes a certificate: its id for `Ref`, and attributes as the construct or the SDK names them. */
export const CERTIFICATE_MAKER: ResourceKind = {
  arn: 'iot:{region}:{account}:cert/{hex}',
  ref: '{hex}',
  attributes: { Arn: '{arn}', certificateArn: '{arn}', certificateId: '{hex}' },
};

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_IoT.html */
const IOT_KINDS: Readonly<Record<string, ResourceKind>> = {
  'AWS::IoT::Thing': { named: 'ThingName', arn: iot('thing'), attributes: ARN_AND_ID, closed: true },
  'AWS::IoT::ThingType': { named: 'ThingTypeName', arn: iot('thingtype'), attributes: ARN_AND_ID, closed: true },
  'AWS::IoT::ThingGroup': { named: 'ThingGroupName', arn: iot('thinggroup'), attributes: ARN_AND_ID, closed: true },
  'AWS::IoT::BillingGroup': {
    named: 'BillingGroupName',
    arn: iot('billinggroup'),
    attributes: ARN_AND_ID,
    closed: true,
  },
  'AWS::IoT::Policy': {
    named: 'PolicyName',
    arn: iot('policy'),
    attributes: { Arn: '{arn}', Id: '{name}' },
    closed: true,
  },
  'AWS::IoT::Certificate': {
    arn: 'iot:{region}:{account}:cert/{hex}',
    ref: '{hex}',
    attributes: { Arn: '{arn}', Id: '{hex}' },
    closed: true,
  },
  'AWS::IoT::TopicRule': {
    named: 'RuleName',
    arn: iot('rule'),
    attributes: { Arn: '{arn}' },
    closed: true,
    generated: 'withoutHyphens',
  },
  'AWS::IoT::TopicRuleDestination': {
    arn: 'iot:{region}:{account}:ruledestination/http/{uuid}',
    ref: '{arn}',
    attributes: { Arn: '{arn}', StatusReason: '' },
  },
  'AWS::IoT::ProvisioningTemplate': {
    named: 'TemplateName',
    arn: iot('provisioningtemplate'),
    attributes: { TemplateArn: '{arn}' },
    maximumName: 36,
  },
  'AWS::IoT::CACertificate': {
    arn: 'iot:{region}:{account}:cacert/{hex}',
    ref: '{hex}',
    attributes: { Arn: '{arn}', Id: '{hex}' },
  },
  'AWS::IoT::Authorizer': { named: 'AuthorizerName', arn: iot('authorizer') },
  'AWS::IoT::DomainConfiguration': {
    named: 'DomainConfigurationName',
    arn: 'iot:{region}:{account}:domainconfiguration/{name}/{id}',
    attributes: { Arn: '{arn}', DomainType: 'CUSTOMER_MANAGED' },
  },
  'AWS::IoT::RoleAlias': { named: 'RoleAlias', arn: iot('rolealias'), attributes: { RoleAliasArn: '{arn}' } },
  'AWS::IoT::FleetMetric': { named: 'MetricName', arn: iot('fleetmetric'), attributes: { MetricArn: '{arn}' } },
  'AWS::IoT::SecurityProfile': {
    named: 'SecurityProfileName',
    arn: iot('securityprofile'),
    attributes: { SecurityProfileArn: '{arn}' },
  },
  'AWS::IoT::JobTemplate': { named: 'JobTemplateId', arn: iot('jobtemplate') },
};

const OTHER_KINDS: Readonly<Record<string, ResourceKind>> = {
  'AWS::SNS::Topic': {
    named: 'TopicName',
    arn: 'sns:{region}:{account}:{name}',
    ref: '{arn}',
    attributes: { TopicArn: '{arn}', TopicName: '{name}' },
    closed: true,
    maximumName: 256,
  },
  'AWS::SNS::Subscription': { ref: '{.TopicArn}:{uuid}', attributes: { Arn: '{ref}' } },
  'AWS::SQS::Queue': {
    named: 'QueueName',
    arn: 'sqs:{region}:{account}:{name}',
    ref: 'https://sqs.{region}.{suffix}/{account}/{name}',
    attributes: { Arn: '{arn}', QueueName: '{name}', QueueUrl: '{ref}' },
    closed: true,
    maximumName: 80,
  },
  'AWS::IAM::Role': {
    named: 'RoleName',
    arn: 'iam::{account}:role{path}{name}',
    attributes: { Arn: '{arn}', RoleId: 'AROA{id}' },
    closed: true,
  },
  'AWS::IAM::ManagedPolicy': {
    named: 'ManagedPolicyName',
    arn: 'iam::{account}:policy{path}{name}',
    ref: '{arn}',
    attributes: { PolicyArn: '{arn}', PolicyId: 'ANPA{id}' },
  },
  'AWS::IAM::User': { named: 'UserName', arn: 'iam::{account}:user{path}{name}' },
  'AWS::IAM::Group': { named: 'GroupName', arn: 'iam::{account}:group{path}{name}' },
  'AWS::Lambda::Function': { named: 'FunctionName', arn: 'lambda:{region}:{account}:function:{name}' },
  'AWS::Lambda::Version': { ref: '{.FunctionName}:1', attributes: { Version: '1', FunctionArn: '{ref}' } },
  'AWS::Lambda::Alias': { ref: '{.FunctionName}:{.Name}', attributes: { AliasArn: '{ref}' } },
  'AWS::DynamoDB::Table': {
    named: 'TableName',
    arn: 'dynamodb:{region}:{account}:table/{name}',
    attributes: { Arn: '{arn}', StreamArn: '{arn}/stream/2026-01-01T00:00:00.000', TableId: '{uuid}' },
    maximumName: 255,
  },
  'AWS::DynamoDB::GlobalTable': {
    named: 'TableName',
    arn: 'dynamodb:{region}:{account}:table/{name}',
    attributes: { Arn: '{arn}', StreamArn: '{arn}/stream/2026-01-01T00:00:00.000', TableId: '{uuid}' },
    maximumName: 255,
  },
  'AWS::KMS::Key': {
    arn: 'kms:{region}:{account}:key/{uuid}',
    ref: '{uuid}',
    attributes: { Arn: '{arn}', KeyId: '{uuid}' },
  },
  'AWS::KMS::Alias': { ref: '{.AliasName}' },
  'AWS::Logs::LogGroup': { named: 'LogGroupName', arn: 'logs:{region}:{account}:log-group:{name}:*', maximumName: 512 },
  'AWS::S3::Bucket': {
    named: 'BucketName',
    arn: 's3:::{name}',
    attributes: {
      Arn: '{arn}',
      DomainName: '{name}.s3.{suffix}',
      RegionalDomainName: '{name}.s3.{region}.{suffix}',
      WebsiteURL: 'http://{name}.s3-website-{region}.{suffix}',
    },
    maximumName: 63,
    generated: 'lowerCase',
  },
  'AWS::Kinesis::Stream': { named: 'Name', arn: 'kinesis:{region}:{account}:stream/{name}' },
  'AWS::KinesisFirehose::DeliveryStream': {
    named: 'DeliveryStreamName',
    arn: 'firehose:{region}:{account}:deliverystream/{name}',
  },
  'AWS::StepFunctions::StateMachine': {
    named: 'StateMachineName',
    arn: 'states:{region}:{account}:stateMachine:{name}',
    ref: '{arn}',
    attributes: { Arn: '{arn}', Name: '{name}' },
    maximumName: 80,
  },
  'AWS::CloudWatch::Alarm': { named: 'AlarmName', arn: 'cloudwatch:{region}:{account}:alarm:{name}' },
  'AWS::CloudWatch::CompositeAlarm': { named: 'AlarmName', arn: 'cloudwatch:{region}:{account}:alarm:{name}' },
  'AWS::Events::Rule': { named: 'Name', arn: 'events:{region}:{account}:rule/{name}' },
  'AWS::SecretsManager::Secret': {
    named: 'Name',
    arn: 'secretsmanager:{region}:{account}:secret:{name}-{id}',
    ref: '{arn}',
    attributes: { Id: '{arn}' },
  },
  'AWS::SSM::Parameter': { named: 'Name', attributes: { Type: '{.Type}', Value: '{.Value}' } },
  'AWS::Timestream::Database': { named: 'DatabaseName', arn: 'timestream:{region}:{account}:database/{name}' },
  'AWS::Timestream::Table': {
    named: 'TableName',
    arn: 'timestream:{region}:{account}:database/{.DatabaseName}/table/{name}',
    ref: '{.DatabaseName}|{name}',
    attributes: { Arn: '{arn}', Name: '{name}' },
  },
  'Custom::MintedCertificate': CERTIFICATE_MAKER,
  'AWS::CloudFormation::Stack': { arn: 'cloudformation:{region}:{account}:stack/{name}/{uuid}', ref: '{arn}' },
};

/** The kinds whose references are known exactly. */
export const RESOURCE_KINDS: ReadonlyMap<string, ResourceKind> = new Map(
  Object.entries({ ...IOT_KINDS, ...OTHER_KINDS }),
);

// What changes nothing for presence when it is not there, or is run by another part of the embedded cloud.
const QUIET_TYPES = [
  /^AWS::(CDK|CloudWatch|DynamoDB|IAM|KMS|Kinesis|KinesisFirehose|Lambda|Logs|S3|SNS|SQS|SSM|SecretsManager|StepFunctions|Timestream)::/,
  /^AWS::CloudFormation::(WaitCondition|WaitConditionHandle)$/,
  /^AWS::IoT::(Thing|ThingType|ThingGroup|BillingGroup|Policy|Certificate|PolicyPrincipalAttachment|ThingPrincipalAttachment)$/,
  /^AWS::IoT::(TopicRule|TopicRuleDestination|Logging|ResourceSpecificLogging|EncryptionConfiguration|RoleAlias)$/,
  /^AWS::IoT::(AccountAuditConfiguration|ScheduledAudit|MitigationAction|SecurityProfile|Dimension|CustomMetric|FleetMetric|JobTemplate)$/,
  /^Custom::(LogRetention|S3AutoDeleteObjects|CDKBucketDeployment)$/,
  /^Custom::(MintedCertificate|AddThingToThingGroup|AttachPolicy)$/,
];

/** Whether a type is run here or does nothing that a client of the embedded cloud would miss. */
export function isQuietType(type: string): boolean {
  return QUIET_TYPES.some((pattern) => pattern.test(type));
}
