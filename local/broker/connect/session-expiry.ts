import type { Core } from '../core';

/** The session expiry that the broker grants, in seconds: what was asked for, but not above the profile's maximum. */
export function acceptedSessionExpiry(core: Core, askedSeconds: number): number {
  return Math.min(askedSeconds, core.profile.limits.sessionExpiry.maximumSeconds);
}
