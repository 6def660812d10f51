import { judgeBindings } from '../../semantics/event-grid/permission-bindings';
import { type AzureRule, at, publisherBindings, willTopicOf } from './azure-subject';

/** Every client that publishes may publish its own will. */
export const willNotPublishable: AzureRule = {
  id: 'lastwill:willNotPublishable',
  severity: 'error',
  what: 'Every client that leaves a will may publish on its topic.',
  why: 'Event Grid refuses the connection of a client whose will no permission binding covers.',
  see: 'https://learn.microsoft.com/en-us/azure/event-grid/mqtt-access-control',
  check: (subject) => {
    const { wills, registry } = subject;
    if (wills.length === 0) return 'notApplicable';
    const bindings = publisherBindings(subject);
    const nobody = wills.every(({ leavers }) => leavers.length === 0);
    if (nobody && registry.clients.size > 0 && !registry.partial) {
      const message = 'no client may publish anything: no client is in the group of a Publisher binding';
      return [at(subject, undefined, message)];
    }
    return wills.flatMap((will) =>
      will.leavers.flatMap((client) => {
        const verdict = judgeBindings(bindings, client.identity, willTopicOf(will, client));
        if (verdict.kind !== 'denied') return [];
        const message = `${client.identity.authenticationName} cannot leave its will on '${will.topic}': ${verdict.nearest}`;
        // Where the namespace is declared elsewhere, a binding there may let it.
        return [{ ...at(subject, client.logicalId, message), ...(registry.partial ? { severity: 'warning' } : {}) }];
      }),
    );
  },
};
