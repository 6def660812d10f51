import type { RegisteredClient } from '../../local/azure/registry';
import { isPerDevice, renderDevice } from '../../presence/lwt-options';
import { TopicFilterTree } from '../../presence/topic-filter-tree';
import { isInGroup } from '../../semantics/event-grid/permission-bindings';
import { substituteTemplate } from '../../semantics/event-grid/topic-template';
import { type AzureRule, type AzureSubject, at, publisherBindings, templatesOf, willTopicOf } from './azure-subject';
import type { AzureWill } from './azure-will';

/** Stands for a client that is created later. */
const NEWCOMER = 'another-client';

/** Nobody may report the death of another client. */
export const sharedWillTopic: AzureRule = {
  id: 'lastwill:sharedWillTopic',
  severity: 'warning',
  what: 'No client may publish on the topic of the will of another one.',
  why: 'A client that may could report the death of any other, by mistake or by malice.',
  see: 'https://learn.microsoft.com/en-us/azure/event-grid/mqtt-topic-spaces',
  check: (subject) => {
    if (subject.wills.length === 0) return 'notApplicable';
    const publishable = publishableFilters(subject);
    return subject.wills.flatMap((will) => {
      if (isPerDevice(will.topic) || will.isOfOneClient) return strangers(subject, will, publishable);
      const message = `will topic '${will.topic}' is the same for every client: put {device} into it`;
      return [at(subject, will.logicalId, message)];
    });
  },
};

/** Whoever may publish on the will topic of another client, each named once. */
function strangers(subject: AzureSubject, will: AzureWill, publishable: TopicFilterTree<RegisteredClient>) {
  const topics = [
    ...(isPerDevice(will.topic) ? [{ owner: undefined, topic: renderDevice(will.topic, NEWCOMER) }] : []),
    ...will.leavers.map((owner) => ({ owner, topic: willTopicOf(will, owner) })),
  ];
  const found = new Map<RegisteredClient, string>();
  for (const { owner, topic } of topics) {
    for (const client of publishable.match(topic)) {
      if (client !== owner && !found.has(client)) found.set(client, topic);
    }
  }
  return [...found].map(([{ logicalId, identity }, topic]) => {
    const message = `${identity.authenticationName} may publish on ${topic} too: put \${client.authenticationName} into the topic template`;
    return at(subject, logicalId, message);
  });
}

/** Every filter on which a client may publish, with the client. */
function publishableFilters(subject: AzureSubject): TopicFilterTree<RegisteredClient> {
  const tree = new TopicFilterTree<RegisteredClient>();
  for (const { binding, template } of templatesOf(publisherBindings(subject))) {
    for (const client of subject.registry.clients.values()) {
      if (isInGroup(client.identity, binding.group) !== true) continue;
      for (const filter of substituteTemplate(template, client.identity)) tree.add(filter, client);
    }
  }
  return tree;
}
