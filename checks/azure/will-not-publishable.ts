import { type AzureRule, at, judgeWill, publishers } from './azure-subject';

/** Every client that publishes may publish its own will. */
export const willNotPublishable: AzureRule = {
  id: 'lastwill:willNotPublishable',
  severity: 'error',
  what: 'Every client that may publish at all may publish on the topic of its will.',
  why: 'Event Grid refuses the connection of a client whose will no permission binding covers.',
  see: 'https://learn.microsoft.com/en-us/azure/event-grid/mqtt-access-control',
  check: (subject) => {
    if (subject.wills.length === 0) return 'notApplicable';
    const clients = publishers(subject);
    if (clients.length === 0 && subject.registry.clients.size > 0) {
      return [
        at(subject, undefined, 'no client may publish anything: no client is in the group of a Publisher binding'),
      ];
    }
    return subject.wills.flatMap((will) =>
      clients.flatMap((client) => {
        const { authenticationName } = client.identity;
        const verdict = judgeWill(subject, client, will, authenticationName);
        if (verdict.kind !== 'denied') return [];
        return [
          at(
            subject,
            client.logicalId,
            `${authenticationName} cannot leave its will on '${will.topic}': ${verdict.nearest}`,
          ),
        ];
      }),
    );
  },
};
