import type { LifecycleSignal, PresenceMessageSignal, PresenceSignal } from './presence-signal';
import type { WillSession } from './will-payload';

/** What is known of one device. */
export interface PresenceRow {
  readonly device: string;
  /** `unknown`: nothing was heard of it, or whoever watches was away and may have missed what changed. */
  readonly state: 'connected' | 'disconnected' | 'refused' | 'unknown';
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
  readonly session?: KnownSession;
  /** A will that came while the connection was still open by what AWS IoT Core had told. */
  readonly will?: { readonly cause: string; readonly receivedAt: number };
}

interface KnownSession extends WillSession {
  /** Whether its will or a goodbye has been seen. */
  readonly ended: boolean;
  /** Id of the session before it. */
  readonly before?: string;
}

/**
 * A smaller version number with a time stamp this much later starts a new count: AWS counts from 0 again an hour after
 * a client has disconnected, and its time stamps of two events may be off by minutes.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/life-cycle-events.html
 */
const NEW_COUNT_MILLISECONDS = 600_000;

/** A birth that is older by this much comes from a device whose clock was set back, as one without a battery does. */
const CLOCK_SET_BACK_MILLISECONDS = 600_000;

/** Ten years: a clock that says more counts from 1970. */
const LONGEST_CONNECTION_MILLISECONDS = 315_576_000_000;

/** A will that came this much earlier than the end of a connection belongs to a connection before. */
const WILL_AHEAD_MILLISECONDS = 60_000;

/** How AWS IoT Core and Event Grid call an end that no will follows. */
const GRACEFUL: ReadonlySet<string> = new Set(['CLIENT_INITIATED_DISCONNECT', 'ClientInitiatedDisconnect']);

/**
 * More devices than this are not followed: on a topic that devices share, each of them could name as many as it likes.
 * One region of AWS IoT Core takes 500,000 connections by default.
 * @see https://docs.aws.amazon.com/general/latest/gr/iot-core.html
 */
const MAXIMUM_DEVICES = 500_000;

/** In the order in which people sort names: 9 before 10. One collator, because there may be thousands of devices. */
const BY_NAME = new Intl.Collator('en', { numeric: true });

/**
 * Who is there and who is gone, by all that was told so far. A will of a session that another one has followed is
 * ignored: AWS gives no order between a will and the next session's messages. Lifecycle events, where there are any,
 * decide; their order is that of their version numbers.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/mqtt.html#mqtt-lwt
 */
export class PresenceTable {
  readonly #known = new Map<string, Known>();

  /** @param maximumDevices others are not followed. @default 500000 */
  constructor(private readonly maximumDevices: number = MAXIMUM_DEVICES) {}

