import { Device } from './device';
import { LocalCloud } from './local-cloud';
import type { ReadablePayload } from './payload';
import { storyOf } from './story';

/** What an e-mail must hold: text that it contains, or an expression that it matches. */
export interface EmailExpectation {
  /** @default - any */
  readonly subject?: string | RegExp;
  /** @default - any */
  readonly text?: string | RegExp;
}

/** What a refusal must be. Every field is optional; what is given must hold. */
export interface RefusalExpectation {
  readonly clientId?: string;
  readonly operation?: 'connect' | 'publish' | 'subscribe' | 'receive';
  readonly topic?: string;
  /** AWS, e.g. `iot:Publish`. */
  readonly action?: string;
  readonly resource?: string | RegExp;
  /** Text that the reason contains, or an expression that it matches. */
  readonly reason?: string | RegExp;
}

/**
 * The types of the matchers, for the interface `Matchers` of a test framework.
 *
 * @example
 * declare module 'vitest' {
 *   interface Matchers<T> extends LastwillMatchers<T> {}
 * }
 */
export interface LastwillMatchers<R> {
  /** An e-mail went to this address. @param expected what it must hold. @default - any */
  toHaveEmailed(to: string, expected?: EmailExpectation): R;
  /**
   * A message was published on a topic that the filter matches: by a device, a will, a rule or the cloud.
   * @param payload text, a regular expression on the text, or a value that the JSON must equal. @default - any
   */
  toHavePublished(filter: string, payload?: unknown): R;
  /** Something was refused. @param expected every field that is given must hold. @default - anything */
  toHaveRefused(expected?: RefusalExpectation): R;
  /** A device received a message on exactly this topic. @param payload as for `toHavePublished`. @default - any */
  toHaveReceived(topic: string, payload?: unknown): R;
}

/** The outcome of a matcher, as `expect.extend` wants it. */
export interface MatcherResult {
  readonly pass: boolean;
  message(): string;
}

/** As much of the test framework as the matchers use: its deep equality. */
interface MatcherContext {
  equals(actual: unknown, expected: unknown): boolean;
}

/**
 * Matchers for `expect.extend` of jest or vitest; `lastwill/testing/matchers` registers them with jest by itself.
 *
 * @example
 * expect.extend(lastwillMatchers);
 * expect(cloud).toHaveEmailed('support@example.com', { text: 'lwtThing' });
 */
export const lastwillMatchers = {
  /** An e-mail went to this address. */
  toHaveEmailed(received: unknown, to: string, expected: EmailExpectation = {}): MatcherResult {
    const cloud = asCloud(received, 'toHaveEmailed');
    const sent = cloud.emails.filter((email) => email.to === to);
    const pass = sent.some(({ subject, text }) => holds(subject, expected.subject) && holds(text, expected.text));
    return result(cloud, pass, `e-mailed ${to}${described(expected)}`);
  },

  /** A message was published on a topic that the filter matches: by a device, a will, a rule or the cloud. */
  toHavePublished(
    this: MatcherContext,
    received: unknown,
    filter: string,
    ...payload: [expected?: unknown]
  ): MatcherResult {
    const cloud = asCloud(received, 'toHavePublished');
    const pass = cloud.messages(filter).some((message) => hasPayload(this, message, payload));
    return result(cloud, pass, `published on ${filter}${payload.length === 0 ? '' : `: ${shown(payload[0])}`}`);
  },

  /** Something was refused. */
  toHaveRefused(received: unknown, expected: RefusalExpectation = {}): MatcherResult {
    const cloud = asCloud(received, 'toHaveRefused');
    const pass = cloud.refusals.some(
      (refusal) =>
        same(refusal.clientId, expected.clientId) &&
        same(refusal.operation, expected.operation) &&
        same(refusal.topic, expected.topic) &&
        same(refusal.action, expected.action) &&
        holds(refusal.resource ?? '', expected.resource) &&
        holds(refusal.reason, expected.reason),
    );
    return result(cloud, pass, `refused something${described(expected)}`);
  },

  /** A device received a message on exactly this topic. */
  toHaveReceived(
    this: MatcherContext,
    received: unknown,
    topic: string,
    ...payload: [expected?: unknown]
  ): MatcherResult {
    const device = asDevice(received);
    const arrived = device.received.filter((message) => message.topic === topic);
    const pass = arrived.some((message) => hasPayload(this, message, payload));
    const what = `received ${topic}${payload.length === 0 ? '' : `: ${shown(payload[0])}`}`;
    const all = device.received.map((message) => `  ${message.topic}: ${message.text}`);
    return {
      pass,
      message: () =>
        `expected ${device.clientId} ${pass ? 'not ' : ''}to have ${what}\n\nit received:\n${all.join('\n') || '  nothing'}`,
    };
  },
};

function asCloud(received: unknown, matcher: string): LocalCloud {
  if (received instanceof LocalCloud) return received;
  throw new TypeError(`${matcher} must be asked of a LocalCloud, got ${typeof received}`);
}

function asDevice(received: unknown): Device {
  if (received instanceof Device) return received;
  throw new TypeError(`toHaveReceived must be asked of a device of a LocalCloud, got ${typeof received}`);
}

function result(cloud: LocalCloud, pass: boolean, what: string): MatcherResult {
  return { pass, message: () => `expected the cloud ${pass ? 'not ' : ''}to have ${what}\n\n${storyOf(cloud)}` };
}

function same<T>(actual: T | undefined, expected: T | undefined): boolean {
  return expected === undefined || actual === expected;
}

function holds(actual: string, expected: string | RegExp | undefined): boolean {
  if (expected === undefined) return true;
  return typeof expected === 'string' ? actual.includes(expected) : matches(actual, expected);
}

/** Text is compared as text, everything else as JSON; a regular expression must match the text. */
function hasPayload(context: MatcherContext, message: ReadablePayload, payload: readonly unknown[]): boolean {
  if (payload.length === 0) return true;
  const [expected] = payload;
  if (expected instanceof RegExp) return matches(message.text, expected);
  if (Buffer.isBuffer(expected)) return expected.equals(message.payload);
  if (typeof expected === 'string') return message.text === expected;
  return context.equals(message.json, expected) || context.equals(message.text, expected);
}

/** Unlike `test()`, does not depend on where a global expression matched last. */
function matches(text: string, expression: RegExp): boolean {
  return text.search(expression) >= 0;
}

function described(expected: object): string {
  const parts = Object.entries(expected).map(([name, value]) => `${name} ${shown(value)}`);
  return parts.length === 0 ? '' : ` with ${parts.join(', ')}`;
}

function shown(value: unknown): string {
  if (value instanceof RegExp || typeof value === 'function') return String(value);
  return typeof value === 'string' ? `'${value}'` : (JSON.stringify(value, asymmetric) ?? String(value));
}

/** Matchers such as `expect.any(Number)` say what they look for. */
function asymmetric(_key: string, value: unknown): unknown {
  if (value instanceof RegExp) return String(value);
  if (typeof value !== 'object' || value === null || !('asymmetricMatch' in value)) return value;
  const { toAsymmetricMatcher, sample } = value as { toAsymmetricMatcher?: () => string; sample?: unknown };
  const words = toAsymmetricMatcher?.call(value) ?? String(value);
  return typeof sample === 'object' ? { [words]: sample } : words;
}
