import { DEVICE_PLACEHOLDER, everyDeviceFilter } from './lwt-options';
import { matchesTopic } from './topic';
import type { WillSession } from './will-payload';

/** Topics on which AWS IoT Core says who connects and who is gone; never retained. */
export const LIFECYCLE_FILTER = '$aws/events/presence/#';

/** What a device, or the broker for it, says: it is there, or it is gone. */
export interface PresenceMessageSignal {
  readonly kind: 'message';
  readonly says: 'online' | 'offline';
  readonly device: string;
  readonly topic: string;
  /** Whether it says of itself that it is a last will. */
  readonly isWill: boolean;
  /** The connection that it belongs to, where it says so. */
  readonly session?: WillSession;
  /** Whether the broker kept it for whoever subscribes: it is then older than the subscription. */
  readonly retained: boolean;
}

/** What AWS IoT Core says about a connection. */
export interface LifecycleSignal {
  readonly kind: 'lifecycle';
  readonly event: 'connected' | 'disconnected' | 'connect_failed';
  readonly device: string;
  /** Milliseconds since 1970-01-01T00:00:00Z, by the broker's clock. */
  readonly at: number;
  /** Counts the connections of a client id; the same for the beginning and the end of one. */
  readonly version?: number;
  /** Why it ended or failed, e.g. `CONNECTION_LOST`; for one that stands, who says so. */
  readonly reason?: string;
}

/** What a message tells of a device's presence. */
export type PresenceSignal = PresenceMessageSignal | LifecycleSignal;

/** Topics on which presence is told. */
export interface PresenceTopic {
  /** A topic filter in which `{device}` may stand for the device's name: as a level or as a part of one. */
  readonly filter: string;
  /** What every message there says. @default - what its payload says */
  readonly says?: 'online' | 'offline';
}

/** What can be known before the first message. */
export interface PresenceReading {
  readonly topics: readonly PresenceTopic[];
  /** Names of devices: a topic level that is one of them names the device. @default - none */
  readonly names?: ReadonlySet<string>;
}

/** A message as a subscriber gets it. */
interface ReceivedMessage {
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly retain: boolean;
}

type Json = Readonly<Record<string, unknown>>;

const WORDS: Readonly<Record<string, 'online' | 'offline'>> = {
  online: 'online',
  connected: 'online',
  alive: 'online',
  offline: 'offline',
  disconnected: 'offline',
  lost: 'offline',
  dead: 'offline',
};
const WORD_KEYS = ['state', 'status', 'presence', 'message'];
const FLAG_KEYS = ['online', 'connected'];
const DEVICE_KEYS = ['client_id', 'clientId', 'device', 'device_id', 'deviceId', 'thingName'];

/**
 * Reads what a message tells of presence: a lifecycle event of AWS IoT Core, or a birth, a goodbye or a last will of a
 * device. Understood are payloads whose `state.reported.last_will` is `yes`, JSON objects with `state`, `status`,
 * `presence` or `message` (`online`, `connected`, `alive`; `offline`, `disconnected`, `lost`, `dead`) or a boolean `online` or
 * `connected`, and those words as plain text. The device is the `{device}` of the topic; else the topic level that is a
 * known name; else what the payload names.
 * @returns `undefined` for a message that tells nothing of the presence of a known device.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/life-cycle-events.html
 */
export function readPresenceSignal(message: ReceivedMessage, reading: PresenceReading): PresenceSignal | undefined {
  const text = new TextDecoder().decode(message.payload);
  const json = parseObject(text);
  if (message.topic.startsWith('$aws/events/presence/')) return readLifecycleEvent(message.topic, json);
  const matching = reading.topics.filter(({ filter }) => matchesTopic(everyDeviceFilter(filter), message.topic));
  const bodies = json === undefined ? [] : [json, ...reportedState(json)];
  const says = matching.find((topic) => topic.says !== undefined)?.says ?? saysOf(text, bodies);
  const device = deviceOf(message.topic, matching, bodies, reading.names);
  if (says === undefined || device === undefined) return undefined;
  const session = sessionOf(json);
  return {
    kind: 'message',
    says,
    device,
    topic: message.topic,
    isWill: bodies.some(isWill),
    ...(session === undefined ? {} : { session }),
    retained: message.retain,
  };
}

function readLifecycleEvent(topic: string, json: Json | undefined): LifecycleSignal | undefined {
  const event = topic.split('/')[3];
  if (event !== 'connected' && event !== 'disconnected' && event !== 'connect_failed') return undefined;
  if (typeof json?.clientId !== 'string' || typeof json.timestamp !== 'number') return undefined;
  const reason = json.disconnectReason ?? json.connectFailureReason;
  return {
    kind: 'lifecycle',
    event,
    device: json.clientId,
    at: json.timestamp,
    ...(typeof json.versionNumber === 'number' ? { version: json.versionNumber } : {}),
    ...(typeof reason === 'string' ? { reason } : {}),
  };
}

function saysOf(text: string, bodies: readonly Json[]): 'online' | 'offline' | undefined {
  if (bodies.length === 0) return word(text.trim());
  if (bodies.some(isWill)) return 'offline';
  for (const body of bodies) {
    const flag = FLAG_KEYS.map((key) => body[key]).find((value) => typeof value === 'boolean');
    if (flag !== undefined) return flag ? 'online' : 'offline';
    const said = WORD_KEYS.map((key) => word(body[key])).find((value) => value !== undefined);
    if (said !== undefined) return said;
  }
  return undefined;
}

function isWill(body: Json): boolean {
  return body.last_will === 'yes' || body.last_will === true;
}

function word(value: unknown): 'online' | 'offline' | undefined {
  if (typeof value !== 'string') return undefined;
  const text = value.toLowerCase();
  return Object.hasOwn(WORDS, text) ? WORDS[text] : undefined;
}

function deviceOf(
  topic: string,
  matching: readonly PresenceTopic[],
  bodies: readonly Json[],
  names: ReadonlySet<string> | undefined,
): string | undefined {
  const ofTopic = matching.map(({ filter }) => deviceLevel(filter, topic)).find((device) => device !== undefined);
  const known = topic.split('/').find((level) => names?.has(level) === true);
  const ofPayload = bodies
    .flatMap((body) => DEVICE_KEYS.map((key) => body[key]))
    .find((value) => typeof value === 'string' && value !== '');
  return ofTopic ?? known ?? (ofPayload as string | undefined);
}

function deviceLevel(filter: string, topic: string): string | undefined {
  const levels = filter.split('/');
  const index = levels.findIndex((level) => level.includes(DEVICE_PLACEHOLDER));
  const level = topic.split('/')[index];
  const [before, after] = (levels[index] ?? '').split(DEVICE_PLACEHOLDER);
  if (level === undefined || before === undefined || after === undefined) return undefined;
  const fits = level.length > before.length + after.length && level.startsWith(before) && level.endsWith(after);
  return fits ? level.slice(before.length, level.length - after.length) : undefined;
}

function sessionOf(json: Json | undefined): WillSession | undefined {
  const session = json?.session;
  if (!isObject(session)) return undefined;
  const { id, connected_at: connectedAt } = session;
  return typeof id === 'string' && typeof connectedAt === 'number' ? { sessionId: id, connectedAt } : undefined;
}

function reportedState({ state }: Json): Json[] {
  return isObject(state) && isObject(state.reported) ? [state.reported] : [];
}

function parseObject(text: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
