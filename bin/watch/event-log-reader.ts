import { DISCONNECT_REASONS } from '../../local/aws/disconnect-reasons';
import { DISCONNECTION_REASONS } from '../../local/azure/lifecycle';
import type { Cloud } from '../../presence/lwt-options';
import type { PresenceSignal } from '../../presence/presence-signal';

/** What is read of a line of `events.ndjson`; lines of other types have more and less. */
interface EventLine {
  readonly time: string;
  readonly cloud: Cloud;
  readonly type: string;
  readonly clientId: string;
  readonly principal?: string;
  readonly sessionId?: string;
  readonly cause?: string;
  readonly operation?: string;
  readonly reason?: string;
  readonly topic?: string;
  readonly outcome?: string;
}

const REASONS: Readonly<Record<Cloud, Readonly<Record<string, string>>>> = {
  aws: DISCONNECT_REASONS,
  azure: DISCONNECTION_REASONS,
};

/** The lines that tell of presence, so that the others need not be parsed. */
const TELLING = /"type":"(?:connect|disconnect|refused|will)"/;

/** Reads presence from the event log of the embedded cloud, line by line. */
export class EventLogReader {
  #connections = 0;
  /** Which connection a session id belongs to: a takeover is logged after the connection that takes over. */
  readonly #open = new Map<string, number>();

  /** @param startedAt what is older, in milliseconds since 1970, is of an embedded cloud that ran before. */
  constructor(
    private readonly cloud: Cloud,
    private readonly startedAt: number,
  ) {}

  /** What a line tells; `undefined` when it tells nothing of presence. */
  read(line: string): { readonly signal: PresenceSignal; readonly at: number } | undefined {
    const event = TELLING.test(line) ? parseEvent(line) : undefined;
    if (event === undefined || event.cloud !== this.cloud) return undefined;
    const at = Date.parse(event.time);
    if (!(at >= this.startedAt)) return undefined;
    const signal = this.#signal(event, at);
    return signal === undefined ? undefined : { signal, at };
  }

  #signal(event: EventLine, at: number): PresenceSignal | undefined {
    const { sessionId = '', cause = '', topic = '' } = event;
    // On Azure the client id is the name of a session; who it is of is the authentication name.
    const device = this.cloud === 'azure' ? (event.principal ?? event.clientId) : event.clientId;
    if (event.type === 'connect') {
      const version = ++this.#connections;
      this.#open.set(sessionId, version);
      return { kind: 'lifecycle', event: 'connected', device, at, version, reason: 'event log' };
    }
    if (event.type === 'disconnect') {
      const version = this.#open.get(sessionId);
      this.#open.delete(sessionId);
      const reason = REASONS[this.cloud][cause] ?? cause;
      return { kind: 'lifecycle', event: 'disconnected', device, at, version: version ?? 0, reason };
    }
    if (event.type === 'refused' && event.operation === 'connect') {
      return { kind: 'lifecycle', event: 'connect_failed', device, at, reason: event.reason ?? 'refused' };
    }
    if (event.type !== 'will' || event.outcome !== 'published') return undefined;
    return { kind: 'message', says: 'offline', device, topic, isWill: true, retained: false };
  }
}

function parseEvent(line: string): EventLine | undefined {
  try {
    const value = JSON.parse(line) as Partial<EventLine> | null;
    const isOfClient = typeof value?.clientId === 'string' && typeof value.time === 'string';
    return isOfClient ? (value as EventLine) : undefined;
  } catch {
    // A line that is still being written, or was cut off.
    return undefined;
  }
}
