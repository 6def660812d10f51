import { LastwillError } from '../../presence/errors';
import type { Observation, Observations, Probe, ProbeResult } from './probe';

/** One observation as both clouds show it. */
export interface ComparedObservation {
  readonly probe: string;
  readonly observation: string;
  readonly real: Observation;
  readonly embedded: Observation;
  readonly equal: boolean;
  /** The page that answers, or leaves open. */
  readonly source: string;
  /** No page settles it: what decides it in the embedded cloud. @default - it is documented */
  readonly option?: string;
}

/** A probe that showed nothing in one of the clouds. */
export interface Unobserved {
  readonly probe: string;
  readonly cloud: 'real' | 'embedded';
  readonly problem: string;
}

/** What two clouds have in common and what not. */
export interface Comparison {
  /** What no page settles first; there and after it what differs first. */
  readonly observations: readonly ComparedObservation[];
  readonly unobserved: readonly Unobserved[];
}

/** An observation that a cloud did not show at all. */
const ABSENT = 'not seen';

/** Makes a probe; that it could not be made is a result too, a fault of the program is not. */
export async function resultOf<Site>(probe: Probe<Site>, site: Site): Promise<ProbeResult> {
  try {
    return { observed: await probe.observe(site) };
  } catch (error) {
    if (error instanceof LastwillError) return { problem: error.message };
    throw error;
  }
}

/** One probe with what came of it in both clouds. */
export interface ProbedTwice {
  readonly probe: Pick<Probe<never>, 'name' | 'source' | 'undocumented'>;
  readonly real: ProbeResult;
  readonly embedded: ProbeResult;
}

/** Puts side by side what both clouds did. */
export function compare(results: readonly ProbedTwice[]): Comparison {
  const observations = results.flatMap(({ probe, real, embedded }) =>
    'observed' in real && 'observed' in embedded ? observationsOf(probe, real.observed, embedded.observed) : [],
  );
  const unobserved = results.flatMap(({ probe, ...both }) =>
    (['real', 'embedded'] as const).flatMap((cloud) => {
      const result = both[cloud];
      return 'problem' in result ? [{ probe: probe.name, cloud, problem: result.problem }] : [];
    }),
  );
  return { observations: [...observations].sort((one, other) => rank(one) - rank(other)), unobserved };
}

function observationsOf(
  probe: ProbedTwice['probe'],
  real: Observations,
  embedded: Observations,
): ComparedObservation[] {
  const names = [...new Set([...Object.keys(real), ...Object.keys(embedded)])];
  return names.map((observation) => {
    const [inReal, inEmbedded] = [real[observation] ?? ABSENT, embedded[observation] ?? ABSENT];
    const option = probe.undocumented?.[observation];
    return {
      probe: probe.name,
      observation,
      real: inReal,
      embedded: inEmbedded,
      equal: inReal === inEmbedded,
      source: probe.source,
      ...(option === undefined ? {} : { option }),
    };
  });
}

function rank({ option, equal }: ComparedObservation): number {
  return (option === undefined ? 2 : 0) + (equal ? 1 : 0);
}
