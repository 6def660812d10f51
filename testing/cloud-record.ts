import type { EngineObserver } from '../local/engine-observer';
import type { StampedEntry } from '../local/event-log';
import type { BrokerEvent, MessageProperties, Origin } from '../local/ports';
import type { RuleEvent } from '../local/rules/ports';
import type { RuleDescription } from '../local/rules/rule-engine';
import type { Clock } from '../presence/clock';
import type { Cloud } from '../presence/lwt-options';
import { matchesTopic } from '../presence/topic';
import { type ReadablePayload, readablePayload } from './payload';

/** A message that the cloud accepted: from a device, a will, a rule or the cloud itself. */
export interface PublishedMessage extends ReadablePayload {
  readonly cloud: Cloud;
  readonly topic: string;
  readonly qos: 0 | 1 | 2;
  readonly retain: boolean;
  readonly properties: MessageProperties;
  readonly origin: Origin['kind'];
  /** @default - no MQTT client stands behind the message */
  readonly clientId?: string;
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly time: number;
}

/** Something that the cloud refused, and why. */
export interface Refusal {
  readonly cloud: Cloud;
  readonly clientId: string;
  readonly operation: 'connect' | 'publish' | 'subscribe' | 'receive';
  readonly topic?: string;
  /** The MQTT reason code. */
  readonly reasonCode?: number;
  /** One sentence that says what was asked and what forbids it or that nothing allows it. */
  readonly reason: string;
  /** AWS: the action, e.g. `iot:Publish`. */
  readonly action?: string;
  /** AWS: the full ARN. Azure: topic or topic filter. */
  readonly resource?: string;
  /** AWS: the statement that denied, or that came nearest. */
  readonly statement?: string;
  /** Azure: the topic template or permission binding that came nearest. */
  readonly template?: string;
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly time: number;
}

/** One message that a rule looked at. */
export type RuleEvaluation = Omit<Extract<RuleEvent, { kind: 'rule' }>, 'kind' | 'ruleName'>;

/** One attempt of an action of a rule. */
export type RuleActionRun = Omit<Extract<RuleEvent, { kind: 'action' }>, 'kind' | 'ruleName' | 'payload'> &
  Partial<ReadablePayload>;

/** A rule of the templates and what it has done so far. */
export interface RuleReport extends RuleDescription {
  readonly evaluations: readonly RuleEvaluation[];
  readonly actions: readonly RuleActionRun[];
}

/** Writes down what happens in an engine. */
export class CloudRecord implements EngineObserver {
  readonly events: StampedEntry[] = [];
  readonly messages: PublishedMessage[] = [];
  readonly refusals: Refusal[] = [];
  /** Grows with everything that is written down. */
  count = 0;
  readonly #ruleEvents: RuleEvent[] = [];

  constructor(private readonly clock: Clock) {}

  readonly event = (entry: StampedEntry): void => {
    this.count++;
    this.events.push(entry);
  };

  broker(cloud: Cloud, event: BrokerEvent): void {
    this.count++;
    if (event.kind === 'publish') this.#publish(cloud, event);
    else if (event.kind === 'refused') this.#refused(cloud, event);
  }

  rule(event: RuleEvent): void {
    this.count++;
    this.#ruleEvents.push(event);
  }

  /** The rules with what they did. */
  rulesOf(descriptions: readonly RuleDescription[]): RuleReport[] {
    return descriptions.map((description) => ({
      ...description,
      evaluations: this.#ruleEvents.flatMap((event) => {
        if (event.kind !== 'rule' || event.ruleName !== description.name) return [];
        const { kind: _kind, ruleName: _name, ...evaluation } = event;
        return [evaluation];
      }),
      actions: this.#ruleEvents.flatMap((event) => {
        if (event.kind !== 'action' || event.ruleName !== description.name) return [];
        const { kind: _kind, ruleName: _name, payload, ...run } = event;
        return [{ ...run, ...(payload === undefined ? {} : readablePayload(payload)) }];
      }),
    }));
  }

  /** The messages whose topic the filter matches, in order. */
  messagesTo(filter: string): PublishedMessage[] {
    return this.messages.filter(({ topic, cloud }) =>
      matchesTopic(filter, topic, { hashMatchesParent: cloud !== 'aws' }),
    );
  }

  #publish(cloud: Cloud, { message, origin }: Extract<BrokerEvent, { kind: 'publish' }>): void {
    const { payload, ...rest } = message;
    this.messages.push({
      cloud,
      ...rest,
      ...readablePayload(payload),
      origin: origin.kind,
      ...(origin.clientId === undefined ? {} : { clientId: origin.clientId }),
      time: this.clock.now(),
    });
  }

  #refused(cloud: Cloud, event: Extract<BrokerEvent, { kind: 'refused' }>): void {
    const { clientId, operation, topic, reasonCode, explanation } = event;
    this.refusals.push({
      cloud,
      clientId,
      operation,
      ...(topic === undefined ? {} : { topic }),
      ...(reasonCode === undefined ? {} : { reasonCode }),
      ...explanation,
      time: this.clock.now(),
    });
  }
}
