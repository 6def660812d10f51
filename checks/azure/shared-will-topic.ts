import { isPerDevice } from '../../presence/lwt-options';
import { type AzureRule, at, judgeWill, publishers } from './azure-subject';

/** Nobody may report the death of another client. */
export const sharedWillTopic: AzureRule = {
  id: 'lastwill:sharedWillTopic',
  severity: 'warning',
  what: 'No client may publish on the topic of the will of another one.',
  why: 'A client that may could report the death of any other, by mistake or by malice.',
  see: 'https://learn.microsoft.com/en-us/azure/event-grid/mqtt-topic-spaces',
  check: (subject) => {
    if (subject.wills.length === 0) return 'notApplicable';
    return subject.wills.flatMap((will) => {
      if (!isPerDevice(will.topic)) {
        return [
          at(subject, undefined, `will topic '${will.topic}' is the same for every client: put {device} into it`),
        ];
      }
      return publishers(subject).flatMap((client) => {
        const other = 'another-client';
        if (judgeWill(subject, client, will, other).kind !== 'allowed') return [];
        const { authenticationName } = client.identity;
        const topic = will.topic.replaceAll('{device}', other);
        return [
          at(
            subject,
            client.logicalId,
            `${authenticationName} may publish on ${topic} too: put \${client.authenticationName} into the topic template`,
          ),
        ];
      });
    });
  },
};
