import type { Cloud } from '../presence/lwt-options';
import type { BrokerEvent } from './broker/ports';
import type { RuleEvent } from './rules/ports';

/** Hears what brokers and rules do as they say it themselves, more than the event log shows. */
export interface EngineObserver {
  broker?(cloud: Cloud, event: BrokerEvent): void;
  rule?(event: RuleEvent): void;
}
