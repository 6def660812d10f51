import { mustBe, throwIfAny } from './errors';
import { AWS_LIMITS, EVENT_GRID_LIMITS, MQTT_LIMITS, type TopicLimits } from './limits';
import { topicNameProblem } from './topic';

/** Stands for the device's name in a topic, e.g. `clients/{device}/status`. */
export const DEVICE_PLACEHOLDER = '{device}';

/** Last-will presence, said once for both clouds. */
export interface LwtOptions {
  /**
   * Topic of the will. `{device}` in it stands for the device: on AWS it becomes
   * `${iot:Connection.Thing.ThingName}`, on Azure `${client.authenticationName}`. A topic without `{device}` is
   * shared: any device could then report another one's death.
   * @default - chosen by the stack
   */
  readonly willTopic?: string;
  /** Quality of service of the will: 0 or 1. @default 1 */
  readonly willQos?: 0 | 1;
  /** Whether the will is kept as the topic's retained message. @default false */
  readonly willRetain?: boolean;
  /**
   * Seconds that the broker waits before it publishes the will, from 0 to 4294967295 (Azure: 300).
   * AWS IoT Core does not document the will delay interval and publishes at once.
   * @default 0
   */
  readonly willDelaySeconds?: number;
  /** Topic on which a device says that it is connected; may hold `{device}`. @default - none */
  readonly connectedTopic?: string;
  /** Topic to which the will is republished once the alarm has been raised; may hold `{device}`. @default - none */
  readonly executedTopic?: string;
  /** Whom to tell: e-mail addresses on AWS; Azure needs a notification path and refuses addresses alone. @default - nobody */
  readonly notify?: readonly string[];
}

/** The clouds that last-will presence can be declared on. */
export type Cloud = 'aws' | 'azure';

/** {@link LwtOptions} with every value that has a default of its own filled in. */
export type ResolvedLwtOptions = LwtOptions & Required<Pick<LwtOptions, 'willQos' | 'willRetain' | 'willDelaySeconds'>>;

/** What a validation needs to know of its surroundings. */
export interface LwtValidationContext {
  readonly cloud: Cloud;
  /** Tells values that are only known at deployment (CDK tokens); they are not checked. @default - every value is checked */
  readonly isUnresolved?: (value: unknown) => boolean;
}

/**
 * Checks the options against MQTT and the cloud's limits and fills in the defaults.
 * @throws LastwillError OPTION_INVALID that names every prop, rule and value that is wrong.
 */
export function resolveLwtOptions(options: LwtOptions, context: LwtValidationContext): ResolvedLwtOptions {
  throwIfAny('OPTION_INVALID', lwtOptionProblems(options, context));
  return {
    ...options,
    willQos: options.willQos ?? 1,
    willRetain: options.willRetain ?? false,
    willDelaySeconds: options.willDelaySeconds ?? 0,
  };
}

/** Renders `{device}` in a topic as the device's name or as the cloud's variable for it. */
export function renderDevice(topic: string, device: string): string {
  return topic.replaceAll(DEVICE_PLACEHOLDER, device);
}

/** True when every device has a topic of its own. */
export function isPerDevice(topic: string): boolean {
  return topic.includes(DEVICE_PLACEHOLDER);
}

/** The topic filter that matches the topic of every device: the level that holds `{device}` becomes `+`. */
export function everyDeviceFilter(topic: string): string {
  return topic
    .split('/')
    .map((level) => (level.includes(DEVICE_PLACEHOLDER) ? '+' : level))
    .join('/');
}

/** What is wrong with the options, each problem worded `<prop> must be <rule>, got <value>`. */
export function lwtOptionProblems(options: LwtOptions, context: LwtValidationContext): string[] {
  const isUnresolved = context.isUnresolved ?? (() => false);
  const limits: TopicLimits = context.cloud === 'aws' ? AWS_LIMITS.topic : EVENT_GRID_LIMITS.topic;
  const delayLimit =
    context.cloud === 'azure' ? EVENT_GRID_LIMITS.maximumWillDelaySeconds : MQTT_LIMITS.maximumWillDelaySeconds;
  const topics = (['willTopic', 'connectedTopic', 'executedTopic'] as const).map((prop) =>
    check(options[prop], isUnresolved, (topic) => topicProblem(prop, topic, limits)),
  );
  return [
    ...topics,
    check(options.willQos, isUnresolved, (qos) =>
      qos === 0 || qos === 1 ? undefined : mustBe('willQos', '0 or 1', qos),
    ),
    check(options.willDelaySeconds, isUnresolved, (seconds) =>
      Number.isInteger(seconds) && seconds >= 0 && seconds <= delayLimit
        ? undefined
        : mustBe('willDelaySeconds', `an integer from 0 to ${delayLimit}`, seconds),
    ),
    ...notifyProblems(options.notify ?? [], isUnresolved),
  ].filter((problem) => problem !== undefined);
}

function notifyProblems(
  addresses: readonly string[],
  isUnresolved: (value: unknown) => boolean,
): (string | undefined)[] {
  if (isUnresolved(addresses)) return ['notify must be known at synth one by one: every address becomes a resource'];
  return addresses.map((address, index) =>
    check(address, isUnresolved, (text) => emailProblem(`notify[${index}]`, text)),
  );
}

function check<T>(
  value: T | undefined,
  isUnresolved: (value: unknown) => boolean,
  problem: (value: T) => string | undefined,
): string | undefined {
  return value === undefined || isUnresolved(value) ? undefined : problem(value);
}

function topicProblem(prop: string, topic: string, limits: TopicLimits): string | undefined {
  const rest = topic.replaceAll(DEVICE_PLACEHOLDER, 'x');
  const rule =
    topicNameProblem(rest, limits) ??
    (rest.startsWith('$') ? 'a topic that does not start with $, which the cloud reserves' : undefined) ??
    (/[{}]/.test(rest) ? `free of braces other than ${DEVICE_PLACEHOLDER}` : undefined);
  return rule === undefined ? undefined : mustBe(prop, rule, topic);
}

// One @, something on both sides, a dot in the domain, no blanks: SNS does not check more before it writes to it.
const EMAIL = /^[^\s@<>,;"]+@[^\s@<>,;".]+(\.[^\s@<>,;".]+)+$/;

function emailProblem(prop: string, address: string): string | undefined {
  return EMAIL.test(address) && address.length <= 254 ? undefined : mustBe(prop, 'an e-mail address', address);
}
