export { ManualClock } from '../presence/clock';
export { LastwillError } from '../presence/errors';
export type { PublishedMessage, Refusal, RuleActionRun, RuleEvaluation, RuleReport } from './cloud-record';
export type { ConnectOptions } from './connect-options';
export type { DeployOptions } from './deploy-options';
export type { Deployable } from './deployable';
export { type DeliveredMessage, Device, type PublishOptions } from './device';
export type { SentEmail } from './email';
export { Faults } from './faults';
export {
  type EmailExpectation,
  type LastwillMatchers,
  lastwillMatchers,
  type MatcherResult,
  type RefusalExpectation,
} from './lastwill-matchers';
export { LocalCloud } from './local-cloud';
export type { Payload, ReadablePayload } from './payload';
export type { RoutedEvent } from './routed-event';