  /** Every device that something was told of, by name. */
  get rows(): readonly PresenceRow[] {
    return [...this.#known.values()]
      .flatMap(({ row }) => (row === undefined ? [] : [row]))
      .sort((left, right) => BY_NAME.compare(left.device, right.device));
  }

  /** True when devices that are not known yet are no longer followed. */
  get isFull(): boolean {
    return this.#known.size >= this.maximumDevices;
  }

  /** Devices that exist: until something is told of one its state is unknown. Those that are known already stay. */
  expect(devices: Iterable<string>, at: number): void {
    const row = { state: 'unknown', since: at, exact: true, cause: 'nothing was heard of it yet' } as const;
    for (const device of devices) {
      if (!this.#known.has(device)) this.#known.set(device, { row: { device, ...row } });
    }
  }

  /**
   * Whoever watches was cut off: what changes from now on may be missed.
   * @returns the rows that have become unknown.
   */
  lost(at: number): readonly PresenceRow[] {
    return [...this.#known].flatMap(([device, known]) => {
      if (known.row === undefined || known.row.state === 'unknown') return [];
      const cause = `not watched, was ${known.row.state} before`;
      const row = { device, state: 'unknown', since: at, exact: true, cause } as const;
      // Version numbers may have begun anew meanwhile; what comes from now on is in the order of its times.
      const connection = known.connection === undefined ? undefined : { ...known.connection, version: undefined };
      this.#known.set(device, { ...known, row, connection, will: undefined });
      return [row];
    });
  }

  /**
   * Takes over what another source knows, for a device of which nothing better is known.
   * @returns true when it was taken over.
   */
  adopt(row: PresenceRow): boolean {
    const known = this.#known.get(row.device);
    if (row.state === 'unknown' || (known?.row !== undefined && known.row.state !== 'unknown')) return false;
    this.#known.set(row.device, { row, connection: { at: row.since, open: row.state === 'connected' } });
    return true;
  }

  /**
   * Takes in what was told.
   * @param receivedAt milliseconds since 1970-01-01T00:00:00Z
   * @returns the device's row when its state or its cause has changed.
   */
  apply(signal: PresenceSignal, receivedAt: number): PresenceRow | undefined {
    if (this.isFull && !this.#known.has(signal.device)) return undefined;
    const before = this.#known.get(signal.device) ?? {};
    const after =
      signal.kind === 'lifecycle' ? afterEvent(before, signal, receivedAt) : afterMessage(before, signal, receivedAt);
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

function afterEvent(known: Known, event: LifecycleSignal, receivedAt: number): Known {
  const { device, at, version } = event;
  if (event.event === 'connect_failed') return afterRefusal(known, event);
  if (known.connection !== undefined && isLate(known.connection, event)) return known;
  const connection = { version, at, open: event.event === 'connected' };
  if (connection.open) {
    const cause = event.reason ?? 'lifecycle event';
    const row = { device, state: 'connected', since: at, exact: true, cause } as const;
    return { session: known.session, connection, row };
  }
  const reason = event.reason ?? 'unknown reason';
  const isRecent = known.will !== undefined && receivedAt - known.will.receivedAt <= WILL_AHEAD_MILLISECONDS;
  const told = known.connection === undefined ? willOf(known.row) : isRecent ? known.will?.cause : undefined;
  const will = GRACEFUL.has(reason) ? undefined : told;
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
  if (version > connection.version) return at < connection.at - NEW_COUNT_MILLISECONDS;
  return at <= connection.at + NEW_COUNT_MILLISECONDS;
}

function afterMessage(known: Known, signal: PresenceMessageSignal, receivedAt: number): Known {
  const isNews = known.row === undefined || known.row.state === 'unknown';
  if (isOfFormerSession(known, signal) || (signal.retained && !isNews)) return known;
  const next = { ...known, session: sessionAfter(known.session, signal) };
  if (signal.says === 'offline') return afterFarewell(next, signal, receivedAt);
  // Whoever is told by lifecycle events which connections stand need not believe a message that was on its way.
  if (known.connection !== undefined && !isNews) return next;
  return known.row?.state === 'connected' ? next : { ...next, row: rowOf(signal, receivedAt) };
}

function sessionAfter(
  known: KnownSession | undefined,
  { says, session }: PresenceMessageSignal,
): KnownSession | undefined {
  const ended = says === 'offline';
  if (session !== undefined) {
    const before = session.sessionId === known?.sessionId ? known.before : known?.sessionId;
    return { ...session, ended, before };
  }
  return known !== undefined && ended ? { ...known, ended } : undefined;
}

/** True for a will that a newer session has outlived, and for a birth that comes after the end of its own session. */
function isOfFormerSession({ session }: Known, signal: PresenceMessageSignal): boolean {
  if (session === undefined || signal.session === undefined) return false;
  if (signal.session.sessionId === session.sessionId) return signal.says === 'online' && session.ended;
  if (signal.session.sessionId === session.before) return true;
  const milliseconds = signal.session.connectedAt - session.connectedAt;
  if (signal.says === 'offline' || signal.retained) return milliseconds <= 0;
  return !session.ended && milliseconds < 0 && milliseconds > -CLOCK_SET_BACK_MILLISECONDS;
}

function afterFarewell(known: Known, signal: PresenceMessageSignal, receivedAt: number): Known {
  const { row, connection } = known;
  if (row === undefined || row.state === 'unknown') return { ...known, row: rowOf(signal, receivedAt) };
  if (connection?.open === true) return { ...known, will: { cause: causeOf(signal), receivedAt } };
  if (row.state === 'connected') return { ...known, row: rowOf(signal, receivedAt) };
  const told = willOf(row) !== undefined || GRACEFUL.has(row.cause) || row.state === 'refused';
  return told ? known : { ...known, row: { ...row, cause: `${row.cause}, ${causeOf(signal)}` } };
}

function rowOf(signal: PresenceMessageSignal, receivedAt: number): PresenceRow {
  const state = signal.says === 'online' ? 'connected' : 'disconnected';
  const bornAt = state === 'connected' ? birthOf(signal.session, receivedAt) : undefined;
  const since = signal.retained ? (bornAt ?? receivedAt) : receivedAt;
  const exact = !signal.retained || bornAt !== undefined;
  return { device: signal.device, state, since, exact, cause: causeOf(signal) };
}

/** When a session began by the device's clock; `undefined` when that clock is ahead or was never set. */
function birthOf(session: WillSession | undefined, receivedAt: number): number | undefined {
  if (session === undefined || session.connectedAt > receivedAt) return undefined;
  return receivedAt - session.connectedAt > LONGEST_CONNECTION_MILLISECONDS ? undefined : session.connectedAt;
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
