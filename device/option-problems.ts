import { mustBe } from '../presence/errors';
import { AWS_LIMITS, EVENT_GRID_LIMITS, MQTT_LIMITS, type TopicLimits } from '../presence/limits';
import { topicNameProblem } from '../presence/topic';
import { withWillSession } from '../presence/will-payload';
import type { DeviceAgentOptions, PresenceMessage, Target } from './agent-options';
import { encodePayload, type MessageProperties } from './message';

type Problems = readonly (string | undefined)[];

/** The limits of a target that concern a client. */
interface TargetLimits {
  readonly topic: TopicLimits;
  readonly maximumQos: number;
  readonly maximumClientIdBytes: number;
  readonly maximumWillDelaySeconds: number;
  readonly maximumSessionExpirySeconds: number;
}

/** What each target accepts. */
export const TARGET_LIMITS: Readonly<Record<Target, TargetLimits>> = {
  mqtt: {
    topic: MQTT_LIMITS.topic,
    maximumQos: 2,
    maximumClientIdBytes: 65_535,
    maximumWillDelaySeconds: MQTT_LIMITS.maximumWillDelaySeconds,
    maximumSessionExpirySeconds: MQTT_LIMITS.sessionNeverExpiresSeconds,
  },
  aws: {
    topic: AWS_LIMITS.topic,
    maximumQos: AWS_LIMITS.maximumQos,
    maximumClientIdBytes: AWS_LIMITS.maximumClientIdBytes,
    maximumWillDelaySeconds: MQTT_LIMITS.maximumWillDelaySeconds,
    maximumSessionExpirySeconds: AWS_LIMITS.maximumSessionExpirySeconds,
  },
  azure: {
    topic: EVENT_GRID_LIMITS.topic,
    maximumQos: EVENT_GRID_LIMITS.maximumQos,
    maximumClientIdBytes: 128,
    maximumWillDelaySeconds: EVENT_GRID_LIMITS.maximumWillDelaySeconds,
    maximumSessionExpirySeconds: EVENT_GRID_LIMITS.maximumSessionExpiryHours * 3_600,
  },
};

/** Everything that is wrong with the options except the endpoint and the contents of files. */
export function optionProblems(options: DeviceAgentOptions, target: Target): string[] {
  const limits = TARGET_LIMITS[target];
  const version = options.protocolVersion ?? 5;
  return [
    clientIdProblem(options, limits),
    oneOf('protocolVersion', options.protocolVersion, [4, 5]),
    integer('keepAliveSeconds', options.keepAliveSeconds, 0, MQTT_LIMITS.maximumKeepAliveSeconds),
    integer('sessionExpirySeconds', options.sessionExpirySeconds, 0, limits.maximumSessionExpirySeconds),
    positive('connectTimeoutSeconds', options.connectTimeoutSeconds),
    positive('acknowledgementTimeoutSeconds', options.acknowledgementTimeoutSeconds),
    ...tlsProblems(options),
    ...presenceMessageProblems('will', options.will, target, version),
    integer('will.delaySeconds', options.will?.delaySeconds, 0, limits.maximumWillDelaySeconds),
    version === 4 ? needsVersion5('will.delaySeconds', options.will?.delaySeconds) : undefined,
    version === 4 ? needsVersion5('sessionExpirySeconds', options.sessionExpirySeconds) : undefined,
    ...presenceMessageProblems('birth', options.birth, target, version),
    ...presenceMessageProblems('offline', options.offline, target, version),
    ...backOffProblems(options),
    integer('offlineQueue.maximumMessages', options.offlineQueue?.maximumMessages, 0, Number.MAX_SAFE_INTEGER),
    positive('offlineQueue.expirySeconds', options.offlineQueue?.expirySeconds),
  ].filter((problem) => problem !== undefined);
}

