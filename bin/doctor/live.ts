import type { Check } from './check';

/** The check that proves what was deployed, by what it does. */
export function live<Ports>(run: Check<Ports>['run']): Check<Ports> {
  return {
    name: 'live',
    what: 'with --live: the will of the device comes when its connection is cut',
    why: 'what was deployed is proven by what it does',
    run,
  };
}
