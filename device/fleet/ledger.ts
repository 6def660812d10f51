/** How a connection ended. */
export type LifeEnd = 'cut' | 'silence' | 'clean exit' | 'lost';

/** One connection of one device, from CONNACK to its end. */
interface Life {
  end?: LifeEnd;
  endedAt: number;
  /** Milliseconds that the broker may take before it notices. */
  noticeMilliseconds: number;
  readonly seenAt: number[];
}

/** Percentiles of a latency in milliseconds; absent without a single value. */
export interface Latency {
  readonly count: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly maximum: number;
}

/** What became of the wills. */
export interface WillReport {
  /** Connections that ended without DISCONNECT. */
  readonly expected: number;
  /** Expected wills that came. */
  readonly seen: number;
  /** Expected wills that did not come. */
  readonly missing: number;
  /** Wills that came more than once, counting every further time. */
  readonly duplicated: number;
  /** Expected wills that came too late. */
  readonly late: number;
  /** Wills of connections that ended with DISCONNECT or had not ended. */
  readonly unexpected: number;
}

/** What became of a fleet. */
export interface LedgerReport {
  readonly connects: number;
  readonly ends: Readonly<Record<LifeEnd, number>>;
  readonly wills: WillReport;
  /** From the cut to the will. */
  readonly cutLatencyMilliseconds?: Latency;
  /** From falling silent to the will: at most one and a half times the keep alive, less the time since the last packet. */
  readonly silenceLatencyMilliseconds?: Latency;
}

/** Keeps account of every connection and of the will that must, or must not, follow it. */
export class Ledger {
  readonly #lives = new Map<string, Life>();
  #expected = 0;
  #seen = 0;

  /** A connection stands; its will carries this session id. */
  connected(sessionId: string): void {
    this.#lives.set(sessionId, { endedAt: 0, noticeMilliseconds: 0, seenAt: [] });
  }

  /** A connection ended. @param noticeMilliseconds how long the broker may take to notice: 0 after a cut. */
  ended(sessionId: string, end: LifeEnd, at: number, noticeMilliseconds = 0): void {
    const life = this.#lives.get(sessionId);
    if (life === undefined || life.end !== undefined) return;
    Object.assign(life, { end, endedAt: at, noticeMilliseconds });
    if (end !== 'clean exit') this.#expected += 1;
  }

  /** A will came. */
  will(sessionId: string, at: number): void {
    const life = this.#lives.get(sessionId);
    if (life === undefined) return;
    if (life.seenAt.length === 0) this.#seen += 1;
    life.seenAt.push(at);
  }

  /** Wills that must come, and those that came. */
  get progress(): { readonly expected: number; readonly seen: number } {
    return { expected: this.#expected, seen: this.#seen };
  }

  report(lateAfterMilliseconds: number): LedgerReport {
    const lives = [...this.#lives.values()];
    const mourned = lives.filter(({ end }) => end !== undefined && end !== 'clean exit');
    const seen = mourned.filter(({ seenAt }) => seenAt.length > 0);
    const wills: WillReport = {
      expected: mourned.length,
      seen: seen.length,
      missing: mourned.length - seen.length,
      duplicated: lives.reduce((sum, { seenAt }) => sum + Math.max(0, seenAt.length - 1), 0),
      late: seen.filter((life) => delay(life) > lateAfterMilliseconds).length,
      unexpected: lives.filter(({ end, seenAt }) => (end === undefined || end === 'clean exit') && seenAt.length > 0)
        .length,
    };
    const ends = (['cut', 'silence', 'clean exit', 'lost'] as const).map(
      (end) => [end, lives.filter((life) => life.end === end).length] as const,
    );
    return {
      connects: lives.length,
      ends: Object.fromEntries(ends) as Record<LifeEnd, number>,
      wills,
      cutLatencyMilliseconds: latency(seen.filter(({ end }) => end === 'cut').map(delay)),
      silenceLatencyMilliseconds: latency(
        seen.filter(({ end }) => end === 'silence').map((life) => delay(life) + life.noticeMilliseconds),
      ),
    };
  }
}

/** Milliseconds from the moment at which a will was due. */
function delay({ seenAt, endedAt, noticeMilliseconds }: Life): number {
  return (seenAt[0] as number) - endedAt - noticeMilliseconds;
}

function latency(values: readonly number[]): Latency | undefined {
  if (values.length === 0) return undefined;
  const sorted = [...values].sort((left, right) => left - right);
  const at = (fraction: number): number =>
    sorted[Math.min(sorted.length - 1, Math.ceil(fraction * sorted.length) - 1)] as number;
  return { count: sorted.length, p50: at(0.5), p90: at(0.9), p99: at(0.99), maximum: at(1) };
}
