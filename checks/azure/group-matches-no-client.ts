import { isInGroup } from '../../semantics/event-grid/permission-bindings';
import { type AzureRule, at } from './azure-subject';

/** A binding speaks of somebody. */
export const groupMatchesNoClient: AzureRule = {
  id: 'lastwill:groupMatchesNoClient',
  severity: 'warning',
  what: 'Every permission binding is for a group that some client is in.',
  why: 'A query with a slip of the pen, or an attribute that no client has, lets nobody in; Azure does not say so.',
  see: 'https://learn.microsoft.com/en-us/azure/event-grid/mqtt-client-groups',
  check: (subject) => {
    const { bindings, clients } = subject.registry;
    if (bindings.length === 0 || clients.size === 0) return 'notApplicable';
    return bindings.flatMap(({ name, group }) => {
      if ([...clients.values()].some(({ identity }) => isInGroup(identity, group) !== false)) return [];
      return [at(subject, undefined, `permission binding '${name}': no client is in the group '${group.name}'`)];
    });
  },
};
