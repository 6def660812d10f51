import { type Check, failed, ok } from '../../check';
import type { AzurePorts } from '../ports';

export const sessions: Check<AzurePorts> = {
  name: 'sessions',
  what: 'the namespace allows one authentication name as many sessions as the device has connections (--connections)',
  why: 'one more client id is refused (quota exceeded), also while an earlier session is only waiting to expire',
  run: async (ports) => {
    const { device, connections = 1 } = ports.subject;
    const { topicSpacesConfiguration: configuration } = (await ports.namespace()).properties;
    const limit = configuration?.maximumClientSessionsPerAuthenticationName ?? 1;
    const hours = configuration?.maximumSessionExpiryInHours ?? 1;
    const allowed = `${limit} ${limit === 1 ? 'session' : 'sessions'}`;
    if (connections > limit) {
      return failed(
        `${device} has ${connections} connections, and the namespace allows ${allowed}`,
        `set maximumClientSessionsPerAuthenticationName to ${connections} and deploy`,
      );
    }
    const kept = `one that is not connected counts until it expires, at most ${hours} h later`;
    return ok(`${allowed} of ${device}, each with its own client id; ${kept}`);
  },
};
