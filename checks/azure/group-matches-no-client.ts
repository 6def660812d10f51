import { type AzureRule, atBinding, membersOf } from './azure-subject';

/** A binding speaks of somebody. */
export const groupMatchesNoClient: AzureRule = {
  id: 'lastwill:groupMatchesNoClient',
  severity: 'warning',
  what: 'Every permission binding is for a group that some client is in.',
  why: 'A query with a slip of the pen, or an attribute that no client has, lets nobody in; Azure does not say so.',
  see: 'https://learn.microsoft.com/en-us/azure/event-grid/mqtt-client-groups',
  check: (subject) => {
    const { bindings, clients, partial } = subject.registry;
    if (bindings.length === 0 || clients.size === 0 || partial) return 'notApplicable';
    return bindings
      .filter((binding) => membersOf(subject, binding).length === 0)
      .map((binding) =>
        atBinding(subject, binding, `lets nobody in: no client is in the group '${binding.group.name}'`),
      );
  },
};
