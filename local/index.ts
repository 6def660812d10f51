export type { AwsOptions } from './aws-cloud';
export type { AzureOptions } from './azure-cloud';
export { Engine, type EngineListenOptions, type EngineOptions, type RunningClouds } from './engine';
export type { LogEntry, LogEntryType, StampedEntry } from './event-log';
export {
  type Acknowledgement,
  InProcessClient,
  type InProcessConnectOptions,
  type InProcessMessage,
  type ReceivedMessage,
} from './in-process-client';
export type { CaughtEmail } from './mailbox';
export type { RunningCloud, RunningIdentity } from './state/running-file';
export type { TemplateSource } from './template/cloudformation';