/** What is wrong with a message that is to be published. `name` is written before each property, e.g. `will.`. */
export function messageProblems(
  name: string,
  message: { readonly topic: string; readonly qos?: number; readonly topicAlias?: number } & MessageProperties,
  target: Target,
  version: 4 | 5,
): Problems {
  const limits = TARGET_LIMITS[target];
  const aliasAlone = message.topic === '' && message.topicAlias !== undefined;
  const rule = aliasAlone ? undefined : topicNameProblem(message.topic, limits.topic);
  const qosRule = limits.maximumQos === 2 ? '0, 1 or 2' : '0 or 1';
  const qosIsRight = message.qos === undefined || [0, 1, 2].slice(0, limits.maximumQos + 1).includes(message.qos);
  return [
    rule === undefined ? undefined : mustBe(`${name}topic`, rule, message.topic),
    qosIsRight ? undefined : mustBe(`${name}qos`, qosRule, message.qos),
    integer(`${name}messageExpirySeconds`, message.messageExpirySeconds, 0, 4_294_967_295),
    ...(version === 4 ? propertiesNeedVersion5(name, message) : []),
  ];
}

const VERSION_5_PROPERTIES = [
  'contentType',
  'payloadIsUtf8',
  'responseTopic',
  'correlationData',
  'messageExpirySeconds',
  'userProperties',
  'topicAlias',
] as const;

function propertiesNeedVersion5(name: string, message: object): Problems {
  return VERSION_5_PROPERTIES.filter((property) => (message as Record<string, unknown>)[property] !== undefined).map(
    (property) => `${name}${property} must be left out with protocolVersion 4: MQTT 3.1.1 has no such property`,
  );
}

function needsVersion5(name: string, seconds: number | undefined): string | undefined {
  return seconds === undefined || seconds === 0 ? undefined : mustBe(name, '0 with protocolVersion 4', seconds);
}

function clientIdProblem({ clientId, protocolVersion }: DeviceAgentOptions, limits: TargetLimits): string | undefined {
  if (typeof clientId !== 'string') return mustBe('clientId', 'text', clientId);
  if (clientId === '' && protocolVersion === 4)
    return mustBe('clientId', 'at least one character with protocolVersion 4', clientId);
  const fits = Buffer.byteLength(clientId) <= limits.maximumClientIdBytes && !clientId.includes('\u0000');
  return fits ? undefined : mustBe('clientId', `at most ${limits.maximumClientIdBytes} bytes without null`, clientId);
}

function tlsProblems({ tls }: DeviceAgentOptions): Problems {
  return [
    tls?.certificate !== undefined && tls.privateKey === undefined
      ? 'tls.privateKey must be given with tls.certificate: a certificate proves nothing without its key'
      : undefined,
    tls?.privateKey !== undefined && tls.certificate === undefined
      ? 'tls.certificate must be given with tls.privateKey: a key alone says nothing about who the device is'
      : undefined,
  ];
}

function presenceMessageProblems(
  name: string,
  message: PresenceMessage | undefined,
  target: Target,
  version: 4 | 5,
): Problems {
  if (message === undefined) return [];
  const stampable =
    message.stampSession !== true ||
    withWillSession(encodePayload(message.payload).toString(), { sessionId: '', connectedAt: 0 }) !== undefined;
  return [
    ...messageProblems(`${name}.`, message, target, version),
    stampable ? undefined : `${name}.payload must be a JSON object when ${name}.stampSession is set`,
  ];
}

function backOffProblems({ backOff }: DeviceAgentOptions): Problems {
  const base = backOff?.baseMilliseconds;
  const maximum = backOff?.maximumMilliseconds;
  return [
    integer('backOff.baseMilliseconds', base, 1, 3_600_000),
    integer('backOff.maximumMilliseconds', maximum, base ?? 1_000, 86_400_000),
    integer('backOff.stableAfterMilliseconds', backOff?.stableAfterMilliseconds, 0, 86_400_000),
  ];
}

function integer(name: string, value: number | undefined, from: number, to: number): string | undefined {
  if (value === undefined || (Number.isInteger(value) && value >= from && value <= to)) return undefined;
  return mustBe(
    name,
    to === Number.MAX_SAFE_INTEGER ? `an integer from ${from}` : `an integer from ${from} to ${to}`,
    value,
  );
}

function positive(name: string, value: number | undefined): string | undefined {
  return value === undefined || (Number.isFinite(value) && value > 0)
    ? undefined
    : mustBe(name, 'a number above 0', value);
}

function oneOf<T>(name: string, value: T | undefined, allowed: readonly T[]): string | undefined {
  return value === undefined || allowed.includes(value) ? undefined : mustBe(name, allowed.join(' or '), value);
}
