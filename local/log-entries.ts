import type { BrokerEvent } from './broker/ports';
import type { EventLog, LogEntry } from './event-log';
import type { RuleEvent } from './rules/ports';

/** Writes a line when there is one. */
export function writeIfAny(log: EventLog, entry: LogEntry | undefined): void {
  if (entry !== undefined) log.write(entry);
}

/** The line that the event log has for something the broker saw; `undefined` for what the log does not show. */
export function brokerLogEntry(event: BrokerEvent): LogEntry | undefined {
  const who = {
    // The cloud itself publishes without a client id.
    ...(event.clientId === '' ? {} : { clientId: event.clientId }),
    ...(event.principal === undefined ? {} : { principal: event.principal }),
  };
  const address = event.remoteAddress === undefined ? {} : { remoteAddress: event.remoteAddress };
  switch (event.kind) {
    case 'connect':
      return {
        type: 'connect',
        ...who,
        details: {
          ...address,
          sessionId: event.sessionId,
          sessionPresent: event.sessionPresent,
          protocolVersion: event.protocolVersion,
          keepAliveSeconds: event.keepAliveSeconds,
          ...(event.will === undefined
            ? {}
            : { willTopic: event.will.topic, willQos: event.will.qos, willRetain: event.will.retain }),
        },
      };
    case 'disconnect':
      return {
        type: 'disconnect',
        ...who,
        details: { sessionId: event.sessionId, cause: event.cause, ...reasonCode(event), ...detail(event) },
      };
    case 'refused':
      return {
        type: 'refused',
        ...who,
        ...(event.topic === undefined ? {} : { topic: event.topic }),
        decision: 'denied',
        ...event.explanation,
        details: { operation: event.operation, ...address, ...reasonCode(event) },
      };
    case 'subscribe':
    case 'unsubscribe':
      return {
        type: 'subscribe',
        ...who,
        details: { filters: event.filters, ...(event.kind === 'unsubscribe' ? { unsubscribed: true } : {}) },
      };
    case 'publish':
    case 'deliver':
      return { type: event.kind, ...who, ...messageOf(event) };
    case 'will':
      return { type: 'will', ...who, ...messageOf(event), details: { outcome: event.outcome, ...detail(event) } };
    case 'warning':
      return { type: 'warning', ...who, reason: event.detail };
    case 'drop':
      return { type: 'warning', ...who, ...messageOf(event), reason: `message not delivered: ${event.reason}` };
    default:
      return undefined;
  }
}

/** The line that the event log has for something the rule engine did; a rule that did not match has none. */
export function ruleLogEntry(event: RuleEvent): LogEntry | undefined {
  const reason = event.reason === undefined ? {} : { reason: event.reason };
  const rule = event.ruleName === undefined ? {} : { rule: event.ruleName };
  if (event.kind === 'warning') return { type: 'warning', ...reason, details: rule };
  const client = event.clientId === undefined ? {} : { clientId: event.clientId };
  if (event.kind === 'rule') {
    if (event.outcome === 'notMatched') return undefined;
    return { type: 'rule', topic: event.topic, ...client, ...reason, details: { ...rule, outcome: event.outcome } };
  }
  return {
    type: 'action',
    topic: event.topic,
    ...client,
    action: event.type,
    ...(event.resource === undefined ? {} : { resource: event.resource }),
    ...reason,
    ...(event.payload === undefined ? {} : { payload: event.payload }),
    details: {
      ...rule,
      outcome: event.outcome,
      ...(event.errorAction ? { errorAction: true } : {}),
      ...event.details,
    },
  };
}

function messageOf(event: {
  readonly message: {
    readonly topic: string;
    readonly payload: Buffer;
    readonly qos: number;
    readonly retain: boolean;
  };
}): Pick<LogEntry, 'topic' | 'payload' | 'details'> {
  const { topic, payload, qos, retain } = event.message;
  return { topic, payload, details: { qos, ...(retain ? { retain } : {}) } };
}

function reasonCode(event: { readonly reasonCode?: number }): Record<string, number> {
  return event.reasonCode === undefined ? {} : { reasonCode: event.reasonCode };
}

function detail(event: { readonly detail?: string }): Record<string, string> {
  return event.detail === undefined ? {} : { detail: event.detail };
}
