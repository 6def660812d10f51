import type { Clock } from '../../presence/clock';
import { LastwillError } from '../../presence/errors';
import { everyDeviceFilter, renderDevice } from '../../presence/lwt-options';
import type { DeviceAgent } from '../agent';
import type { WillOptions } from '../agent-options';
import { Gate } from './gate';
import { Ledger, type LedgerReport } from './ledger';
import { type PlannedIncident, planFleet } from './plan';
import type { FleetProfile } from './profile';

/** What a fleet is made of. */
export interface FleetOptions {
  readonly count: number;
  readonly profile: FleetProfile;
  readonly clock: Clock;
  /** Makes device n, from 0, with this will. */
  readonly device: (
    index: number,
    options: { readonly will: WillOptions; readonly keepAliveSeconds: number },
  ) => DeviceAgent;
  /** Makes somebody who may subscribe to the filter of all wills. */
  readonly watcher: () => DeviceAgent;
  /** Name of device n: what `{device}` in the will topic stands for. */
  readonly name: (index: number) => string;
  /** Topic of the wills; may hold `{device}`. @default FLEET_WILL_TOPIC */
  readonly willTopic?: string;
  /** Hears how far the fleet is, about once a second. */
  readonly progress?: (progress: FleetProgress) => void;
}

/** How far a fleet is. */
export interface FleetProgress {
  readonly phase: 'connecting' | 'living' | 'waiting for wills' | 'leaving';
  readonly seconds: number;
  readonly connected: number;
  readonly willsExpected: number;
  readonly willsSeen: number;
}

/** What became of a fleet. */
export interface FleetReport extends LedgerReport {
  readonly devices: number;
  readonly seed: number;
  /** Incidents that found their device away. */
  readonly skippedIncidents: number;
  readonly connectMilliseconds: number;
}

/** Where the devices of a fleet have their wills when nothing else is said; `{device}` is the device's name. */
export const FLEET_WILL_TOPIC = 'lastwill/fleet/{device}/will';

/** More handshakes at a time than this would make each other time out when broker and fleet share one machine. */
const CONCURRENT_CONNECTS = 64;

interface Member {
  readonly agent: DeviceAgent;
  sessionId: string | undefined;
  keepAliveSeconds: number;
}

