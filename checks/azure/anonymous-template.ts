import { isPerDevice } from '../../presence/lwt-options';
import { hasWildcard } from '../../presence/topic';
import { type AzureRule, atBinding, membersOf, publisherBindings, templatesOf } from './azure-subject';

/** A topic tells who has published on it. */
export const anonymousTemplate: AzureRule = {
  id: 'lastwill:anonymousTemplate',
  severity: 'warning',
  what: 'Topic templates of Publisher bindings hold a variable of the client, unless only one client is in the group.',
  why: 'A message does not say who has published it: on a topic that several clients share, each can pass for every other one.',
  see: 'https://learn.microsoft.com/en-us/azure/event-grid/mqtt-topic-spaces',
  check: (subject) => {
    const bindings = publisherBindings(subject);
    if (bindings.length === 0) return 'notApplicable';
    // sharedWillTopic has said it of will topics, wildcardTemplate of wildcards.
    const shared = subject.wills.map(({ topic }) => topic).filter((topic) => !isPerDevice(topic));
    const open = bindings.filter((binding) => membersOf(subject, binding).length !== 1);
    return templatesOf(open).flatMap(({ binding, template: { text } }) => {
      if (text.includes('${client.') || hasWildcard(text) || shared.includes(text)) return [];
      const message = `lets every client of its group publish on '${text}': nobody can tell which one did`;
      return [atBinding(subject, binding, message)];
    });
  },
};
