export { CloudWatchLogsAction, type CloudWatchLogsActionProps } from './actions/cloudwatch-logs-action';
export { CloudWatchMetricAction, type CloudWatchMetricActionProps } from './actions/cloudwatch-metric-action';
export {
  DynamoDbAction,
  type DynamoDbActionProps,
  type DynamoDbKey,
  DynamoDbKeyType,
  DynamoDbV2Action,
} from './actions/dynamodb-action';
export { LambdaAction } from './actions/lambda-action';
export {
  PayloadFormatIndicator,
  RepublishAction,
  type RepublishActionProps,
  type RepublishHeaders,
  type RepublishUserProperty,
} from './actions/republish-action';
export { SnsAction, type SnsActionProps, SnsMessageFormat } from './actions/sns-action';
export { SqsAction, type SqsActionProps } from './actions/sqs-action';
export {
  CaCertificate,
  type CaCertificateAttributes,
  type CaCertificateProps,
  type ICaCertificate,
} from './ca-certificate';
export {
  Certificate,
  type CertificateOptions,
  type CertificatePemOptions,
  type CertificateProps,
  CertificateStatus,
  type ICertificate,
} from './certificate';
export {
  DevicePolicy,
  type DevicePolicyConditions,
  type DevicePolicyConnectOptions,
  type DevicePolicyProps,
  type DevicePolicyStatement,
  type DevicePolicyWill,
  type IDevicePolicy,
  THING_NAME_VARIABLE,
} from './device-policy';
export { IotSql, type IotSqlColumn, type IotSqlSelectProps, IotSqlVersion } from './iot-sql';
export {
  LwtMonitor,
  type LwtMonitorProps,
  NOBODY_NOTIFIED_WARNING,
  SHARED_WILL_TOPIC_WARNING,
  WILL_NOT_HEARD_WARNING,
} from './lwt-monitor';
export { MintedCertificate, type MintedCertificateProps } from './minted-certificate';
export { NotificationTopic, type NotificationTopicProps } from './notification-topic';
export {
  type ClaimPolicyOptions,
  type IProvisioningTemplate,
  type ProvisionedThing,
  ProvisioningTemplate,
  type ProvisioningTemplateProps,
  ProvisioningTemplateType,
} from './provisioning-template';
export { CertificateField, ProvisioningValue } from './provisioning-value';
export { type IThing, Thing, type ThingCertificateOptions, type ThingProps } from './thing';
export { type IThingGroup, ThingGroup, type ThingGroupProps } from './thing-group';
export { type IThingType, type PropagatedAttribute, ThingType, type ThingTypeProps } from './thing-type';
export { type ITopicRule, TopicRule, type TopicRuleProps } from './topic-rule';
export type { ITopicRuleAction, ITopicRuleBinding, TopicRuleActionConfig } from './topic-rule-action';
export { TopicRuleAlarms, type TopicRuleAlarmsProps } from './topic-rule-alarms';
