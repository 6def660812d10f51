import { TopicFilterTree } from '../../presence/topic-filter-tree';
import { isInGroup } from '../../semantics/event-grid/permission-bindings';
import { substituteTemplate } from '../../semantics/event-grid/topic-template';
import { type AzureRule, type AzureSubject, at, willTopicOf } from './azure-subject';

/** Somebody hears of a will. */
export const willNotHeard: AzureRule = {
  id: 'lastwill:willNotHeard',
  severity: 'warning',
  what: 'Some client may subscribe to the topic of the will, or the namespace routes its messages.',
  why: 'Otherwise a will is published and nobody is told.',
  see: 'https://learn.microsoft.com/en-us/azure/event-grid/mqtt-routing',
  check: (subject) => {
    const { wills, registry } = subject;
    if (wills.length === 0 || registry.partial) return 'notApplicable';
    if (registry.routing !== undefined) return [];
    if (registry.bindings.every(({ permission }) => permission !== 'Subscriber')) {
      const message = 'nobody may subscribe to anything, and messages are not routed: a will is not heard';
      return wills.map(({ logicalId }) => at(subject, logicalId, message));
    }
    const heard = subscribableFilters(subject);
    return wills.flatMap((will) => {
      const unheard = will.leavers.find((client) => heard.match(willTopicOf(will, client)).length === 0);
      if (unheard === undefined) return [];
      const message = `nobody may subscribe to '${willTopicOf(will, unheard)}', and messages are not routed: a will is not heard`;
      return [at(subject, will.logicalId, message)];
    });
  },
};

function subscribableFilters({ registry }: AzureSubject): TopicFilterTree<string> {
  const tree = new TopicFilterTree<string>();
  for (const { name, permission, group, topicSpace } of registry.bindings) {
    if (permission !== 'Subscriber') continue;
    const members = [...registry.clients.values()].filter(({ identity }) => isInGroup(identity, group) !== false);
    const templates = (topicSpace.templates ?? []).flatMap((template) => template ?? []);
    const filters = members.flatMap(({ identity }) =>
      templates.flatMap((template) => substituteTemplate(template, identity)),
    );
    for (const filter of new Set(filters)) tree.add(filter, name);
  }
  return tree;
}
