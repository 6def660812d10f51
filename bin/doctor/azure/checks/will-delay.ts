import { EVENT_GRID_LIMITS } from '../../../../presence/limits';
import { type Check, failed, ok } from '../../check';
import type { AzurePorts } from '../ports';

export const willDelay: Check<AzurePorts> = {
  name: 'will delay',
  what: 'the will delay (--will-delay) is one that Event Grid keeps, and the session (--session-expiry) lasts as long',
  why: 'the will comes when the session ends, however long its delay',
  run: async (ports) => {
    const { willDelaySeconds: delay = 0, sessionExpirySeconds = 0 } = ports.subject;
    const { topicSpacesConfiguration } = (await ports.namespace()).properties;
    const hours = topicSpacesConfiguration?.maximumSessionExpiryInHours ?? 1;
    const expiry = Math.min(sessionExpirySeconds, hours * 3600);
    const { maximumWillDelaySeconds } = EVENT_GRID_LIMITS;
    if (delay > maximumWillDelaySeconds) {
      return failed(
        `Event Grid keeps a will back for ${maximumWillDelaySeconds} s at most, not ${delay} s`,
        'shorten it',
      );
    }
    if (delay <= expiry) return ok(delay === 0 ? 'none: the will comes at once' : `${delay} s`);
    const when = expiry === 0 ? 'at once' : `after ${expiry} s`;
    return failed(
      `the will comes ${when}, when the session ends, and not after ${delay} s`,
      `give the session an expiry of ${delay} s or more (--session-expiry)`,
    );
  },
};
