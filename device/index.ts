export {
  type ConnectionInfo,
  DeviceAgent,
  type DeviceAgentEvents,
  type DeviceAgentParts,
  type RequestOptions,
} from './agent';
export type {
  DeviceAgentOptions,
  OfflineQueueOptions,
  Pem,
  PresenceMessage,
  Target,
  TlsOptions,
  WillOptions,
} from './agent-options';
export type { AwsCredentials, AwsSignatureOptions } from './aws-signature';
export type { BackOffOptions } from './back-off';
export type { Verdict } from './connector';
export { type Endpoint, formatEndpoint, type Scheme } from './endpoint';
export {
  FLEET_WILL_TOPIC,
  Fleet,
  type FleetOptions,
  type FleetProgress,
  type FleetReport,
} from './fleet/fleet';
export type { Latency, LedgerReport, LifeEnd, WillReport } from './fleet/ledger';
export { type ChurnRates, type FleetProfile, type Outage, parseFleetProfile } from './fleet/profile';
export type { IncomingMessage, MessageProperties, Payload, PublishOptions, Qos } from './message';
export { type Decision, describeReason, type ReasonCode, reasonCode } from './reason-codes';
export { targetOfEndpoint } from './resolved-options';
export { DEVICE_SCENARIOS } from './scenarios';
export {
  type DeviceScenario,
  SCENARIO_TIMINGS,
  type ScenarioReporter,
  type ScenarioStep,
  type ScenarioTimings,
  type Stage,
} from './scenarios/scenario';
export { SecureContexts } from './secure-contexts';
