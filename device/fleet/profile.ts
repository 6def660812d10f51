import { mustBe, throwIfAny } from '../../presence/errors';

/** How often one device does something, on average, in events for each device and minute. */
export interface ChurnRates {
  /** The connection is cut; the device comes back after a while. @default 0.2 */
  readonly cuts: number;
  /** The device falls silent with its socket open, and comes back when the broker has closed it. @default 0.02 */
  readonly silences: number;
  /** The device is cut and comes back at once with the same client id. @default 0.1 */
  readonly restarts: number;
  /** The device disconnects properly, which no will may follow. @default 0.2 */
  readonly cleanExits: number;
}

/** A moment at which a whole group of devices is cut off. */
export interface Outage {
  /** Seconds after all devices have connected. */
  readonly atSeconds: number;
  /** Which group, from 0; without one every device. */
  readonly group?: number;
}

/** How a fleet lives. Times are in seconds. */
export interface FleetProfile {
  /** Same seed, same run. @default 1 */
  readonly seed: number;
  /** How long the fleet lives once all devices have connected, above 0. @default 20 */
  readonly durationSeconds: number;
  /** How many devices connect in a second, above 0. @default 500 */
  readonly connectsPerSecond: number;
  /** Number of groups; device n belongs to group n modulo groups. @default 4 */
  readonly groups: number;
  /** Keep alive that devices ask for, 1 to 65535; AWS IoT Core makes at least 30 of it. @default 30 */
  readonly keepAliveSeconds: number;
  /** Longest time that a device is away, 0 or more; each absence is drawn evenly from 0 on. @default 5 */
  readonly absenceSeconds: number;
  /** A will is late when it comes later than this after it was due, above 0. @default 5 */
  readonly lateAfterSeconds: number;
  readonly churn: ChurnRates;
  /** @default - one outage of every device in the middle */
  readonly outages: readonly Outage[];
}

const CHURN_DEFAULTS: ChurnRates = { cuts: 0.2, silences: 0.02, restarts: 0.1, cleanExits: 0.2 };

const DEFAULTS = {
  seed: 1,
  durationSeconds: 20,
  connectsPerSecond: 500,
  groups: 4,
  keepAliveSeconds: 30,
  absenceSeconds: 5,
  lateAfterSeconds: 5,
};

type NumberName = keyof typeof DEFAULTS;

const BOUNDS: Readonly<Record<NumberName, readonly [from: number, to: number, integer: boolean]>> = {
  seed: [0, 4_294_967_295, true],
  durationSeconds: [0.001, 604_800, false],
  connectsPerSecond: [0.001, 100_000, false],
  groups: [1, 100_000, true],
  keepAliveSeconds: [1, 65_535, true],
  absenceSeconds: [0, 86_400, false],
  lateAfterSeconds: [0.001, 3_600, false],
};

/**
 * Checks a profile as it comes from JSON and fills in the defaults.
 * @throws LastwillError OPTION_INVALID with every problem.
 */
export function parseFleetProfile(value: unknown): FleetProfile {
  if (!isRecord(value)) throwIfAny('OPTION_INVALID', ['profile must be a JSON object']);
  const given = value as Record<string, unknown>;
  const problems = [
    ...unknownNames('profile', given, [...Object.keys(DEFAULTS), 'churn', 'outages']),
    ...numberProblems(given),
  ];
  const churn = given.churn ?? {};
  const { durationSeconds } = given;
  const middle = (typeof durationSeconds === 'number' ? durationSeconds : DEFAULTS.durationSeconds) / 2;
  const outages = given.outages ?? [{ atSeconds: middle }];
  problems.push(...churnProblems(churn), ...outageProblems(outages, Number(given.groups ?? DEFAULTS.groups)));
  throwIfAny('OPTION_INVALID', problems);
  return {
    ...DEFAULTS,
    ...(given as Partial<FleetProfile>),
    churn: { ...CHURN_DEFAULTS, ...(churn as Partial<ChurnRates>) },
    outages: outages as readonly Outage[],
  };
}

function numberProblems(given: Readonly<Record<string, unknown>>): string[] {
  return (Object.keys(BOUNDS) as NumberName[]).flatMap((name) => {
    const [from, to, integer] = BOUNDS[name];
    const problem = numberProblem(`profile.${name}`, given[name], from, to, integer);
    return problem === undefined ? [] : [problem];
  });
}

function churnProblems(churn: unknown): string[] {
  if (!isRecord(churn)) return ['profile.churn must be an object'];
  const names = Object.keys(CHURN_DEFAULTS);
  const wrong = names.map((name) => numberProblem(`profile.churn.${name}`, churn[name], 0, 6_000, false));
  return [...unknownNames('profile.churn', churn, names), ...wrong.filter((problem) => problem !== undefined)];
}

function outageProblems(outages: unknown, groups: number): string[] {
  if (!Array.isArray(outages)) return ['profile.outages must be a list'];
  return outages.flatMap((outage: unknown, index) => {
    const name = `profile.outages[${index}]`;
    if (!isRecord(outage)) return [`${name} must be an object`];
    const at = outage.atSeconds === undefined ? mustBe(`${name}.atSeconds`, 'given', null) : undefined;
    return [
      ...unknownNames(name, outage, ['atSeconds', 'group']),
      at ?? numberProblem(`${name}.atSeconds`, outage.atSeconds, 0, 604_800, false),
      numberProblem(`${name}.group`, outage.group, 0, groups - 1, true),
    ].filter((problem) => problem !== undefined);
  });
}

function numberProblem(name: string, value: unknown, from: number, to: number, integer: boolean): string | undefined {
  if (value === undefined) return undefined;
  const fits = typeof value === 'number' && value >= from && value <= to && (!integer || Number.isInteger(value));
  return fits ? undefined : mustBe(name, `${integer ? 'an integer' : 'a number'} from ${from} to ${to}`, value);
}

function unknownNames(where: string, value: object, known: readonly string[]): string[] {
  return Object.keys(value)
    .filter((name) => !known.includes(name))
    .map((name) => `${where}.${name} must be left out: it is none of ${known.join(', ')}`);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
