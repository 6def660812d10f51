import { type Check, failed, ok, unknown } from '../../check';
import { entraListeners } from '../entra-listeners';
import type { AzurePorts } from '../ports';
import { someOf, willListeners } from '../will-listeners';
import { routeVerdicts } from '../will-routes';

export const willHeard: Check<AzurePorts> = {
  name: 'will is heard',
  what: 'another enabled client, or an identity of Entra ID by its role, may subscribe to the will, or it is routed to an event subscription that takes it',
  why: 'a will that nobody may hear tells nobody',
  run: async (ports) => {
    const listeners = await willListeners(ports);
    const principals = await entraListeners(ports);
    const routed = (await routeVerdicts(ports)).filter(({ problem }) => problem === undefined);
    const heard = [
      ...(listeners.names.length === 0 ? [] : [`may subscribe: ${someOf(listeners.names)}`]),
      ...(principals === undefined || principals.length === 0 ? [] : [`may subscribe by role: ${someOf(principals)}`]),
      ...(routed.length === 0 ? [] : [`routed to: ${routed.map(({ destination }) => destination).join(', ')}`]),
    ];
    if (heard.length > 0) return ok(heard.join('; '));
    const { willTopic } = ports.subject;
    if (!listeners.complete) return unknown(`none of the clients looked at may subscribe to ${willTopic}`);
    if (principals === undefined) {
      return unknown(`no client may subscribe to ${willTopic}, and who may by a role of Entra ID may not be read`);
    }
    const nearest = listeners.nearest === undefined ? '' : `; ${listeners.nearest}`;
    return failed(
      `no other client may subscribe to ${willTopic}, and no event subscription takes it${nearest}`,
      'bind a group as Subscriber to a topic space that covers it, or route messages',
    );
  },
};
