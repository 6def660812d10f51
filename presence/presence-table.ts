import type { LifecycleSignal, PresenceMessageSignal, PresenceSignal } from './presence-signal';
import type { WillSession } from './will-payload';

/** What is known of one device. */
export interface PresenceRow {
  readonly device: string;
  readonly state: 'connected' | 'disconnected' | 'refused';
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly since: number;
  /** False when the state is older than `since`: it was told by a retained message. */
  readonly exact: boolean;
  /** Why, e.g. `CONNECTION_LOST, last will on clients/pump7/status`. */
  readonly cause: string;
}

interface Connection {
  readonly version?: number;
  readonly at: number;
  readonly open: boolean;
}

interface Known {
  readonly row?: PresenceRow;
  /** The latest connection that AWS IoT Core told of. */
  readonly connection?: Connection;
  /** The latest connection that the device told of. */
  readonly session?: WillSession;
  /** Topic of a will that came while the connection was still open by what AWS IoT Core had told. */
  readonly will?: string;
}

/**
 * A smaller version number with a time stamp this much later starts a new count: AWS counts from 0 again an hour after
 * a client has disconnected, and its time stamps of two events may be off by minutes.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/life-cycle-events.html
 */
const NEW_COUNT_MILLISECONDS = 600_000;

const GRACEFUL = 'CLIENT_INITIATED_DISCONNECT';

/**
 * Who is there and who is gone, by all that was told so far. A will of a session that another one has followed is
 * ignored: AWS gives no order between a will and the next session's messages. Lifecycle events, where there are any,
 * decide; their order is that of their version numbers.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/mqtt.html#mqtt-lwt
 */
export class PresenceTable {
  readonly #known = new Map<string, Known>();

  /** Every device that something was told of, by name. */
  get rows(): readonly PresenceRow[] {
    return [...this.#known.values()]
      .flatMap(({ row }) => (row === undefined ? [] : [row]))
      .sort((left, right) => left.device.localeCompare(right.device, 'en', { numeric: true }));
  }

  /**
   * Takes in what was told.
   * @param receivedAt milliseconds since 1970-01-01T00:00:00Z
   * @returns the device's row when its state or its cause has changed.
   */
  apply(signal: PresenceSignal, receivedAt: number): PresenceRow | undefined {
    const before = this.#known.get(signal.device) ?? {};
    const after = signal.kind === 'lifecycle' ? afterEvent(before, signal) : afterMessage(before, signal, receivedAt);
    this.#known.set(signal.device, after);
    return after.row === before.row || isSame(before, after) ? undefined : after.row;
  }
}

/** A lifecycle event that confirms what a birth has told already is no news. */
function isSame(before: Known, after: Known): boolean {
  if (before.row?.state !== after.row?.state) return false;
  if (after.row?.state === 'connected') return before.connection?.open !== true;
  return before.row?.cause === after.row?.cause;
}

function afterEvent(known: Known, event: LifecycleSignal): Known {
  const { device, at, version } = event;
  if (event.event === 'connect_failed') return afterRefusal(known, event);
  if (known.connection !== undefined && isLate(known.connection, event)) return known;
  const connection = { version, at, open: event.event === 'connected' };
  if (connection.open) {
    const row = { device, state: 'connected', since: at, exact: true, cause: 'lifecycle event' } as const;
    return { session: known.session, connection, row };
  }
  const reason = event.reason ?? 'unknown reason';
  const told = known.connection === undefined ? willOf(known.row) : known.will;
  const will = reason === GRACEFUL ? undefined : told;
  const cause = will === undefined ? reason : `${reason}, ${will}`;
  return { session: known.session, connection, row: { device, state: 'disconnected', since: at, exact: true, cause } };
}

/** An attempt that fails says nothing about a connection that stands. */
function afterRefusal(known: Known, { device, at, reason }: LifecycleSignal): Known {
  if (known.row?.state === 'connected') return known;
  const cause = `connection refused: ${reason ?? 'unknown reason'}`;
  return { ...known, row: { device, state: 'refused', since: at, exact: true, cause } };
}

function isLate(connection: Connection, { version, at, event }: LifecycleSignal): boolean {
  if (version === undefined || connection.version === undefined) return at < connection.at;
  if (version === connection.version) return event === 'connected' || !connection.open;
  return version < connection.version && at <= connection.at + NEW_COUNT_MILLISECONDS;
}

function afterMessage(known: Known, signal: PresenceMessageSignal, receivedAt: number): Known {
  if (isOfFormerSession(known, signal) || (signal.retained && known.row !== undefined)) return known;
  const session = signal.session ?? (signal.says === 'online' ? undefined : known.session);
  const next = { ...known, session };
  if (signal.says === 'offline') return afterFarewell(next, signal, receivedAt);
  // Whoever is told by lifecycle events which connections stand need not believe a message that was on its way.
  if (known.connection !== undefined) return next;
  return known.row?.state === 'connected' ? next : { ...next, row: rowOf(signal, receivedAt) };
}

/** True for a will that a newer session has outlived, and for a birth that comes after the end of its own session. */
function isOfFormerSession({ session, row }: Known, signal: PresenceMessageSignal): boolean {
  if (session === undefined || signal.session === undefined) return false;
  if (signal.session.sessionId !== session.sessionId) return signal.session.connectedAt <= session.connectedAt;
  return signal.says === 'online' && row?.state === 'disconnected';
}

function afterFarewell(known: Known, signal: PresenceMessageSignal, receivedAt: number): Known {
  const { row, connection } = known;
  if (connection?.open === true) return { ...known, will: causeOf(signal) };
  if (row === undefined || row.state === 'connected') return { ...known, row: rowOf(signal, receivedAt) };
  const told = willOf(row) !== undefined || row.cause === GRACEFUL || row.state === 'refused';
  return told ? known : { ...known, row: { ...row, cause: `${row.cause}, ${causeOf(signal)}` } };
}

function rowOf(signal: PresenceMessageSignal, receivedAt: number): PresenceRow {
  const state = signal.says === 'online' ? 'connected' : 'disconnected';
  const bornAt = state === 'connected' ? signal.session?.connectedAt : undefined;
  const since = signal.retained ? (bornAt ?? receivedAt) : receivedAt;
  const exact = !signal.retained || bornAt !== undefined;
  return { device: signal.device, state, since, exact, cause: causeOf(signal) };
}

function causeOf({ says, isWill, topic }: PresenceMessageSignal): string {
  if (says === 'online') return `birth on ${topic}`;
  return isWill ? `last will on ${topic}` : `said to be offline on ${topic}`;
}

/** What a farewell has added to the cause. */
function willOf(row: PresenceRow | undefined): string | undefined {
  if (row?.state !== 'disconnected') return undefined;
  return /(last will|said to be offline) on .*$/.exec(row.cause)?.[0];
}
