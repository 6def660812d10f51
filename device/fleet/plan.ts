import { seededRandomness } from '../../presence/randomness';
import type { ChurnRates, FleetProfile } from './profile';

/** What can happen to a device. */
type Incident = 'cut' | 'silence' | 'restart' | 'clean exit';

/** One thing that happens to one device. */
export interface PlannedIncident {
  /** Milliseconds after all devices have connected. */
  readonly atMilliseconds: number;
  /** From 0. */
  readonly device: number;
  readonly incident: Incident;
  /** Milliseconds until the device comes back. */
  readonly absenceMilliseconds: number;
}

const INCIDENTS: readonly (readonly [keyof ChurnRates, Incident])[] = [
  ['cuts', 'cut'],
  ['silences', 'silence'],
  ['restarts', 'restart'],
  ['cleanExits', 'clean exit'],
];

/** Everything that will happen to a fleet, in order of time; the same for the same profile and count. */
export function planFleet(profile: FleetProfile, count: number): readonly PlannedIncident[] {
  const randomness = seededRandomness(profile.seed);
  const absence = (incident: Incident): number =>
    incident === 'restart' ? 0 : Math.floor(randomness.fraction() * profile.absenceSeconds * 1000);
  const plan: PlannedIncident[] = [];
  for (let device = 0; device < count; device++) {
    for (const [rate, incident] of INCIDENTS) {
      for (const atMilliseconds of moments(profile.churn[rate], profile.durationSeconds, () => randomness.fraction())) {
        plan.push({ atMilliseconds, device, incident, absenceMilliseconds: absence(incident) });
      }
    }
  }
  for (const { atSeconds, group } of profile.outages) {
    for (let device = 0; device < count; device++) {
      if (group !== undefined && device % profile.groups !== group) continue;
      plan.push({ atMilliseconds: atSeconds * 1000, device, incident: 'cut', absenceMilliseconds: absence('cut') });
    }
  }
  return plan.sort((left, right) => left.atMilliseconds - right.atMilliseconds || left.device - right.device);
}

/** Moments of a Poisson process, in milliseconds. */
function moments(perMinute: number, durationSeconds: number, fraction: () => number): number[] {
  if (perMinute === 0) return [];
  const mean = 60_000 / perMinute;
  const found: number[] = [];
  let at = -Math.log(1 - fraction()) * mean;
  while (at < durationSeconds * 1000) {
    found.push(Math.floor(at));
    at -= Math.log(1 - fraction()) * mean;
  }
  return found;
}