/** Many devices that live, vanish and come back as a plan says, with an account of every will. */
export class Fleet {
  readonly #ledger = new Ledger();
  readonly #gate = new Gate(CONCURRENT_CONNECTS);
  readonly #members: Member[] = [];
  readonly #willTopic: string;
  #phase: FleetProgress['phase'] = 'connecting';
  #skipped = 0;
  #stopped: (() => void) | undefined;
  readonly #stop = new Promise<void>((resolve) => {
    this.#stopped = resolve;
  });

  constructor(private readonly options: FleetOptions) {
    this.#willTopic = options.willTopic ?? FLEET_WILL_TOPIC;
  }

  /**
   * Connects everybody, lives through the plan, waits for the wills and leaves properly.
   * @throws LastwillError CONNECTION_FAILED, CONNECTION_REFUSED, OPERATION_REFUSED when the first connections cannot be made.
   */
  async run(): Promise<FleetReport> {
    const { clock, count, profile } = this.options;
    const startedAt = clock.now();
    const watcher = await this.#watch();
    const ticker = this.#tick(startedAt);
    try {
      await this.#connectAll();
      const connectMilliseconds = clock.now() - startedAt;
      this.#phase = 'living';
      await Promise.race([this.#live(), this.#stop]);
      this.#phase = 'waiting for wills';
      await Promise.race([this.#mourn(), this.#stop]);
      const report = this.#ledger.report(profile.lateAfterSeconds * 1000);
      return { devices: count, seed: profile.seed, connectMilliseconds, skippedIncidents: this.#skipped, ...report };
    } finally {
      this.#phase = 'leaving';
      await Promise.all(this.#members.map((member) => this.#leave(member)));
      await watcher.disconnect();
      ticker.cancel();
    }
  }

  /** Ends the run early; its report tells of what has happened so far. */
  stop(): void {
    this.#stopped?.();
  }

  async #watch(): Promise<DeviceAgent> {
    const watcher = this.options.watcher();
    watcher.on('message', ({ payload }) => {
      const sessionId = sessionOf(payload);
      if (sessionId !== undefined) this.#ledger.will(sessionId, this.options.clock.now());
    });
    await watcher.connect();
    await watcher.subscribe(everyDeviceFilter(this.#willTopic), 1);
    return watcher;
  }

  async #connectAll(): Promise<void> {
    const { count, profile } = this.options;
    const connecting: Promise<unknown>[] = [];
    for (let index = 0; index < count; index++) {
      const member = this.#recruit(index);
      connecting.push(
        this.#after((index / profile.connectsPerSecond) * 1000).then(() =>
          this.#gate.pass(() => member.agent.connect()),
        ),
      );
    }
    await Promise.race([Promise.all(connecting), this.#stop]);
  }

  #recruit(index: number): Member {
    const { device, name, profile, clock } = this.options;
    const payload = JSON.stringify({ device: name(index) });
    const topic = renderDevice(this.#willTopic, name(index));
    const will = { topic, payload, qos: 1, stampSession: true } as const;
    const agent = device(index, { will, keepAliveSeconds: profile.keepAliveSeconds });
    const member: Member = { agent, sessionId: undefined, keepAliveSeconds: profile.keepAliveSeconds };
    agent.on('connect', ({ session, keepAliveSeconds }) => {
      member.sessionId = session.sessionId;
      member.keepAliveSeconds = keepAliveSeconds;
      this.#ledger.connected(session.sessionId);
    });
    agent.on('disconnect', () => {
      // Has no effect where the end was planned, for that was entered first.
      if (member.sessionId !== undefined) this.#ledger.ended(member.sessionId, 'lost', clock.now());
      member.sessionId = undefined;
    });
    this.#members.push(member);
    return member;
  }

  /** Lives through the plan; resolves when its time is over. */
  async #live(): Promise<void> {
    const { clock, profile, count } = this.options;
    const startedAt = clock.now();
    for (const incident of planFleet(profile, count)) {
      const wait = startedAt + incident.atMilliseconds - clock.now();
      if (wait > 0) await this.#after(wait);
      this.#happen(incident);
    }
    await this.#after(startedAt + profile.durationSeconds * 1000 - clock.now());
  }

  #happen({ device, incident, absenceMilliseconds }: PlannedIncident): void {
    const member = this.#members[device];
    if (member?.sessionId === undefined) {
      this.#skipped += 1;
      return;
    }
    const ended = this.#end(member, member.sessionId, incident);
    void ended
      .then(() => this.#after(absenceMilliseconds))
      .then(() => this.#gate.pass(async () => (this.#phase === 'leaving' ? undefined : member.agent.connect())))
      // A device that cannot come back shows as fewer connects; its earlier wills count all the same.
      .catch((error: unknown) => {
        if (!(error instanceof LastwillError)) throw error;
      });
  }

  async #end(member: Member, sessionId: string, incident: PlannedIncident['incident']): Promise<void> {
    const { agent, keepAliveSeconds } = member;
    const now = this.options.clock.now();
    if (incident === 'clean exit') {
      this.#ledger.ended(sessionId, 'clean exit', now);
      await agent.disconnect();
      return;
    }
    if (incident !== 'silence') {
      this.#ledger.ended(sessionId, 'cut', now);
      await agent.cut();
      return;
    }
    const notice = keepAliveSeconds * 1500;
    this.#ledger.ended(sessionId, 'silence', now, notice);
    await Promise.race([agent.fallSilent(), this.#after(notice + this.options.profile.lateAfterSeconds * 2000)]);
    await agent.cut();
  }

  async #leave({ agent, sessionId }: Member): Promise<void> {
    if (sessionId !== undefined) this.#ledger.ended(sessionId, 'clean exit', this.options.clock.now());
    await agent.disconnect();
  }

  /** Waits until every will has come, or for as long as one may take. */
  async #mourn(): Promise<void> {
    const { clock, profile } = this.options;
    const keepAlive = Math.max(...this.#members.map(({ keepAliveSeconds }) => keepAliveSeconds));
    const until = clock.now() + (profile.churn.silences > 0 ? keepAlive * 1500 : 0) + profile.lateAfterSeconds * 2000;
    while (clock.now() < until && this.#ledger.progress.seen < this.#ledger.progress.expected) await this.#after(100);
    // What comes twice comes soon after.
    await this.#after(500);
  }

  #tick(startedAt: number): { cancel(): void } {
    const { clock, progress } = this.options;
    let timer = { cancel: (): void => undefined };
    const tick = (): void => {
      const { expected, seen } = this.#ledger.progress;
      const connected = this.#members.filter(({ sessionId }) => sessionId !== undefined).length;
      const seconds = Math.round((clock.now() - startedAt) / 1000);
      progress?.({ phase: this.#phase, seconds, connected, willsExpected: expected, willsSeen: seen });
      timer = clock.schedule(1_000, tick);
    };
    timer = clock.schedule(1_000, tick);
    return { cancel: () => timer.cancel() };
  }

  #after(milliseconds: number): Promise<void> {
    return new Promise((resolve) => void this.options.clock.schedule(Math.max(0, milliseconds), resolve));
  }
}

function sessionOf(payload: Buffer): string | undefined {
  try {
    const will = JSON.parse(payload.toString()) as { readonly session?: { readonly id?: unknown } };
    return typeof will.session?.id === 'string' ? will.session.id : undefined;
  } catch {
    return undefined;
  }
}
