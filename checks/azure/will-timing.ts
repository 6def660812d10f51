import { type AzureRule, type AzureSubject, at } from './azure-subject';
import type { AzureWill } from './azure-will';

/** The will comes when it is meant to. */
export const willTiming: AzureRule = {
  id: 'lastwill:willTiming',
  severity: 'warning',
  what: 'A session lives as long as the delay of its will, and no longer than the namespace keeps sessions.',
  why: 'A will is published when its session ends, whatever is left of the delay: without a session expiry interval at once. An interval beyond the maximum of the namespace is lowered to it.',
  see: 'https://learn.microsoft.com/en-us/azure/event-grid/mqtt-support',
  check: (subject) => {
    if (subject.wills.length === 0) return 'notApplicable';
    return subject.wills.flatMap((will) =>
      timingProblems(subject, will).map((message) => at(subject, will.logicalId, message)),
    );
  },
};

function timingProblems({ registry }: AzureSubject, will: AzureWill): string[] {
  const { delaySeconds = 0, sessionExpirySeconds } = will;
  const maximum = registry.namespace.maximumSessionExpirySeconds;
  if (sessionExpirySeconds === undefined) {
    const message = `the will's delay of ${delaySeconds} seconds holds only while the session lives, and nothing says how long that is`;
    return delaySeconds > 0 ? [message] : [];
  }
  if (sessionExpirySeconds < delaySeconds) {
    return [`the session ends after ${sessionExpirySeconds} seconds, and with it the will's delay of ${delaySeconds}`];
  }
  return sessionExpirySeconds > maximum && !registry.partial
    ? [`the session expiry of ${sessionExpirySeconds} seconds is lowered to the namespace's maximum of ${maximum}`]
    : [];
}
